"""How the text of a panel is read, whatever a model makes of the form."""

from __future__ import annotations

from studio.domain.state import Panelist, PanelTurn
from studio.roleplay.synergy.transcripts import answer_in, last_word, parse_panel, told

WHOLE = """Participants: AI Assistant (you); Ferry Expert;  Child ; Ferry Expert

Profiles:
- AI Assistant (you): leads
- Ferry Expert: knows tides

Start collaboration!

Ferry Expert: High water is at six.
And again at seven tomorrow.
AI Assistant (you): So: we sail at six.
Harbour master: No.
Child: I approve: it is early!

Finish collaboration!

Final answer: At six.
Final answer: really."""


def test_a_whole_panel_is_read() -> None:
    panel = parse_panel(WHOLE, "When?", "ada")
    assert panel.panelists == (
        Panelist(name="AI Assistant (you)", profile="leads"),
        Panelist(name="Ferry Expert", profile="knows tides"),
        Panelist(name="Child"),
    )
    assert panel.turns == (
        PanelTurn(speaker="Ferry Expert", text="High water is at six.\nAnd again at seven tomorrow."),
        PanelTurn(speaker="AI Assistant (you)", text="So: we sail at six.\nHarbour master: No."),
        PanelTurn(speaker="Child", text="I approve: it is early!"),
    )
    assert panel.final == "At six.\nFinal answer: really."
    assert (panel.parsed, panel.finished, panel.task, panel.leader) == (True, True, "When?", "ada")
    assert told(panel.turns).startswith("Ferry Expert: High water")
    assert last_word(panel) == "So: we sail at six.\nHarbour master: No."


def test_what_keeps_to_no_form_is_the_answer_and_flagged() -> None:
    for text in ("We sail at six.", "", "Participants:", "\ud800"):
        panel = parse_panel(text)
        assert not panel.parsed
        assert panel.panelists == () or text.startswith("Participants")
    assert answer_in("so, final answer: six") == ("six", True)


def test_a_stranger_before_anybody_is_narration_and_a_crowd_is_cut() -> None:
    panel = parse_panel("Participants: A; B\nThe room is dark.\nA: Light!\nFinal answer: x")
    assert panel.turns[0] == PanelTurn(speaker="", text="The room is dark.")
    crowd = "; ".join(f"P{n}" for n in range(15))
    panel = parse_panel(f"Participants: {crowd}\nP14: me too\nFinal answer: x")
    assert len(panel.panelists) == 12 and "15 participants" in panel.note
    assert panel.turns == (PanelTurn(speaker="", text="P14: me too"),)


def test_commas_part_participants_where_nothing_else_does() -> None:
    assert [one.name for one in parse_panel("Participants: A, B and C\nFinal answer: x").panelists] == ["A", "B and C"]
