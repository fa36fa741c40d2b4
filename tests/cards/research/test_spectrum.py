"""SPeCtrum identities, in and out."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cards.research.folder import read_folder, write_folder
from studio.cards.research.spectrum import (
    PARTS,
    Spectrum,
    character_from,
    entry,
    read_spectrum,
    spectrum_of,
    write_spectrum,
)
from studio.errors import Invalid

SAMPLE = {
    "S": "Profile:\n[Demographics] Demographics describe who this character is.\n\n- Age: Presumably 39-40\n"
    "- Gender: Woman\n- Disability (if relevant): No\n- Residence: Tromsø\n- Job (if relevant): Net maker",
    "P_personality": "1. Overall Personality Summary (Psychotherapist’s Perspective)\nReserved.\nSteady.\n\n"
    "2. Explanation in Everyday Language\nKeeps to herself.",
    "P_value": "1. Overall Value Summary (Psychotherapist’s Perspective)\nSelf-direction.\n\n"
    "2. Explanation in Everyday Language\nDecides alone.",
    "C_behavior": "1. A typical weekday for me starts off by mending.\n\n2. A typical weekend for me starts off late.",
    "C_lovehate": "[Top 5 Things this character loves]\n- the smell of tar\n- rye\n- quiet\n- the late boat\n- Ole\n\n"
    "[Top 5 Things this character hates]\n- gulls\n- forms\n- small talk\n- lent books\n- August",
}


def sample(id_: int = 3, **changed: str) -> dict[str, bytes]:
    return {f"profile_result/{id_}_{part}.txt": text.encode() for part, text in {**SAMPLE, **changed}.items()}


def normal(text: bytes) -> list[str]:
    return text.decode().split()


def test_a_sample_is_read_whole() -> None:
    found = read_spectrum(sample())
    assert found.notes == ()
    spectrum = found.identities[3]
    age = spectrum.answer("age")
    assert age is not None
    assert (age.value, age.uncertain) == ("39-40", True)
    job = spectrum.answer("Job")
    assert job is not None
    assert (job.value, job.uncertain, job.label) == ("Net maker", False, "Job (if relevant)")
    assert spectrum.personality.expert == "Reserved.\nSteady."
    assert spectrum.values.everyday == "Decides alone."
    assert spectrum.weekend == "A typical weekend for me starts off late."
    assert spectrum.loves[0] == "the smell of tar" and len(spectrum.hates) == 5


def test_and_written_as_it_was() -> None:
    spectrum = read_spectrum(sample()).identities[3]
    files = write_spectrum(3, spectrum)
    assert {name: text.decode() for name, text in files.items()} == {f"3_{part}.txt": SAMPLE[part] for part in PARTS}


def test_a_character_carries_the_identity_there_and_back() -> None:
    spectrum = read_spectrum(sample()).identities[3]
    character = character_from(spectrum, "Minna Voss")
    assert (character.pronouns, character.career, character.age) == ("she/her", "Net maker", None)
    assert "Residence: Tromsø" in character.identity.social
    assert "Keeps to herself." in character.identity.personal
    assert "the smell of tar" in character.identity.life_context
    assert spectrum_of(character) == spectrum


def test_a_sure_age_is_the_characters() -> None:
    files = sample(S=SAMPLE["S"].replace("Presumably 39-40", "39"))
    assert character_from(read_spectrum(files).identities[3], "Minna").age == 39


def test_a_part_edited_since_counts_and_the_others_stay() -> None:
    spectrum = read_spectrum(sample()).identities[3]
    character = character_from(spectrum, "Minna")
    edited = character.model_copy(
        update={
            "identity": character.identity.model_copy(update={"social": "- Age: 41\nWidely known.", "personal": "Shy."})
        }
    )
    back = spectrum_of(edited)
    assert [(one.label, one.value) for one in back.demographics] == [("Age", "41"), ("Social", "Widely known.")]
    assert back.personality.expert == "Shy."
    assert back.loves == spectrum.loves
    again = read_spectrum({f"0_{name[2:]}": data for name, data in write_spectrum(3, back).items()}).identities[0]
    assert again.personality.everyday == "Shy."


def test_one_that_never_was_an_identity_is_written_too() -> None:
    from tests.plays import ADA

    files = write_spectrum(0, spectrum_of(ADA))
    assert set(files) == {f"0_{part}.txt" for part in PARTS}


@pytest.mark.parametrize(
    ("changed", "note"),
    [
        ({"C_behavior": "1. All week I mend."}, "no second part"),
        ({"C_lovehate": "[Top 5 Things this character loves]\n- tar\n\n[Top 5 Things this character hates]\n- gulls"},
         "loves 1 things"),
    ],
)  # fmt: skip
def test_what_is_odd_is_noted(changed: dict[str, str], note: str) -> None:
    assert any(note in line for line in read_spectrum(sample(**changed)).notes)


def test_missing_parts_stay_empty_and_are_noted() -> None:
    files = {name: data for name, data in sample().items() if not name.endswith("_P_value.txt")}
    found = read_spectrum(files)
    assert "3_P_value.txt" in found.notes[0]
    assert found.identities[3].values == Spectrum().values


def test_nothing_to_read_and_no_name_are_errors() -> None:
    with pytest.raises(Invalid, match=r"0_S\.txt"):
        read_spectrum({"readme.txt": b""})
    with pytest.raises(Invalid, match="Give the character one"):
        character_from(Spectrum(), " ")


def test_doubt_is_a_flag() -> None:
    assert (entry("Age", "presumably 34-35 ").value, entry("Age", "presumably 34-35 ").uncertain) == ("34-35", True)
    assert not entry("Age", "35").uncertain


def test_the_published_identities_come_back_word_for_word(shared_data: Path, tmp_path: Path) -> None:
    files = read_folder(shared_data / "data" / "spectrum" / "profile_result", (".txt",))
    assert len(files) == 150
    found = read_spectrum(files)
    assert list(found.identities) == [*range(30)]
    uncertain = 0
    for id_, spectrum in found.identities.items():
        assert len(spectrum.loves) == len(spectrum.hates) == 5
        for summary in (spectrum.personality, spectrum.values):
            assert summary.expert and summary.everyday
        uncertain += any(one.uncertain for one in spectrum.demographics)
        assert 15 <= len(spectrum.demographics) <= 22
        assert spectrum_of(character_from(spectrum, "Somebody")) == spectrum
        write_folder(tmp_path, write_spectrum(id_, spectrum))
    written = read_folder(tmp_path, (".txt",))
    assert {name: normal(data) for name, data in written.items()} == {n: normal(d) for n, d in files.items()}
    assert uncertain == 28
