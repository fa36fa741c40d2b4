"""A supportive talk as the log has it: who supports whom, the mood so far, the memories used, whether it may close, and
whether somebody needs real help. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import ValidationError

from studio.domain.character import Character
from studio.domain.event import TURNS, Event, Kind
from studio.domain.scene import Ending, Part, Scene
from studio.domain.transcript import Transcript
from studio.domain.value import Value
from studio.errors import Invalid
from studio.matching.profile import WORRY, profile_of
from studio.matching.support import mood
from studio.matching.support.aspects import memories_of_character
from studio.matching.support.crisis import Alert, alert
from studio.matching.support.memory_choice import NEVER_CHOSEN, WINDOW, barred

SUPPORT = "support"
"""The key of an event's parts under which a mode keeps a `Support`."""
SUPPORTIVE_TAG = "supportive"
GOODBYE = "They have said goodbye."
CODES = {
    "english": "en",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "portuguese": "pt",
    "italian": "it",
    "dutch": "nl",
    "polish": "pl",
    "swedish": "sv",
    "turkish": "tr",
    "russian": "ru",
    "ukrainian": "uk",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
    "arabic": "ar",
    "hindi": "hi",
    "greek": "el",
}

Role = Literal["seeker", "supporter"]


class Support(Value):
    """What a line of a supportive talk rests on. `aspect`: the memory brought up, empty for none; `mood`: the seeker's
    before the line, where it was read; `closing`: it says goodbye; `manner`: the speaker's rules, on their first line.
    On a note: `help` is what was shown, `stop` whether role-play ended."""

    role: Role = "supporter"
    aspect: str = ""
    mood: int | None = None
    closing: bool = False
    manner: tuple[str, ...] = ()
    help: str = ""
    stop: bool = False


class Course(Value):
    """Where a talk stands. `moods` and `window` are those since the last goodbye; `alert` is what the newest words of a
    person call for and has not been answered; `stopped` is the help shown when role-play ended, else empty."""

    seeker: str
    supporter: str
    moods: tuple[int, ...] = ()
    window: tuple[str, ...] = ()
    closings: int = 0
    unrated: bool = False
    alert: Alert | None = None
    stopped: str = ""

    @property
    def gauge(self) -> str:
        """The mood in words, for a page."""
        return mood.gauge(self.moods)

    @property
    def used(self) -> tuple[str, ...]:
        """The aspects used lately that may not be used now."""
        return tuple(sorted(barred(self.window)))


def support_of(event: Event) -> Support | None:
    """What an event keeps of a supportive talk; None where it keeps nothing readable."""
    try:
        return Support.model_validate(event.parts[SUPPORT]) if SUPPORT in event.parts else None
    except ValidationError:
        return None


def course_of(transcript: Transcript, seeker: str = "") -> Course:
    """Where the talk stands at the end of the path. `seeker`: who is listened to; empty: as `roles`.

    Raises: Invalid as `roles`.
    """
    one, other = roles(transcript, seeker)
    moods: list[int] = []
    window: list[str] = []
    closings, unrated, stopped = 0, False, ""
    for event in transcript.told:
        kept = support_of(event)
        if kept and kept.stop:
            stopped = kept.help
        if event.kind is Kind.NOTE and event.parts.get("ended") == GOODBYE:
            moods, window, closings = [], [], 0
        if event.kind not in TURNS or event.actor not in (one, other):
            continue
        kept = kept or Support(role="seeker" if event.actor == one else "supporter")
        moods += [] if kept.mood is None else [kept.mood]
        window.append(kept.aspect)
        closings = closings + 1 if kept.closing or (closings and event.parts.get("by") == "person") else 0
        unrated = event.actor == one
    return Course(
        seeker=one,
        supporter=other,
        moods=tuple(moods),
        window=tuple(window[-WINDOW:]),
        closings=closings,
        unrated=unrated,
        alert=_alert(transcript),
        stopped=stopped,
    )


def roles(transcript: Transcript, seeker: str = "") -> tuple[str, str]:
    """Seeker and supporter by id: the named seeker, else the first of the cast who does not come from a bank of
    supporters, else the first; the supporter is the next who is on stage.

    Raises: Invalid when fewer than two are in the cast, or the named seeker is not.
    """
    cast = transcript.session.cast
    if len(cast) < 2:
        raise Invalid("A supportive talk needs two: somebody who seeks and somebody who listens. Add one to the cast.")
    if seeker and seeker not in {member.id for member in cast}:
        raise Invalid(f"The seeker '{seeker[:80]}' is not in the cast. Name one of: {', '.join(m.id for m in cast)}.")
    others = [member.id for member in cast if SUPPORTIVE_TAG not in member.tags]
    one = seeker or (others or [cast[0].id])[0]
    rest = [member.id for member in cast if member.id != one]
    present = [id_ for id_ in rest if id_ in transcript.present]
    return one, (present or rest)[0]


def _alert(transcript: Transcript) -> Alert | None:
    """What the words since the last note of help call for: those of people, and of whoever is played."""
    worst: Alert | None = None
    language = CODES.get(transcript.session.scene.language.strip().casefold(), "")
    for event in reversed(transcript.told):
        kept = support_of(event)
        if event.kind is Kind.NOTE and kept and kept.help:
            break
        if event.kind in TURNS or event.parts.get("by") == "person":
            found = alert(event.text, "" if language == "en" else language)
            if found and (worst is None or found.level == "stop"):
                worst = found
    return worst


def manner_of(character: Character, role: Role, aspect: str, rules: Sequence[str], *, closing: bool) -> tuple[str, ...]:
    """How somebody is to speak this once, as lines for the end of their prompt."""
    memory = memories_of_character(character).get(aspect, "")
    goal = {
        "seeker": "Tell what troubles you in particulars, and answer what was said to you.",
        "supporter": "Comfort and help without lecturing; listen more than you advise.",
    }[role]
    if closing:
        goal = "It is time to close: say why you have to go now, warmly and not abruptly, and say goodbye."
    return (
        goal,
        *((f"Let this come in, in your own words: {memory}",) if memory and not closing else ()),
        *rules,
        "Everyday language, one or two short sentences, nothing said before, no over-politeness.",
    )


def topics_left(character: Character, role: Role, window: Sequence[str]) -> tuple[str, ...]:
    """The aspects of a character that may be brought up now."""
    shut = barred(window) | NEVER_CHOSEN | (frozenset({WORRY}) if role == "supporter" else frozenset())
    return tuple(aspect for aspect in memories_of_character(character) if aspect not in shut)


def scene_for(seeker: Character, supporter: Character, feeling: str = "") -> Scene:
    """A scene for these two, ready to begin with the supportive mode.

    Raises: Invalid when both are the same.
    """
    if seeker.id == supporter.id:
        raise Invalid("Seeker and supporter are the same person. Choose two.")
    told = feeling.strip() or profile_of(seeker).facts.get(WORRY, "")
    about = f" {told[:600]}" if told else ""
    return Scene(
        id="supportive-talk",
        title=f"{seeker.first_name} and {supporter.first_name}",
        genre="supportive talk",
        place="a quiet place with two chairs",
        mood="calm",
        premise=f"{seeker.name} has something on their mind, and {supporter.name} has time to listen.{about}",
        cast=(Part(character=seeker.id), Part(character=supporter.id)),
        end=Ending(max_turns=60),
    )
