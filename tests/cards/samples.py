"""Cards invented here, in every dialect and container, built byte by byte."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"

BOOK = {
    "name": "Harbour",
    "extensions": {"x_colour": "teal"},
    "entries": [
        {
            "keys": ["lamp", "light"],
            "content": "The lamp is lit at six.",
            "extensions": {"x_source": [1, 2]},
            "enabled": True,
            "insertion_order": 10,
            "id": 0,
            "comment": "lamp",
        },
        {
            "keys": ["tide"],
            "content": "The tide turns at nine.",
            "extensions": {},
            "enabled": False,
            "insertion_order": 20,
            "case_sensitive": True,
            "constant": True,
            "id": 1,
        },
    ],
}
V1 = {
    "name": "Ola Lind",
    "description": "{{char}} keeps the harbour light.",
    "personality": "patient, dry",
    "scenario": "A storm is coming in.",
    "first_mes": "*Ola trims the wick.* You are late, {{user}}.",
    "mes_example": "<START>\n{{user}}: Is it loud?\n{{char}}: Only when quiet.\n<START>\nOla Lind: Mind the step.",
    "creatorcomment": "Invented.",
    "create_date": "2026-1-2@03h04m05s",
    "talkativeness": "0.7",
    "tags": ["harbour", "storm"],
    "x_unknown": {"deep": [None, True, 1.5]},
}
V2 = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {
        **{key: V1[key] for key in ("name", "description", "personality", "scenario", "first_mes", "mes_example")},
        "creator_notes": "Invented.",
        "system_prompt": "",
        "post_history_instructions": "Stay brief.",
        "alternate_greetings": ["The door is open.", ""],
        "tags": ["harbour", "storm"],
        "creator": "nobody",
        "character_version": "1.1",
        "extensions": {
            "talkativeness": "0.7",
            "fav": False,
            "regex_scripts": [{"scriptName": "cut", "findRegex": "/(a+)+$/", "replaceString": ""}],
            "depth_prompt": {"prompt": "Ola is cold.", "depth": 4, "role": "system"},
            "x_tool": {"deep": {"er": []}},
        },
        "character_book": BOOK,
        "x_data": "kept",
    },
    "x_top": 7,
}
V3 = {
    "spec": "chara_card_v3",
    "spec_version": "3.0",
    "data": {
        **V2["data"],
        "nickname": "Ola",
        "creator_notes_multilingual": {"de": "Erfunden."},
        "source": ["chub:nobody/ola"],
        "group_only_greetings": ["Both of you, in."],
        "creation_date": 1767225600,
        "modification_date": 0,
        "assets": [
            {"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"},
            {"type": "emotion", "uri": "https://example.org/glad.png", "name": "glad", "ext": "png"},
        ],
    },
    "x_top": 7,
}


def chunk(kind: bytes, body: bytes, crc: int | None = None) -> bytes:
    """A PNG chunk; with a checksum of the caller's choice."""
    checksum = zlib.crc32(kind + body) if crc is None else crc
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def picture(width: int = 8, height: int = 6, ending: str = "PNG", exif: bytes = b"") -> bytes:
    """A small picture of one colour."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 120)).save(target, ending, **({"exif": exif} if exif else {}))
    return target.getvalue()


def packed(card: object) -> bytes:
    """Compact JSON."""
    return json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()


def encoded(card: object) -> bytes:
    """A card as it stands in a text chunk."""
    return base64.b64encode(packed(card))


def text_chunk(card: object, keyword: str = "chara", kind: str = "tEXt") -> bytes:
    """A text chunk with a card, plain or compressed."""
    name, value = keyword.encode("latin-1"), encoded(card)
    bodies = {
        "tEXt": name + b"\0" + value,
        "zTXt": name + b"\0\0" + zlib.compress(value),
        "iTXt": name + b"\0\0\0\0\0" + value,
        "iTXt compressed": name + b"\0\1\0en\0\0" + zlib.compress(value),
    }
    return chunk(kind[:4].encode(), bodies[kind])


def png(*chunks: bytes, base: bytes = b"", before_pixels: bool = False) -> bytes:
    """A picture with whole chunks added before IEND, or before the pixels."""
    base = base or picture()
    at = base.index(b"IDAT") - 4 if before_pixels else len(base) - 12
    return base[:at] + b"".join(chunks) + base[at:]


def tiff(comment: bytes, nested: bool = False, order: str = "<") -> bytes:
    """EXIF data with a user comment, in the first folder or in the Exif folder."""
    mark = b"II" if order == "<" else b"MM"
    entry = struct.pack(order + "HHII", 0x9286, 7, len(comment), 44 if nested else 26)
    folder = struct.pack(order + "H", 1) + entry + struct.pack(order + "I", 0)
    if nested:
        pointer = (
            struct.pack(order + "H", 1) + struct.pack(order + "HHII", 0x8769, 4, 1, 26) + struct.pack(order + "I", 0)
        )
        return mark + struct.pack(order + "HI", 42, 8) + pointer + folder + comment
    return mark + struct.pack(order + "HI", 42, 8) + folder + comment


def commented(card: object, decimal: bool = False) -> bytes:
    """A user comment with a card, as JSON or as a list of its bytes."""
    text = packed(card)
    return b"ASCII\0\0\0" + (",".join(map(str, text)).encode() if decimal else text)


def archive(members: dict[str, bytes], prefix: bytes = b"", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive, behind another file if need be."""
    target = io.BytesIO()
    target.write(prefix)
    with zipfile.ZipFile(target, "a", method) as made:
        for name, content in members.items():
            made.writestr(zipfile.ZipInfo(name), content, method)
    return target.getvalue()


def charx(card: dict[str, object], prefix: bytes = b"", **more: bytes) -> bytes:
    """A charx archive with a main icon."""
    data = {**card["data"]}
    data["assets"] = [
        {"type": "icon", "uri": "embeded://assets/icon/image/main.png", "name": "main", "ext": "png"},
        *[asset for asset in data.get("assets", []) if asset["type"] != "icon"],
    ]
    members = {"card.json": packed({**card, "data": data}), "assets/icon/image/main.png": picture(), **more}
    return archive(members, prefix)


def byaf(**changes: object) -> bytes:
    """A Backyard archive of one character with two scenarios."""
    manifest = {
        "schemaVersion": 1,
        "createdAt": "2026-01-01T00:00:00Z",
        "author": {"name": "nobody", "backyardURL": "https://example.org/nobody"},
        "characters": ["characters/ola/character.json"],
        "scenarios": ["scenarios/one.json", "scenarios/two.json"],
    }
    character = {
        "schemaVersion": 1,
        "id": "ola",
        "name": "Ola Lind",
        "displayName": "Ola of the Light",
        "isNSFW": False,
        "persona": "{character} keeps the light for {user}.",
        "loreItems": [
            {"key": "lamp, light", "value": "{character} lights it at six."},
            {"key": "tide", "value": "Nine."},
        ],
        "images": [{"path": "images/ola.png", "label": ""}],
        **changes,
    }
    scenario = {
        "schemaVersion": 1,
        "title": "Storm",
        "formattingInstructions": "Short.",
        "narrative": "A storm; {user} knocks.",
        "firstMessages": [{"characterID": "ola", "text": "You are late, {user}."}],
        "exampleMessages": [{"characterID": "ola", "text": "#{user}: Loud?\n#{character}: Only when quiet."}],
        "messages": [{"type": "human", "text": "Hello."}],
        "temperature": 1.2,
    }
    second = {**scenario, "firstMessages": [{"characterID": "ola", "text": "Calm tonight."}], "messages": []}
    return archive(
        {
            "manifest.json": packed(manifest),
            "characters/ola/character.json": packed(character),
            "characters/ola/images/ola.png": picture(),
            "scenarios/one.json": packed(scenario),
            "scenarios/two.json": packed(second),
        }
    )


def containers(card: dict[str, object]) -> dict[str, bytes]:
    """One card in every container that can hold its dialect."""
    nested = isinstance(card.get("data"), dict)
    made = {
        "png": png(text_chunk(card)),
        "png before the pixels": png(text_chunk(card), before_pixels=True),
        "png upper case": png(text_chunk(card, "Chara")),
        "png zTXt": png(text_chunk(card, kind="zTXt")),
        "png iTXt": png(text_chunk(card, kind="iTXt")),
        "png iTXt compressed": png(text_chunk(card, kind="iTXt compressed")),
        "json": packed(card),
        "json indented": json.dumps(card, indent=4).encode(),
        "webp": picture(ending="WEBP", exif=tiff(commented(card))),
        "webp of decimals": picture(ending="WEBP", exif=tiff(commented(card, decimal=True), nested=True)),
        "jpeg": picture(ending="JPEG", exif=b"Exif\0\0" + tiff(commented(card), order=">")),
    }
    if nested:
        made |= {"png ccv3": png(text_chunk(card, "ccv3")), "charx": charx(card)}
        made |= {"charx in a jpeg": charx(card, prefix=picture(ending="JPEG"))}
    return made


def members(data: bytes) -> dict[str, bytes]:
    """The members of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}
