"""Chat files, whichever program wrote them."""

from __future__ import annotations

from studio.cards.chats import agnai, character_ai, koboldai_lite, ooba, risu
from studio.cards.chats.base import CHARACTER, USER, ChatImport, ImportedChat, Names
from studio.cards.chats.sillytavern import PROGRAM, is_header, read_sillytavern
from studio.cards.json_text import Object, read_object
from studio.cards.report import Notes, counted, shown
from studio.errors import Invalid

FORMATS = (koboldai_lite.FORMAT, character_ai.FORMAT, risu.FORMAT, ooba.FORMAT, agnai.FORMAT)


def read_chats(data: bytes, filename: str, *, user: str = "", character: str = "") -> ChatImport:
    """The chats in a file: SillyTavern (of one, of a group, Chub's, TavernAI's), text-generation-webui, Agnai, RisuAI,
    KoboldAI Lite, Character.AI through CAI Tools. `user` and `character`: what to call whom the file does not name.

    Raises: Invalid when it holds no chat, or is damaged throughout or too large.
    """
    notes = Notes()
    title = filename.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    names = Names(title=title, user=user or USER, character=character or CHARACTER)
    chats, program = _chats(data, filename, names, notes)
    messages = sum(len(chat.messages) for chat in chats)
    notes.kept.append(f"{counted(len(chats), 'chat')}, {counted(messages, 'message')}.")
    swiped = sum(len(message.swipes) > 1 for chat in chats for message in chat.messages)
    if swiped:
        notes.kept.append(f"{counted(swiped, 'message')} with more than one version.")
    hidden = sum(message.hidden for chat in chats for message in chat.messages)
    if hidden:
        notes.kept.append(f"{counted(hidden, 'message')} hidden from the models; so they stay.")
    return ChatImport(chats=chats, report=notes.report(program, "json"))


def _chats(data: bytes, filename: str, names: Names, notes: Notes) -> tuple[tuple[ImportedChat, ...], str]:
    first, _, rest = data.strip().partition(b"\n")
    single = None if rest.strip() and _object(first) is not None else _object(data)
    if single is None:
        if filename.lower().endswith(".jsonl") or _object(first) is not None:
            return (read_sillytavern(data, names, notes),), PROGRAM
        read_object(data, shown(filename), notes)
    elif found := next((one for one in FORMATS if one.claims(single)), None):
        whole = read_object(data, shown(filename), notes)
        return found.read(whole, names, notes), found.name
    elif is_header(single) or "mes" in single:
        return (read_sillytavern(data, names, notes),), PROGRAM
    elif isinstance(single.get("members"), list):
        raise Invalid(
            f"{shown(filename)} says who belongs to a group; what was said lies in 'group chats/<name>.jsonl'. "
            "Import that file."
        )
    raise Invalid(f"{shown(filename)} holds no chat of a form that is known. Export it from its program anew.")


def _object(data: bytes) -> Object | None:
    """The JSON object in the bytes, or None where there is none."""
    try:
        return read_object(data, "", Notes())
    except Invalid:
        return None
