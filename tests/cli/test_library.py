"""`studio library`, as it is typed."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.cards import samples
from tests.cli.test_cards import Studio, put, studio

__all__ = ["studio"]


def test_a_folder_comes_in_is_found_and_goes_out(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    put(folder / "Ola.png", samples.png(samples.text_chunk(samples.V2)))
    put(folder / "bad.json", b"{")
    code, out, err = studio("library", "import", str(folder))
    assert code == 0 and "Ola.png: ola-lind" in out and "bad.json" in out
    assert err.strip() == "1 came in, 1 could not be read"
    code, out, err = studio("library", "import", str(folder), "--json")
    rows = {row["file"]: row for row in map(json.loads, out.splitlines())}
    assert (rows["Ola.png"]["outcome"], rows["bad.json"]["outcome"]) == ("known", "failed") and rows["bad.json"][
        "error"
    ]

    code, out, _ = studio("library", "search", "harb ligh", "--mine")
    assert code == 0 and out.startswith("ola-lind ")
    code, out, _ = studio("library", "search", "--tag", "storm", "--json")
    assert json.loads(out)["id"] == "ola-lind"
    code, out, err = studio("library", "search", "--kind", "scene", "suitcase")
    assert out.startswith("lift-b ")
    code, out, err = studio("library", "search", "xylophone emergency")
    assert (code, out, err.strip()) == (0, "", "0 of 0 shown.")

    target = tmp_path / "out.zip"
    code, _, err = studio("library", "export", "harbour", "-o", str(target))
    assert code == 0 and "1 written" in err
    assert zipfile.ZipFile(target).namelist() == ["ola-lind.png"]
    code, _, err = studio("library", "export", "--all", "--kind", "scene", "-o", str(tmp_path / "scenes"))
    assert code == 0 and (tmp_path / "scenes/lift-b.yaml").is_file()


def test_what_cannot_be_done_is_told(studio: Studio, tmp_path: Path) -> None:
    for arguments, words in (
        (("import", str(tmp_path / "nowhere")), "no file or folder"),
        (("import", str(tmp_path)), "holds nothing for the library"),
        (("export", "xylophone emergency", "-o", str(tmp_path)), "Nothing was found"),
    ):
        code, _, err = studio("library", *arguments)
        assert code == 2 and words in err
