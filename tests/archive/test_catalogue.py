"""The catalogue lists, finds, marks and forgets; everybody sees their own and what ships, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.archive import Archive
from studio.archive.catalogue import Catalogue
from studio.domain.holding import EVERYBODY, Entry, Find, Holding
from tests.archive.values import ANN, BOB, NOON


def entry(title: str, text: str = "", **fields: object) -> Entry:
    """Something of Ann's to list; its id is the title in lower case."""
    given = {
        "owner": ANN,
        "kind": "character",
        "id": title.lower(),
        "title": title,
        "updated_at": NOON,
        "digest": title,
    }
    return Entry(holding=Holding.model_validate({**given, **fields}), text=f"{title}\n{text}", stamp=f"{title} 1")


@pytest.fixture(params=[True, False], ids=["indexed", "plain"])
def catalogue(archive: Archive, request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    yield Catalogue(archive.database, full_text=request.param)


def put(catalogue: Catalogue, *entries: Entry) -> None:
    """Catalogue things of one owner."""
    catalogue.replace(entries[0].holding.owner, entries[0].holding.kind, entries)


def titles(catalogue: Catalogue, owner: str = ANN, **find: object) -> list[str]:
    """What is found, in order."""
    return [one.title for one in catalogue.find(owner, Find.model_validate({"kind": "character", **find})).holdings]


def test_everybody_finds_their_own_and_what_ships(catalogue: Catalogue) -> None:
    put(catalogue, entry("Bo", owner=EVERYBODY), entry("Cy", owner=EVERYBODY))
    put(catalogue, entry("Ada"))
    put(catalogue, entry("Bo", owner=BOB, about="mine"))
    assert titles(catalogue) == ["Ada", "Bo", "Cy"]
    assert titles(catalogue, BOB) == ["Bo", "Cy"]
    assert [one.about for one in catalogue.find(BOB, Find(kind="character")).holdings] == ["mine", ""]
    assert titles(catalogue, BOB, mine=True) == ["Bo"]
    assert titles(catalogue, "cleo", text="ada") == []
    assert catalogue.holdings("cleo", "character", ["ada", "bo"]).keys() == {"bo"}
    catalogue.replace(BOB, "character", (), ["bo", "ada", "cy"])
    assert [one.owner for one in catalogue.find(BOB, Find(kind="character")).holdings] == ["", ""]
    assert titles(catalogue) == ["Ada", "Bo", "Cy"]


def test_what_was_read_anew_takes_the_place_of_what_was(catalogue: Catalogue) -> None:
    put(catalogue, entry("Ada", "lamp", tags=("old",)), entry("Bo", "lamp"))
    put(catalogue, entry("Ada", "boat", tags=("new",)))
    assert titles(catalogue, text="lamp") == ["Bo"] and titles(catalogue, text="boat") == ["Ada"]
    assert [one.name for one in catalogue.facets(ANN, "character").tags] == ["new"]
    put(catalogue, entry("Ada", "boat", problem="Line 1: broken."))
    assert titles(catalogue, text="boat") == [] and titles(catalogue) == ["Ada", "Bo"]
    assert catalogue.problems(ANN) == ("Line 1: broken.",) and catalogue.problems(BOB) == ()
    assert catalogue.stamps(ANN, "character") == {"ada": "Ada 1", "bo": "Bo 1"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lamp", ["Gülsüm Aydın"]),
        ("LAMP gul", ["Gülsüm Aydın"]),
        ("lam pier", ["Gülsüm Aydın"]),
        ("amp", []),
        ("女", ["雪女"]),
        ("山の", ["雪女"]),
        ("の山", ["雪女"]),
        ("山女", []),
        ("o'brien", ["Pat O'Brien"]),
        ('"pat" NOT, %', []),
        ('"pat" NOT,', ["Pat O'Brien"]),
        ("🎭", ["Pat O'Brien"]),
        ("%", []),
        ("", ["Gülsüm Aydın", "Pat O'Brien", "雪女"]),
    ],
)
def test_every_word_is_found_by_its_beginning(catalogue: Catalogue, query: str, found: list[str]) -> None:
    put(catalogue, entry("Gülsüm Aydın", "She lights the lamp on the pier.", id="g"))
    put(catalogue, entry("雪女", "雪の山のむすめ", id="y"))
    put(catalogue, entry("Pat O'Brien", 'A clown 🎭 or "NOT" a saint.', id="p"))
    if query == "LAMP gul" and not catalogue.full_text:
        found = []  # plain SQL tells ü from u
    assert titles(catalogue, text=query, sort="title") == found


def test_what_fits_best_comes_first(archive: Archive) -> None:
    catalogue = archive.catalogue
    put(catalogue, entry("Zoe Storm", id="z"))
    put(catalogue, entry("Ada", "She loves a storm. " * 3))
    put(catalogue, entry("Mia", "One storm. " + "Other words. " * 200))
    assert titles(catalogue, text="storm") == ["Zoe Storm", "Ada", "Mia"]
    assert titles(catalogue, text="storm", sort="title") == ["Ada", "Mia", "Zoe Storm"]


def test_labels_types_and_folders_narrow_down(catalogue: Catalogue) -> None:
    put(catalogue, entry("Ada", tags=("Sea", "Old"), tropes=("The Mentor",), mbti="INTJ"))
    put(catalogue, entry("Bo", tags=("sea",), mbti="ENFP"))
    put(catalogue, entry("Cy"))
    catalogue.mark(ANN, "character", ["bo", "cy"], add=["Old", " ", "Liked"], folder="Harbour")
    catalogue.mark(ANN, "character", ["cy"], favourite=True, remove=["LIKED"])
    assert titles(catalogue, tags=["SEA"]) == ["Ada", "Bo"]
    assert titles(catalogue, tags=["old"]) == ["Ada", "Bo", "Cy"]
    assert titles(catalogue, tags=["old", "sea"]) == ["Ada", "Bo"]
    assert titles(catalogue, tropes=["the mentor"]) == ["Ada"]
    assert titles(catalogue, mbti="enfp") == ["Bo"]
    assert titles(catalogue, folder="Harbour") == ["Bo", "Cy"]
    assert titles(catalogue, folder="") == ["Ada"]
    assert titles(catalogue, favourites=True) == ["Cy"]
    cy = catalogue.holdings(ANN, "character", ["cy"])["cy"]
    assert (cy.favourite, cy.folder, cy.marks) == (True, "Harbour", ("Old",))
    facets = catalogue.facets(ANN, "character")
    assert [(one.name, one.count) for one in facets.tags] == [("Old", 3), ("Sea", 2), ("Liked", 1)]
    assert [(one.name, one.count) for one in facets.mbti] == [("ENFP", 1), ("INTJ", 1)]
    assert [(one.name, one.count) for one in facets.folders] == [("Harbour", 2)]
    assert titles(catalogue, BOB) == [] and catalogue.facets(BOB, "character").tags == ()


def test_marks_on_what_ships_are_the_readers_own(catalogue: Catalogue) -> None:
    put(catalogue, entry("Bo", owner=EVERYBODY))
    catalogue.mark(ANN, "character", ["bo"], favourite=True, add=["mine"])
    assert titles(catalogue, favourites=True, tags=["mine"]) == ["Bo"]
    assert titles(catalogue, BOB, favourites=True) == [] == titles(catalogue, BOB, tags=["mine"])


def test_pages_follow_one_another(catalogue: Catalogue) -> None:
    put(catalogue, *(entry(f"N{number:02}") for number in range(25)))
    seen: list[str] = []
    for offset in range(0, 30, 10):
        found = catalogue.find(ANN, Find(kind="character", limit=10, offset=offset))
        assert found.total == 25
        seen += [one.title for one in found.holdings]
    assert seen == [f"N{number:02}" for number in range(25)]
    assert len(catalogue.ids(ANN, Find(kind="character", limit=1))) == 25


def test_the_same_content_twice_can_be_asked_for(catalogue: Catalogue) -> None:
    for id_, digest in (("a", "x"), ("b", "x"), ("c", "y")):
        put(catalogue, entry(id_.upper(), id=id_, digest=digest))
    put(catalogue, entry("D", owner=BOB, digest="y"))
    assert titles(catalogue, alike=True) == ["A", "B"]


async def test_purging_an_owner_leaves_nothing_of_their_library(archive: Archive) -> None:
    put(archive.catalogue, entry("Ada"))
    put(archive.catalogue, entry("Bo", owner=BOB))
    archive.catalogue.mark(ANN, "character", ["ada"], add=["tag"])
    await archive.sessions.purge_owner(ANN)
    assert titles(archive.catalogue) == [] and titles(archive.catalogue, BOB) == ["Bo"]
    assert archive.catalogue.facets(ANN, "character").tags == ()
    await archive.check()
