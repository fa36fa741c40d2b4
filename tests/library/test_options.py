"""The pools a character is put together from."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from studio.domain.options import Options, bare
from studio.errors import Invalid, NotFound
from studio.library import Library
from studio.library.options import read_options

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "characters" / "options"
OPTIONS = Library(ROOT, ROOT / "nobody").options()


def test_there_is_plenty_to_pick_from() -> None:
    sizes = {name: len(getattr(OPTIONS, name).options) for name in Options.model_fields}
    wanted = {"careers": 120, "aspirations": 80, "traits": 120, "skills": 120, "tropes": 200, "types": 16, "letters": 8}
    assert all(sizes[name] >= count for name, count in wanted.items()), sizes
    assert {file.stem for file in SHIPPED.glob("*.yaml")} == set(Options.model_fields)
    assert all(getattr(OPTIONS, name).about for name in Options.model_fields)


def test_every_aspiration_stands_under_one_of_twelve_headings() -> None:
    counts = Counter(option.group for option in OPTIONS.aspirations.options)
    assert len(counts) == 12
    assert min(counts.values()) >= 5


def test_every_world_has_its_own_people() -> None:
    for world in ("today", "past", "fantasy", "space"):
        assert sum(career.fits(world) for career in OPTIONS.careers.options) >= 20, world
        assert any(names.fits(world) for names in OPTIONS.names.options), world


def test_opposites_hold_both_ways() -> None:
    assert "slob" in OPTIONS.opposed["neat"]
    assert "neat" in OPTIONS.opposed["slob"]
    assert bare("A Slob") == bare("slob") == "slob"
    assert OPTIONS.trait("A slob") is OPTIONS.trait("slob") is not None
    assert OPTIONS.figure("deadpan snarker") is not None


def test_traits_tell_themselves() -> None:
    for pool in (OPTIONS.traits, OPTIONS.tropes, OPTIONS.careers):
        assert all(option.meaning for option in pool.options)
    assert all(career.youngest < career.oldest for career in OPTIONS.careers.options)


def test_own_options_join_the_shipped_ones_and_win(tmp_path: Path) -> None:
    (tmp_path / "traits.yaml").write_text(
        "options:\n  - name: salty\n    opposites: [a slob]\n  - name: Neat\n    meaning: no\n", encoding="utf-8"
    )
    options = read_options(SHIPPED, tmp_path)
    assert len(options.traits.options) == len(OPTIONS.traits.options) + 1
    neat = options.trait("neat")
    assert neat is not None
    assert neat.meaning == "no"
    assert options.opposed["salty"] == {"slob"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("options:\n  - name: a\n  - name: A\n", "'a' is in the pool more than once"),
        ("options:\n  - name: odd\n    opposites: [even]\n", "'odd' has the opposite 'even', which is no option"),
        ("options:\n  - name: odd\n    leans: {openness: 3}\n", "line 3, options.0.leans.openness"),
        ("options: []\n", "options"),
        ("options:\n  - title: odd\n", "options.0.title: There is no such field"),
    ],
)
def test_a_bad_file_says_where_and_what(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "traits.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        read_options(SHIPPED, tmp_path)
    problems = getattr(caught.value, "problems", ())
    assert message in " ".join([str(caught.value), *map(str, problems)])


def test_a_lost_file_is_named(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "options")
    (tmp_path / "options" / "homes.yaml").unlink()
    with pytest.raises(NotFound, match=r"homes\.yaml is missing"):
        read_options(tmp_path / "options", tmp_path)
