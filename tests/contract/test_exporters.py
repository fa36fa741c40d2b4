"""What every exporter must hold beside the contract of all methods."""

from __future__ import annotations

import pytest

from studio.domain.transcript import Transcript
from studio.export.base import EXPORTERS, Exporter
from tests.export.plays import play, session

EVERY = pytest.mark.parametrize("exporter", EXPORTERS.methods.values(), ids=lambda method: method.card.name)


@EVERY
def test_it_says_what_file_it_makes(exporter: type[Exporter]) -> None:
    assert exporter.ending.startswith(".") and "/" in exporter.media_type
    endings = [other.ending for other in EXPORTERS.methods.values()]
    assert endings.count(exporter.ending) == 1


@EVERY
def test_the_same_play_gives_the_same_bytes_and_is_left_alone(exporter: type[Exporter]) -> None:
    first, second = play(), play()
    assert "".join(exporter().export((first,))) == "".join(exporter().export((second,)))
    assert first == second


@EVERY
def test_an_empty_play_and_no_play_at_all_are_no_error(exporter: type[Exporter]) -> None:
    "".join(exporter().export(()))
    text = "".join(exporter().export((Transcript(session=session()),)))
    assert text == "" or session().id in text


@EVERY
def test_any_iterable_of_plays_will_do(exporter: type[Exporter]) -> None:
    pieces = exporter().export(iter((play(), play())))
    assert "".join(pieces).count(session().id) >= 2
