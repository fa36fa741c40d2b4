"""`studio research`, as it is typed."""

from __future__ import annotations

from pathlib import Path

from studio.cards.research.folder import read_folder, write_folder
from tests.cards.research import test_simsconv
from tests.cli.test_casting import Studio, studio

__all__ = ["studio"]


def test_a_folder_comes_in_and_goes_out(studio: Studio, tmp_path: Path) -> None:
    write_folder(tmp_path / "in", test_simsconv.sample())
    code, out, err = studio("research", "import", "simsconv", str(tmp_path / "in"), "--dialogues")
    assert code == 0, err
    assert "odile-odi-marsh" in out
    assert "2 added, 0 were here already." in err and "2 plays added." in err
    assert len(studio("sessions")[1].splitlines()) == 2
    assert "0 added, 2 were here already." in studio("research", "import", "simsconv", str(tmp_path / "in"))[2]
    code, _, err = studio("research", "export", "simsconv", str(tmp_path / "out"), "odile-odi-marsh")
    assert code == 0 and "1 characters in 2 files" in err
    written = read_folder(tmp_path / "out", (".txt", ".json"))
    assert written.items() <= read_folder(tmp_path / "in", (".txt", ".json")).items()


def test_what_a_person_can_mend_is_one_clear_line(studio: Studio, tmp_path: Path) -> None:
    for arguments, says in (
        (("import", "cornell", str(tmp_path)), "Known: simsconv, spectrum, prodigy, aloha."),
        (("import", "simsconv", str(tmp_path / "no")), "is no folder"),
        (("export", "aloha", str(tmp_path), "nobody-at-all"), "There is no character"),
        (("compose", "nobody-at-all", str(tmp_path)), "There is no character"),
    ):
        code, _, err = studio("research", *arguments)
        assert code == 2 and says in err and len(err.splitlines()) == 1


def test_a_model_that_cannot_write_a_bank_says_so(studio: Studio, tmp_path: Path) -> None:
    code, _, err = studio("research", "compose", "gulsum-aydin", str(tmp_path / "bank"), "--scenes", "1")
    assert code == 1
    assert "filled no form in two tries" in err
