"""Portraits repeat exactly, show what the words say, and tell people apart at a glance."""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from studio.cards.drawing.canvas import outlines
from studio.cards.drawing.emblems import SIGNS, TRADES, emblem
from studio.cards.drawing.likeness import BEARD, GARMENTS, GLASSES, HAIR, HATS, MARKS, NECKS, likeness
from studio.cards.drawing.palette import INK, PAPER, SKINS, WORDS, lit, mixed, rgb
from studio.cards.portrait import draw_portrait, write_portraits
from studio.domain.character import BigFive, Character

MBTI = [a + b + c + d for a in "EI" for b in "NS" for c in "FT" for d in "JP"]


def picture(character: Character, size: int = 64) -> Image.Image:
    with Image.open(io.BytesIO(draw_portrait(character, size))) as opened:
        return opened.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the channels, 0–255, between 32 × 32 thumbnails."""
    small = [image.resize((32, 32), Image.Resampling.BOX) for image in (one, other)]
    return sum(ImageStat.Stat(ImageChops.difference(*small)).mean) / 3


def person(appearance: str = "", **fields: object) -> Character:
    return Character.model_validate({"id": "somebody", "name": "Some Body", "appearance": appearance, **fields})


def test_a_portrait_is_a_small_square_webp_of_the_size_asked_for() -> None:
    data = draw_portrait(person(), 512)
    with Image.open(io.BytesIO(data)) as opened:
        assert (opened.format, opened.size) == ("WEBP", (512, 512))
    assert len(data) <= 30_000
    assert picture(person(), 48).size == (48, 48)


def test_the_same_character_is_drawn_the_same_and_another_id_differently() -> None:
    one = person("red hair, round glasses")
    assert draw_portrait(one, 96) == draw_portrait(one.model_copy(), 96)
    twin = one.model_copy(update={"id": "somebody-else"})
    assert draw_portrait(one, 96) != draw_portrait(twin, 96)


def test_facts_that_cannot_be_seen_do_not_change_the_picture() -> None:
    one = person("grey bun", age=60, mbti="ISFJ", career="a nurse")
    told = one.model_copy(update={"backstory": "Long ago…", "secrets": ("x",), "goals": ("y",), "greeting": "Hello"})
    assert draw_portrait(one, 64) == draw_portrait(told, 64)


def test_size_changes_detail_not_the_person() -> None:
    one = person("long black hair, navy uniform")
    assert difference(picture(one, 96), picture(one, 384)) < 4


@pytest.mark.parametrize(
    ("plain", "worded"),
    [
        ("black hair", "white hair"),
        ("bald", "big round afro"),
        ("clean-shaven", "full red beard"),
        ("", "yellow hard hat"),
        ("black jacket", "orange high-visibility jacket"),
        ("pale skin", "dark-brown skin"),
        ("brown skin", "green-skinned, horns"),
        ("", "brass robot"),
        ("", "purple hijab"),
        ("short hair", "two long braids"),
    ],
)
def test_words_of_the_appearance_show(plain: str, worded: str) -> None:
    assert difference(picture(person(plain)), picture(person(worded))) > 3


def test_age_greys_hair_that_no_word_colours() -> None:
    young, old = (likeness(person(age=age)).hair_colour for age in (25, 80))
    assert old[0] > young[0]
    assert old[1] < 0.03
    assert likeness(person("dyed auburn hair", age=80)).hair_colour == WORDS["auburn"]


@pytest.mark.parametrize(
    ("appearance", "expected"),
    [
        ("white lab coat over a teal sari", ("labcoat", WORDS["white"], WORDS["teal"])),
        ("navy uniform jacket with gold buttons", ("uniform", WORDS["navy"], WORDS["gold"])),
        ("flour-white apron over a blue bodice", ("apron", WORDS["white"], WORDS["blue"])),
        ("maroon and white hooped rugby jersey", ("hoops", WORDS["white"], WORDS["maroon"])),
        ("red hair, charcoal suit, narrow green tie", ("jacket", WORDS["charcoal"], None)),
    ],
)
def test_a_colour_belongs_to_the_garment_it_stands_before(appearance: str, expected: tuple[object, ...]) -> None:
    garment = likeness(person(appearance)).garment
    assert (garment.kind, garment.colour, garment.second) == expected


def test_hair_and_beard_are_read_from_their_own_clauses() -> None:
    look = likeness(person("Long sandy hair tied back, full grey beard, moss-green jersey", pronouns="he/him"))
    assert (look.hair, look.beard, look.hair_colour) == ("tied", "full", WORDS["sandy"])
    assert look.beard_colour[1] < 0.03
    assert likeness(person("clean-shaven, curly hair")).beard == ""


SPOKEN: dict[str, dict[str, str]] = {
    "hair": {
        "bald": "shaved head",
        "afro": "an afro",
        "buzz": "buzz cut",
        "undercut": "an undercut",
        "locs": "dreadlocks",
        "braids": "two braids",
        "plait": "one plait",
        "topknot": "a topknot",
        "bun": "a bun",
        "ponytail": "a ponytail",
        "tied": "hair tied back",
        "bob": "a bob",
        "curls": "curls",
        "wild": "wild hair",
        "swept": "swept-back hair",
        "receding": "receding hair",
        "slick": "slicked hair",
        "crop": "short brown hair",
        "long": "brown hair",
    },
    "beard": {
        "": "clean-shaven",
        "pencil": "pencil moustache",
        "goatee": "a goatee",
        "stubble": "stubble",
        "long": "a long beard",
        "full": "a beard",
        "moustache": "a moustache",
    },
    "hat": {
        "bowler": "a bowler",
        "hardhat": "a hard hat",
        "tricorn": "a tricorn",
        "tophat": "a top hat",
        "coif": "a bonnet",
        "beret": "a beret",
        "beanie": "a woolly hat",
        "headscarf": "a headscarf",
        "turban": "a turban",
        "bandana": "a bandana",
        "peaked": "a sailor cap",
        "flatcap": "a flat cap",
        "pointed": "a wizard's hat",
        "crown": "a crown",
        "hood": "a hood",
        "helmet": "a helmet",
        "brimmed": "a straw hat",
    },
    "neck": {
        "bowtie": "a bow tie",
        "cravat": "a cravat",
        "tie": "a tie",
        "kerchief": "a kerchief",
        "scarf": "a scarf",
        "pendant": "a pendant",
        "beads": "pearls",
        "lanyard": "a lanyard",
    },
    "garment": {
        "hivis": "a hi-vis vest",
        "labcoat": "a lab coat",
        "sari": "a sari",
        "uniform": "a uniform",
        "spacesuit": "a spacesuit",
        "dungarees": "overalls",
        "apron": "an apron",
        "polo": "a turtleneck",
        "hoops": "a striped top",
        "cardigan": "a cardigan",
        "shawl": "a shawl",
        "tunic": "scrubs",
        "cloak": "a cloak",
        "jacket": "a coat",
        "jumper": "a sweater",
        "robe": "a gown",
        "shirt": "a blouse",
    },
    "glasses": {
        "sun": "sunglasses",
        "half": "half-moon spectacles",
        "square": "square glasses",
        "rimless": "rimless spectacles",
        "round": "glasses",
        "monocle": "a monocle",
        "patch": "an eyepatch",
        "goggles": "goggles",
    },
}
RULES = {"hair": HAIR, "beard": BEARD, "hat": HATS, "neck": NECKS, "garment": GARMENTS, "glasses": GLASSES}


@pytest.mark.parametrize("field", SPOKEN)
def test_everything_the_words_can_ask_for_is_read_and_drawn_its_own_way(field: str) -> None:
    assert set(SPOKEN[field]) == {"" if kind == "none" else kind for _, kind in RULES[field]}
    base = person("pale skin, black crop, black shirt" if field in ("hat", "neck", "glasses") else "pale skin", age=40)
    seen = set()
    for kind, words in SPOKEN[field].items():
        character = base.model_copy(update={"appearance": f"{base.appearance}, {words}"})
        found = getattr(likeness(character), field)
        assert (found if isinstance(found, str) else found.kind) == kind, words
        seen.add(draw_portrait(character, 32))
    assert len(seen) == len(SPOKEN[field])


@pytest.mark.parametrize("mark", sorted({mark for _, mark in MARKS}))
def test_every_mark_shows(mark: str) -> None:
    words = {"lined": "lined face", "cut brow": "scar through one brow", "tired": "dark rings under the eyes"}
    words |= {"scar": "scar across the nose", "burn": "burn mark", "gap": "gap-toothed", "taped ear": "taped ear"}
    words |= {"pencil": "pencil behind the ear", "silver hoops": "silver hoop earrings", "hoops": "hoop earrings"}
    words |= {"pearl": "one earring", "flower": "flower in her hair", "freckles": "freckles"}
    base = person("tanned, black crop, black shirt", age=40, mbti="ESTJ")
    marked = base.model_copy(update={"appearance": f"{base.appearance}, {words.get(mark, mark)}"})
    assert mark in likeness(marked).marks
    assert draw_portrait(marked, 64) != draw_portrait(base, 64)


def test_every_trade_has_a_sign_and_unknown_ones_a_plain_sign() -> None:
    assert {sign for _, sign in TRADES} <= set(SIGNS)
    assert emblem("a retired tax inspector who composes chess problems", 1) == "rook"
    assert emblem("software developer", 1) == "brackets"
    assert {emblem("", seed) for seed in range(40)} <= set(SIGNS)
    for layers in SIGNS.values():
        for _, _, path in layers:
            assert all(abs(value) <= 56 for shape in outlines(path) for point in shape for value in point)


def test_people_told_only_by_name_differ_clearly() -> None:
    names = ("Ada", "Bo Lindqvist", "Kofi Mensah", "Mei Tanaka", "Sam", "Ines", "Tomasz", "علي", "👩‍🚀", "X Æ A-12")
    pictures = [picture(Character(id="", name=name)) for name in names]
    assert min(difference(*pair) for pair in combinations(pictures, 2)) > 10


@pytest.mark.parametrize("mbti", MBTI)
def test_temperament_chooses_the_ground(mbti: str) -> None:
    corner = picture(person(mbti=mbti, career="driver")).resize((1, 1), box=(0, 60, 3, 63)).getpixel((0, 0))
    assert isinstance(corner, tuple)
    red, green, blue = corner[:3]
    warm = mbti[1] + mbti[3] == "SP"
    assert (red > blue) is warm, (mbti, corner)
    assert green < 235


text = st.text(max_size=120)


@settings(max_examples=25, deadline=None)
@given(
    name=text.filter(str.strip),
    appearance=text,
    career=text,
    age=st.none() | st.integers(0, 10_000),
    mbti=st.none() | st.sampled_from(MBTI),
    pronouns=text,
)
def test_any_character_can_be_drawn(
    name: str, appearance: str, career: str, age: int | None, mbti: str | None, pronouns: str
) -> None:
    character = Character(
        id="",
        name=name,
        appearance=appearance,
        career=career,
        age=age,
        mbti=mbti,
        pronouns=pronouns,
        big_five=BigFive(openness=1, conscientiousness=1, extraversion=1, agreeableness=7, negative_emotionality=1),
    )
    assert draw_portrait(character, 16).startswith(b"RIFF")


def test_colours_stay_on_screen_and_shading_keeps_its_order() -> None:
    for colour in (*WORDS.values(), *SKINS, INK, PAPER):
        assert all(0 <= channel <= 255 for channel in rgb(colour))
        dark, light = rgb(lit(colour, -0.1)), rgb(lit(colour, 0.1))
        assert sum(dark) <= sum(rgb(colour)) <= sum(light)
    assert rgb((1.0, 0.0, 0.0)) == (255, 255, 255)
    assert rgb((0.0, 0.0, 0.0)) == (0, 0, 0)
    assert max(abs(a - b) for a, b in zip(rgb((0.627955, 0.257683, 29.2339)), (255, 0, 0), strict=True)) <= 1
    assert mixed(INK, PAPER, 0)[0] == INK[0]


def test_write_portraits_draws_only_who_is_missing(tmp_path: Path) -> None:
    ada, bo = (Character(id=id_, name=id_) for id_ in ("ada", "bo"))
    folder = tmp_path / "portraits"
    assert write_portraits((ada,), folder) == (folder / "ada.webp",)
    (folder / "ada.webp").write_bytes(b"by hand")
    assert write_portraits((ada, bo), folder) == (folder / "bo.webp",)
    assert (folder / "ada.webp").read_bytes() == b"by hand"
    assert write_portraits((ada, bo), folder) == ()
