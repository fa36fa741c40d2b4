"""Where the two common forms of lore keep what: World Info's names, and their places in a card's `character_book`."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from pydantic import JsonValue

from studio.cards.json_text import Object
from studio.domain.lorebook import Logic, Position

BLOCK = "greenroom"
"""Where the `extensions` of a file hold what its form has no name for."""


class Form(StrEnum):
    """A form of lore that is read and written: within cards, and SillyTavern's own files."""

    CARD = "character_book"
    WORLD_INFO = "world_info"


LOGICS = (Logic.AND_ANY, Logic.NOT_ALL, Logic.NOT_ANY, Logic.AND_ALL)
POSITIONS = (
    Position.BEFORE_CHARACTER,
    Position.AFTER_CHARACTER,
    Position.BEFORE_NOTE,
    Position.AFTER_NOTE,
    Position.AT_DEPTH,
    Position.BEFORE_EXAMPLES,
    Position.AFTER_EXAMPLES,
    Position.OUTLET,
)
ROLES = ("system", "user", "assistant")
CARD_ONLY = ("name", "priority", "use_regex")
"""Fields World Info has no name for; its files keep them in our block."""
OURS = ("scope", "withheld_from", "excluded_keys")
"""Fields neither form has a name for."""

FIELDS = MappingProxyType(
    {
        "key": "keys",
        "keysecondary": "secondary_keys",
        "comment": "comment",
        "content": "content",
        "constant": "constant",
        "selective": "selective",
        "order": "insertion_order",
        "name": "name",
        "priority": "priority",
        "use_regex": "use_regex",
    }
)
"""World Info's name → the field of a card's entry."""
EXTENSIONS = MappingProxyType(
    {
        "position": "position",
        "excludeRecursion": "exclude_recursion",
        "preventRecursion": "prevent_recursion",
        "delayUntilRecursion": "delay_until_recursion",
        "displayIndex": "display_index",
        "probability": "probability",
        "useProbability": "useProbability",
        "depth": "depth",
        "selectiveLogic": "selectiveLogic",
        "outletName": "outlet_name",
        "group": "group",
        "groupOverride": "group_override",
        "groupWeight": "group_weight",
        "scanDepth": "scan_depth",
        "caseSensitive": "case_sensitive",
        "matchWholeWords": "match_whole_words",
        "useGroupScoring": "use_group_scoring",
        "automationId": "automation_id",
        "role": "role",
        "vectorized": "vectorized",
        "sticky": "sticky",
        "cooldown": "cooldown",
        "delay": "delay",
        "matchPersonaDescription": "match_persona_description",
        "matchCharacterDescription": "match_character_description",
        "matchCharacterPersonality": "match_character_personality",
        "matchCharacterDepthPrompt": "match_character_depth_prompt",
        "matchScenario": "match_scenario",
        "matchCreatorNotes": "match_creator_notes",
        "triggers": "triggers",
        "ignoreBudget": "ignore_budget",
        BLOCK: BLOCK,
    }
)
"""World Info's name → the name under `extensions` of a card's entry."""
INERT = MappingProxyType(
    {
        "vectorized": "to be found by meaning",
        "automationId": "to start an automation",
        "triggers": "to wait for a kind of generation",
        "matchPersonaDescription": "to be looked for in the persona",
        "matchCharacterDescription": "to be looked for in the character's description",
        "matchCharacterPersonality": "to be looked for in the character's personality",
        "matchCharacterDepthPrompt": "to be looked for in the character's instruction",
        "matchScenario": "to be looked for in the scenario",
        "matchCreatorNotes": "to be looked for in the creator's notes",
    }
)
"""What entries may ask for in vain."""
TEMPLATE: MappingProxyType[str, JsonValue] = MappingProxyType(
    {
        "uid": 0,
        "key": [],
        "keysecondary": [],
        "comment": "",
        "content": "",
        "constant": False,
        "vectorized": False,
        "selective": True,
        "selectiveLogic": 0,
        "addMemo": False,
        "order": 100,
        "position": 0,
        "disable": False,
        "ignoreBudget": False,
        "excludeRecursion": False,
        "preventRecursion": False,
        "matchPersonaDescription": False,
        "matchCharacterDescription": False,
        "matchCharacterPersonality": False,
        "matchCharacterDepthPrompt": False,
        "matchScenario": False,
        "matchCreatorNotes": False,
        "delayUntilRecursion": 0,
        "probability": 100,
        "useProbability": True,
        "depth": 4,
        "outletName": "",
        "group": "",
        "groupOverride": False,
        "groupWeight": 100,
        "scanDepth": None,
        "caseSensitive": None,
        "matchWholeWords": None,
        "useGroupScoring": None,
        "automationId": "",
        "role": 0,
        "sticky": None,
        "cooldown": None,
        "delay": None,
        "triggers": [],
        "displayIndex": 0,
    }
)
"""A World Info entry as SillyTavern begins one."""


def inside(value: JsonValue) -> Object:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def told(raw: Object, name: str, form: Form) -> JsonValue:
    """What an entry's object says under a World Info name; None when nothing."""
    extensions = inside(raw.get("extensions"))
    if form is Form.WORLD_INFO:
        return extensions.get(BLOCK) if name == BLOCK else raw.get(name)
    if name == "disable":
        enabled = raw.get("enabled")
        return not enabled if isinstance(enabled, bool) else str(enabled).strip().lower() in ("false", "0")
    if name in FIELDS:
        return raw.get(FIELDS[name])
    found = extensions.get(EXTENSIONS.get(name, name))
    if name == "position" and found is None:
        return 0 if raw.get("position") == "before_char" else 1
    return raw.get("case_sensitive") if name == "caseSensitive" and found is None else found


def put(raw: Object, name: str, value: JsonValue, form: Form) -> None:
    """Write a value into an entry's object under a World Info name."""
    if form is Form.WORLD_INFO and name != BLOCK:
        raw[name] = value
    elif name == "disable":
        raw["enabled"] = not value
    elif name in FIELDS:
        raw[FIELDS[name]] = value
    else:
        raw["extensions"] = {**inside(raw.get("extensions")), EXTENSIONS[name]: value}
    if name == "probability":
        put(raw, "useProbability", True, form)
    if name == "position" and form is Form.CARD:
        raw["position"] = "before_char" if value == 0 else "after_char"
    if name == "caseSensitive" and form is Form.CARD:
        raw["case_sensitive"] = value
