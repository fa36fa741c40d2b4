"""Random cards and characters, hostile in every way that is still a card."""

from __future__ import annotations

from hypothesis import strategies as st

from studio.domain.character import BigFive, Character, Consent, Identity, Source, Voice

TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
MARKED = st.sampled_from(
    ["", "{{char}}: hm", "<START>\n{{user}}: a\n{{char}}: b\nc", "<script>x</script>", "\u202eabc", "a\n\n- b", " x "]
)
WORDS = TEXTS | MARKED
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | WORDS
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
UNKNOWN = st.dictionaries(TEXTS.map("x_{}".format), JSON, max_size=4)
NAMES = st.from_regex(r"[A-Za-zÄ-ž](?:[A-Za-zÄ-ž.' -]{0,20}[A-Za-zÄ-ž])?", fullmatch=True).map(
    lambda name: " ".join(name.split())
)
SHORT = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=12)

ENTRIES = st.fixed_dictionaries(
    {
        "keys": st.lists(SHORT, max_size=3),
        "content": WORDS,
        "extensions": UNKNOWN,
        "enabled": st.booleans(),
        "insertion_order": st.integers(-10, 1000),
    },
    optional={
        "case_sensitive": st.booleans(),
        "name": WORDS,
        "priority": st.integers(0, 100),
        "comment": WORDS,
        "selective": st.booleans(),
        "secondary_keys": st.lists(SHORT, max_size=2),
        "constant": st.booleans(),
        "position": st.sampled_from(["before_char", "after_char"]),
        "use_regex": st.booleans(),
        "x_entry": JSON,
    },
)
BOOKS = st.fixed_dictionaries(
    {"extensions": UNKNOWN, "entries": st.lists(ENTRIES, max_size=3)},
    optional={
        "name": WORDS,
        "description": WORDS,
        "scan_depth": st.integers(0, 50),
        "token_budget": st.integers(0, 4000),
        "recursive_scanning": st.booleans(),
        "x_book": JSON,
    },
)
SIX = {
    "name": NAMES | NAMES.map(" {}\n".format),
    "description": WORDS,
    "personality": WORDS,
    "scenario": WORDS,
    "first_mes": WORDS,
    "mes_example": WORDS,
}
MORE = {
    "creator_notes": WORDS,
    "system_prompt": WORDS,
    "post_history_instructions": WORDS,
    "alternate_greetings": st.lists(WORDS, max_size=3),
    "tags": st.lists(WORDS, max_size=3),
    "creator": WORDS,
    "character_version": WORDS,
    "extensions": st.builds(
        lambda known, unknown: {**unknown, **known},
        st.fixed_dictionaries(
            {},
            optional={
                "talkativeness": st.floats(-1, 2) | st.sampled_from(["0.5", "loud", "", 1]),
                "fav": st.booleans(),
                "regex_scripts": st.lists(JSON, max_size=2),
                "greenroom": JSON,
            },
        ),
        UNKNOWN,
    ),
}
LATER = {
    "nickname": WORDS,
    "creator_notes_multilingual": st.dictionaries(SHORT, WORDS, max_size=2),
    "source": st.lists(WORDS, max_size=2),
    "group_only_greetings": st.lists(WORDS, max_size=2),
    "creation_date": st.integers(0, 2**33),
    "modification_date": st.integers(0, 2**33),
    "assets": st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["icon", "background", "emotion", "x_own"]),
                "uri": st.sampled_from(["ccdefault:", "embeded://a/b.png", "https://example.org/a.png", "../../etc"]),
                "name": st.sampled_from(["main", "glad"]),
                "ext": st.sampled_from(["png", "unknown"]),
            },
            optional={"x_asset": JSON},
        ),
        max_size=3,
    ),
}


def _nested(
    spec: str, version: str, data: st.SearchStrategy[dict[str, object]]
) -> st.SearchStrategy[dict[str, object]]:
    return st.builds(
        lambda data, extra, top: {**top, "spec": spec, "spec_version": version, "data": {**extra, **data}},
        data,
        UNKNOWN,
        UNKNOWN,
    )


V1 = st.builds(
    lambda known, unknown: {**unknown, **known},
    st.fixed_dictionaries(
        SIX,
        optional={"creatorcomment": WORDS, "talkativeness": st.sampled_from(["0.5", 0.3]), "fav": st.booleans()},
    ),
    UNKNOWN,
)
V2 = _nested("chara_card_v2", "2.0", st.fixed_dictionaries({**SIX, **MORE}, optional={"character_book": BOOKS}))
V3 = _nested(
    "chara_card_v3", "3.0", st.fixed_dictionaries({**SIX, **MORE}, optional={"character_book": BOOKS, **LATER})
)

LINES = WORDS.map(str.strip).filter(bool)
MANY = st.lists(LINES, max_size=3).map(tuple)
SCORES = st.floats(1, 7)
CHARACTERS = st.builds(
    Character,
    id=st.just(""),
    name=NAMES,
    persona_type=st.sampled_from(["original", "fictional", "historical", "demographic", "real", "user"]),
    age=st.none() | st.integers(0, 10_000),
    pronouns=WORDS,
    career=WORDS,
    aspiration=WORDS,
    traits=MANY,
    skills=MANY,
    mbti=st.none() | st.sampled_from(["INTP", "ESFJ"]),
    big_five=st.none()
    | st.builds(
        BigFive,
        openness=SCORES,
        conscientiousness=SCORES,
        extraversion=SCORES,
        agreeableness=SCORES,
        negative_emotionality=SCORES,
    ),
    tropes=MANY,
    identity=st.builds(Identity, social=WORDS, personal=WORDS, life_context=WORDS),
    backstory=WORDS,
    appearance=WORDS,
    speech=st.builds(Voice, style=WORDS, habits=MANY, examples=MANY),
    goals=MANY,
    secrets=MANY,
    relationships=st.dictionaries(SHORT, WORDS, max_size=2),
    facts=MANY,
    greeting=WORDS,
    alternate_greetings=st.lists(WORDS, max_size=3).map(tuple),
    talkativeness=st.floats(0, 1),
    tags=MANY,
    sources=st.lists(
        st.builds(Source, kind=st.sampled_from(["description", "user_history"]), ref=LINES, licence=WORDS), max_size=2
    ).map(tuple),
    timeline_point=WORDS,
    knowledge_boundary=MANY,
    consent=st.none() | st.builds(Consent, who=LINES, when=LINES, scope=LINES),
    risk_notes=MANY,
    extensions=UNKNOWN,
)
