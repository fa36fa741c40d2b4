"""Character cards out, in the three containers every program reads."""

from __future__ import annotations

from typing import Literal

from pydantic import JsonValue

from studio.cards import assets, charx, picture, png
from studio.cards.card_schema import CharacterCard, normalised, v2, v3
from studio.cards.contents import Contents
from studio.cards.conversion import beside, card_from, character_from
from studio.cards.json_text import Object, read_object, write_object
from studio.cards.reading import contents_of, read_card
from studio.cards.report import Notes
from studio.cards.zip_file import Archive
from studio.domain.character import Character
from studio.errors import Invalid
