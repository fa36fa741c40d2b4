"""The persona bank: voices, composing, reading, checking, importing, and the shipped one."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from studio.domain.session import Choice
from studio.errors import Invalid, ModelOutput, NotFound
from studio.llm.assets import Assets
from studio.llm.embedding import MiniLmEmbedder
from studio.llm.scripted import ScriptedModel
from studio.matching.bank import lexicon
from studio.matching.bank.builders.base import BUILDERS
from studio.matching.bank.builders.composed import Composed
from studio.matching.bank.checking import check, contradictions
from studio.matching.bank.composing import TYPES
from studio.matching.bank.published import age_from, profile_from, read_published
from studio.matching.bank.store import Bank, BankHeader, bank_folders, open_bank, write
from studio.matching.bank.voice import HE, SHE, THEY, told_about, told_to
from studio.matching.base import Seeker
from studio.matching.cosine import Cosine
from studio.matching.pool import Pool
from studio.matching.profile import ASPECTS, Profile, profile_of
from studio.matching.ranking import rank
from studio.matching.topics import about
from tests.matching.people import PEOPLE, PUBLISHED, bank, context, lines
from tests.plays import ADA

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "characters" / "banks" / "greenroom"
TEXT = "You keep* bees that taught ye patience. You do* not mind when you are* stung; your hands are yours."


@pytest.fixture(scope="module")
def shipped() -> Bank:
    return Bank(SHIPPED)


def test_one_text_in_two_voices() -> None:
    assert told_to(TEXT) == (
        "You keep bees that taught you patience. You do not mind when you are stung; your hands are yours."
    )
    assert told_about(TEXT, "Ana", SHE) == (
        "Ana keeps bees that taught her patience. She does not mind when she is stung; her hands are hers."
    )
    assert told_about("You watch* ye-yes; you were late and carry* on.", "Al", HE).startswith("Al watches")
    assert (
        told_about("You carry* it. You were late, and carry* on.", "Al", HE)
        == "Al carries it. He was late, and carries on."
    )
    assert told_about("You carry* it. You were late, and carry* on.", "Sam", THEY) == (
        "Sam carries it. They were late, and carry on."
    )
    assert (
        told_about("You and Bo know that neither of yall sings.", "Ana", SHE)
        == "Ana and Bo know that neither of them sings."
    )


@pytest.mark.parametrize(
    "name", ["hobby", "worry", "growth", "family", "social", "emotion", "living", "tone", "extra", "work"]
)
def test_no_fragment_leaves_a_mark_or_a_you_behind(name: str) -> None:
    for fragment in lexicon.fragments(name):
        about = told_about(fragment.text, "Ana", HE)
        assert "*" not in about and not {"you", "your", "ye", "yall"} & set(about.casefold().replace(".", " ").split())
        assert set(fragment.slots) <= {
            *("partner", "friend", "sister", "brother", "late", "child", "child2", "kin", "agenext"),
            *("n2", "n4", "n6", "n12", "n24", "n24less", "n20s", "n30", "n30plus", "n60"),
        }


async def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other, third = [await Composed().build(2, seed, context()) for seed in (5, 5, 6)]
    header = BankHeader(name="x", profiles=32)
    first, second = write(tmp_path / "a", header, one), write(tmp_path / "b", header, other)
    assert first.digest == second.digest and one == other
    assert {profile.name for profile in one} != {profile.name for profile in third}
    assert [profile.mbti for profile in one] == [mbti for mbti in TYPES for _ in range(2)]
    with pytest.raises(Invalid, match="0 profiles"):
        await Composed().build(0, 1, context())


def test_the_shipped_bank_is_whole_varied_and_sound(shipped: Bank) -> None:
    assert shipped.header.profiles == len(shipped.profiles) == 1024
    assert Counter(profile.mbti for profile in shipped.profiles) == dict.fromkeys(TYPES, 64)
    report = check(shipped.profiles)
    assert report.findings == ()
    assert report.distinct_sentences > 3500 and report.closest < 0.6
    assert len({profile.region for profile in shipped.profiles}) > 90
    assert len({profile.job for profile in shipped.profiles}) > 90
    ages = [profile.age or 0 for profile in shipped.profiles]
    assert min(ages) >= 18 and max(ages) > 70 and sorted(ages)[512] < 40, "lean young"
    assert all(set(profile.memories) == set(ASPECTS) for profile in shipped.profiles)


async def test_the_shipped_bank_is_what_the_builder_builds(shipped: Bank) -> None:
    header = shipped.header
    assert header.builder == "composed" and header.lexicon == lexicon.digest() and header.licence == "Apache-2.0"
    assert header.seed is not None and header.per_type == 64
    built = await Composed().build(64, header.seed, context())
    assert built[:128] == shipped_in_order(shipped)[:128]
    assert built == shipped_in_order(shipped)


def shipped_in_order(shipped: Bank) -> tuple[Profile, ...]:
    """The profiles in the order of types; on disk they are in that of file names."""
    return tuple(sorted(shipped.profiles, key=lambda one: (TYPES.index(one.mbti), one.id)))  # type: ignore[arg-type]


def test_a_bank_loads_only_what_is_asked() -> None:
    fresh = Bank(SHIPPED)
    assert fresh.header.name == "greenroom" and "profiles" not in vars(fresh)
    started = time.perf_counter()
    assert len(fresh.profiles) == 1024
    assert time.perf_counter() - started < 20, "a bank is read in well under a second on an idle machine"


def test_a_profile_as_a_character_and_back(shipped: Bank) -> None:
    profile = shipped.profile("infj-03")
    character = profile.character()
    assert character.mbti == "INFJ" and character.age == profile.age and character.backstory
    assert not any("*" in fact or " ye " in fact for fact in (*character.facts, character.backstory))
    assert profile_of(character) == profile
    ada = profile_of(ADA)
    assert ada.job == "lighthouse keeper" and ada.facts["tone"] == "clipped" and ada.age == 61
    with pytest.raises(NotFound, match="Nobody"):
        shipped.profile("nobody")


def test_statements(shipped: Bank) -> None:
    profile = shipped.profile("intj-00")
    seeker, supporter = profile.statement("seeker"), profile.statement("supporter")
    worry = profile.memories["recent_worry_or_anxiety"]
    assert worry in seeker and worry not in supporter and profile.job in supporter


def test_contradictions_are_found() -> None:
    base = PEOPLE[0]
    assert not list(contradictions(base))

    def told(**texts: str) -> list[str]:
        changed = base.model_copy(update={"about": {**base.about, **texts}})
        return [found.message for found in contradictions(Profile.model_validate(changed.model_dump()))]

    assert told(family_relationship="Amy is an only child.", hobby="Amy rows with her sister.")
    assert told(family_relationship="Amy never married.", hobby="Amy paints with her husband.")
    assert told(hobby="Amy has knitted for 40 years.")
    assert not told(hobby="Amy has knitted for 4 years.")
    young = Profile(id="x", name="X Y", age=19, job="retired judge")
    assert len(list(contradictions(young))) == 2


def test_twins_and_near_twins_are_found() -> None:
    twice = check((PEOPLE[0], PEOPLE[0]))
    assert {finding.kind for finding in twice.findings} >= {"twin", "near twin"} and not twice.sound
    small = check(PEOPLE)
    assert any(finding.kind == "missing" for finding in small.findings)
    assert small.by_type["INFP"] == 1


def test_a_bank_on_disk(tmp_path: Path) -> None:
    found = bank(tmp_path / "characters" / "banks" / "small")
    assert found.profiles and {one.id for one in found.profiles} == {one.id for one in PEOPLE}
    assert Bank(found.folder).header.source == "invented"
    folders = bank_folders(ROOT, tmp_path)
    assert {"greenroom", "small"} <= set(folders)
    assert open_bank(ROOT, tmp_path, "small").digest == found.digest
    assert open_bank(ROOT, tmp_path).header.name == "greenroom"
    with pytest.raises(NotFound, match="Known: greenroom, small"):
        open_bank(ROOT, tmp_path, "no such")
    with pytest.raises(Invalid, match="cannot name a bank"):
        write(tmp_path / "x", BankHeader(name="../x", profiles=1), PEOPLE)
    write(found.folder, BankHeader(name="small", profiles=1), PEOPLE[:1])
    assert [file.name for file in sorted(found.folder.iterdir())] == ["bank.json", "intj.jsonl"]


def test_a_broken_bank_says_where(tmp_path: Path) -> None:
    found = bank(tmp_path / "b")
    (found.folder / "intj.jsonl").write_text('{"id": "a", "name": "A"}\n{"id": ""}\n', encoding="utf-8")
    with pytest.raises(Invalid, match=r"intj\.jsonl, line 2, (id|name)"):
        _ = Bank(found.folder).profiles
    (found.folder / "bank.json").write_text("{", encoding="utf-8")
    with pytest.raises(Invalid, match=r"bank\.json"):
        _ = Bank(found.folder).header
    with pytest.raises(NotFound, match="no bank"):
        _ = Bank(tmp_path / "nothing").header


def test_the_published_form_is_read(tmp_path: Path) -> None:
    file = tmp_path / "published.jsonl"
    file.write_text("\ufeff" + lines(PUBLISHED, {"name": "Bare", "mbti": "xxxx"}), encoding="utf-8")
    minna, bare = read_published(file)
    assert (minna.name, minna.age, minna.mbti, minna.gender) == ("Minna Voss", 20, "INTJ", "female")
    assert minna.facts["friends"] == "Two." and minna.memories["hobby"] == "You tie knots."
    assert minna.statement("supporter") == "You are Minna Voss, a pilot."
    assert bare.mbti is None and bare.age is None and bare.whole and bare.statement("seeker")
    assert bare.character().name == "Bare"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no profile"),
        ("[1]\n", "line 1: this is not a JSON object"),
        ("{\n", "line 1"),
        ("[" * 100_000 + "\n", "line 1"),
        ('{"name": ""}\n', "line 1, name"),
        ('{"profile": {"age": "20"}}\n', "line 1, name"),
        (json.dumps({"name": "A", "told": {"x": "y" * 5000}}) + "\n", "line 1"),
        (
            json.dumps({"id": "a", "name": "A", "told": {}}) + "\n" + json.dumps({"id": "a", "name": "B", "told": {}}),
            "line 2",
        ),
        ('{"name": "' + "A" * 300_000 + '"}\n', "longer than 256 kB"),
    ],
)
def test_a_hostile_file_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=said):
        read_published(file)


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    row = {"name": "../../etc/passwd", "hobby": "{{ 7*7 }} <script>\x00\x1b[31m", "index": -5, "age": True}
    file.write_text(lines(row), encoding="utf-8")
    (profile,) = read_published(file)
    assert (
        profile.id == "etc-passwd-0" and "\x00" not in profile.facts["hobby"] and "{{ 7*7 }}" in profile.facts["hobby"]
    )
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="line 1"):
        read_published(file)
    with pytest.raises(NotFound):
        read_published(tmp_path / "none.jsonl")


def test_ages_are_read_from_words() -> None:
    assert [age_from(text) for text in ("20s", "about 31", "", "young")] == [20, 31, None, None]


def test_the_published_bank(shared_data: Path) -> None:
    profiles = read_published(shared_data / "data" / "characterchat" / "profile_trans_output.jsonl")
    assert len(profiles) == 70
    assert Counter(profile.mbti for profile in profiles) == {"INTJ": 64, "ENTJ": 6}
    assert all(5 <= len(profile.memories) <= 14 for profile in profiles)
    assert all(profile.seeker and profile.supporter and profile.age for profile in profiles)


PERSON = {"name": "Ida Holm", "gender": "female", "age": 30, "region": "Bergen", "job": "pilot", "hobby": "rows"}


async def test_a_model_writes_a_bank_with_two_calls_each() -> None:
    model = ScriptedModel(lambda request, number: json.dumps({**PERSON, "name": f"Ida Holm {number}"}))
    made = await BUILDERS.build(Choice(name="told")).build(1, 3, context(model))
    assert len(made) == 16 and len(model.requests) == 32
    assert made[0].id == "intj-00" and made[0].age == 30 and made[0].facts["hobby"] == "rows"
    assert "live in" in model.requests[0].text


async def test_a_model_that_fails_leaves_people_out() -> None:
    with pytest.raises(ModelOutput, match="no usable person"):
        await BUILDERS.build(Choice(name="told")).build(1, 3, context(ScriptedModel(lambda r, n: "no")))
    rng = random.Random(1)
    half = ScriptedModel(lambda r, n: json.dumps(PERSON) if rng.random() < 0.6 else "no")
    made = await BUILDERS.build(Choice(name="told")).build(1, 3, context(half))
    assert 0 < len(made) < 17


def test_a_profile_lacking_half_its_fields() -> None:
    bare = profile_from({"profile": {"name": "Solo"}})
    assert bare.statement("supporter").startswith("You are Solo, a person.")
    assert bare.character().backstory == "" and bare.whole


async def test_the_shipped_vectors_are_those_of_the_embedder(shipped: Bank, assets: Path) -> None:
    embedder = MiniLmEmbedder(Assets(assets, ""))
    pool = Pool.of_bank(shipped)
    assert pool.ready(embedder), "a first match embeds nobody but the seeker"
    vectors = await pool.vectors(embedder)
    chosen = [0, 500, 1023]
    again = await embedder.embed([pool.profiles[at].story for at in chosen])
    assert all(float(vectors[at] @ row) > 0.99 for at, row in zip(chosen, again, strict=True))
    ranking = await rank(
        Cosine(), Seeker(feeling="I failed my exam again and cannot tell my parents."), pool,
        replace(context(), embedder=embedder),
    )  # fmt: skip
    stories = [match.profile.memories["growth_experience"] for match in ranking.matches]
    assert sum("study" in about(story, most=19) for story in stories) >= 2
    assert len(set(stories)) >= 4, "nobody's story is told by more than two"
