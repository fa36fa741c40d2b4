"""What models write, and what is made of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.roleplay.reply import parse_reply

OTHERS = ("Teo Brandt", "Ines Okafor", "Narrator")


def parse(raw: str, *, partial: bool = False):
    return parse_reply(raw, "Mara Quill", OTHERS, partial=partial)


def test_the_whole_script_is_read() -> None:
    reply = parse('(He lies.)\nSo you came alone. *shuts the door*\n{"emotion": "wary", "salience": 7, "to": "Teo"}')
    assert reply.thought == "He lies."
    assert reply.text == "So you came alone. *shuts the door*"
    assert (reply.trailer.emotion, reply.trailer.salience, reply.trailer.to) == ("wary", 7, "Teo")
    assert reply.cut == ()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Mara Quill: Sit down.", "Sit down."),
        ("mara: Sit down.", "Sit down."),
        ("**Mara Quill:** Sit down.", "Sit down."),
        ("Mara (quietly): Sit down.", "Sit down."),
        ('"Sit down."', "Sit down."),
        ("“Sit down.”", "Sit down."),
        ('"Sit," she said, "down."', '"Sit," she said, "down."'),
        ("<think>plan: lie</think>Sit down.", "Sit down."),
        ("Sit down.<|im_end|>", "Sit down."),
        ("```\nSit down.\n```", "Sit down."),
        ("(laughs) Sit down.", "(laughs) Sit down."),
        ("Sit down.\nMara: Now.", "Sit down.\nNow."),
        ("Braces {like these} stay.", "Braces {like these} stay."),
    ],
)
def test_tags_marks_and_quotes_are_taken_off(raw: str, text: str) -> None:
    assert parse(raw).text == text


@pytest.mark.parametrize(
    ("raw", "text", "cut"),
    [
        ("No.\nTeo Brandt: Yes!\nMara: Fine.", "No.", ("Teo Brandt: Yes!", "Mara: Fine.")),
        ("No.\n*Teo*: Yes!", "No.", ("*Teo*: Yes!",)),
        ("Teo: I open it.", "", ("Teo: I open it.",)),
        ("No.\nNarrator: The lamp dies.", "No.", ("Narrator: The lamp dies.",)),
    ],
)
def test_lines_for_others_are_cut_and_reported(raw: str, text: str, cut: tuple[str, ...]) -> None:
    reply = parse(raw)
    assert (reply.text, reply.cut) == (text, cut)


@pytest.mark.parametrize(
    ("raw", "thought", "text"),
    [
        ("(thinking) He has the key.\nGood evening.", "He has the key.", "Good evening."),
        ("(If I laugh he will know I lost it.) Good evening.", "If I laugh he will know I lost it.", "Good evening."),
        ("Mara: (He lies.)\nGood evening.", "He lies.", "Good evening."),
    ],
)
def test_thoughts_in_the_forms_models_use(raw: str, thought: str, text: str) -> None:
    reply = parse(raw)
    assert (reply.thought, reply.text) == (thought, text)


@pytest.mark.parametrize(
    ("trailer", "salience"),
    [
        ('{"salience": "8"}', 8),
        ('{"salience": 99}', 10),
        ('{"salience": "high"}', None),
        ('{"salience": true}', None),
        ('{"salience": NaN}', None),
    ],
)
def test_a_trailer_never_costs_the_line(trailer: str, salience: int | None) -> None:
    reply = parse(f"Sit.\n{trailer}")
    assert (reply.text, reply.trailer.salience) == ("Sit.", salience)


def test_a_trailer_cut_off_by_the_token_limit_is_not_spoken() -> None:
    assert parse('Sit.\n{"emotion": "wa').text == "Sit."
    assert parse('{"emotion": "wary"}').text == ""


def test_while_streaming_nothing_shows_that_will_be_taken_back() -> None:
    whole = '(He lies.)\nSo you came. *shuts the door*\n{"emotion": "wary", "salience": 7}'
    shown = [parse(whole[:end], partial=True).text for end in range(len(whole) + 1)]
    final = parse(whole).text
    assert all(final.startswith(text.rstrip()) for text in shown)
    assert shown[-1] == final


@given(st.text(max_size=400), st.booleans())
def test_any_text_is_read_without_error_and_never_speaks_for_others(raw: str, partial: bool) -> None:
    reply = parse(raw, partial=partial)
    assert not any(line.lower().startswith(("teo brandt:", "ines:")) for line in reply.text.splitlines())


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("I know. You know. But the", "I know. You know."),
        ('"I know." He knows', "I know."),
        ("no end in sight here", "no end in sight here"),
        ("Done. *shuts the door*", "Done. *shuts the door*"),
    ],
)
def test_a_line_the_token_limit_cut_ends_with_a_whole_sentence(raw: str, text: str) -> None:
    assert parse_reply(raw, "Mara Quill", OTHERS, unfinished=True).text == text


@pytest.mark.parametrize(
    ("raw", "text", "emotion"),
    [
        ('{"emotion": "wary"}\nSit down.', "Sit down.", "wary"),
        ('Sit down.\n{"emotion": "wary"}\nTeo Brandt: Never.', "Sit down.", "wary"),
        ('Sit down.\n{"emotion": "wary"}\nOr stand.', "Sit down.\nOr stand.", "wary"),
        ('(He lies to me.)\n{"emotion": "wary"}\nSit down.', "Sit down.", "wary"),
        ('Sit.\n{"emotion": "wary"}\n{"emotion": "cold"}', "Sit.", "cold"),
        ('It said {"open": "sesame"} on the door.', 'It said {"open": "sesame"} on the door.', ""),
    ],
)
def test_a_trailer_is_never_spoken_wherever_it_stands(raw: str, text: str, emotion: str) -> None:
    reply = parse(raw)
    assert (reply.text, reply.trailer.emotion) == (text, emotion)


@pytest.mark.parametrize(
    "trailer",
    [
        '{"salience": 1e999}',
        '{"salience": -Infinity}',
        '{"salience": NaN}',
        '{"salience": ' + "9" * 400 + "}",
        '{"salience": ' + "9" * 5000 + "}",
        '{"relations": ' + "[" * 3000 + "]" * 3000 + "}",
        '{"a":' * 700 + "1" + "}" * 700,
        '{"emotion": ["\\ud83d"], "to": ["Teo"], "yields": null, "wants_ruling": "perhaps", "relations": {"Teo": 3}}',
    ],
)
def test_no_trailer_whatever_breaks_a_line(trailer: str) -> None:
    reply = parse(f"Sit.\n{trailer}")
    assert reply.text.startswith("Sit.") and (reply.trailer.emotion, reply.trailer.to) == ("", "")
    reply.model_dump_json()


def test_characters_split_or_unseen_come_out_whole() -> None:
    assert parse("A \ud83e\udd8a.\x00 And\x1b[31m \ud83d").text == "A 🦊. And[31m �"
    assert parse('Sit.\n{"emotion": "\\ud83d\\u0000", "relations": {"\\ud83d": "\\ud83d"}}').trailer.emotion == "�"
    assert parse("(Is it \ud83d?)\nNo.").thought == "Is it �?"


def test_long_answers_are_read_in_a_blink() -> None:
    for hostile in ("(" + "word " * 800, "Teo" + " " * 4000, "{" * 4000, "Mara (" * 700, "<|" * 2000, '{"a' * 1300):
        parse(hostile, partial=True)
        parse(hostile)
