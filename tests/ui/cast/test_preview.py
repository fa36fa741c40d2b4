"""What a model is told, part by part."""

from __future__ import annotations

from studio.domain.character import BigFive
from studio.llm.tokens import estimate
from studio.roleplay.rehearsal import rehearse
from studio.ui.cast.preview import left_out, pieces_of, shortened, told_of
from tests.plays import ADA, CAST, SCENE, Clock


def test_the_parts_are_the_whole_in_text_and_tokens() -> None:
    rehearsal = rehearse(SCENE, CAST, ADA, clock=Clock())
    told = told_of(rehearsal, ADA, key="ada", scene=SCENE, scenes=(SCENE,), model="openai/x", simple=False)
    assert "".join(piece.text for piece in told.pieces) == rehearsal.request.messages[0].content
    assert sum(piece.tokens for piece in told.pieces) == estimate(rehearsal.request.messages[0].content)
    assert told.tokens > estimate(rehearsal.request.text) - 8
    assert {"Traits and type", "Secrets", "How to answer", "The scene"} <= {piece.label for piece in told.pieces}
    assert len({piece.part for piece in told.pieces}) < len(rehearsal.frame), "neighbours of one name are one part"
    assert told.left_out == ()


def test_what_found_no_room_is_named_and_what_is_never_told_is_not_missed() -> None:
    scores = BigFive(openness=4, conscientiousness=4, extraversion=4, agreeableness=4, negative_emotionality=4)
    story, talk = "Salt. " * 900, ("A line of hers, and not a short one. " * 9,) * 5
    long = ADA.model_copy(update={"backstory": story, "speech": ADA.speech.model_copy(update={"examples": talk})})
    frame = rehearse(SCENE, CAST, long, clock=Clock()).frame
    assert set(shortened(frame, long)) >= {"Backstory", "Example lines"}
    assert shortened(rehearse(SCENE, CAST, ADA, clock=Clock()).frame, ADA) == ()
    longer = long.model_copy(update={"facts": ("salt " * 60,) * 9, "big_five": scores, "greeting": "Yes?"})
    missing = left_out(rehearse(SCENE, CAST, longer, clock=Clock()).frame, longer, simple=False)
    assert "Facts" in missing and "Big Five" not in missing and "Greeting" not in missing
    small = rehearse(SCENE, CAST, ADA, clock=Clock(), simple=True).frame
    assert "Backstory" in left_out(small, ADA.model_copy(update={"backstory": "Born at sea."}), simple=True)


def test_an_empty_frame_has_no_pieces() -> None:
    assert pieces_of(()) == ()
