"""Somebody to talk to: found, talked with, rated, and what was learnt from ratings."""

from __future__ import annotations

import asyncio
import random

from studio.domain.character import Character
from studio.domain.event import DIRECTOR
from studio.domain.session import Choice, Session
from studio.domain.transcript import Transcript
from studio.errors import Invalid, NotFound, StudioError
from studio.library import Library
from studio.llm.client import Model
from studio.matching.base import MATCHERS, Seeker
from studio.matching.learned import Learned, told
from studio.matching.profile import WORRY, Profile
from studio.matching.ranking import Filters, Match, Ranking
from studio.matching.support.crisis import alert
from studio.roleplay.supporting import SUPPORTIVE_TAG, course_of, scene_for
from studio.ui.desk import Desk
from studio.ui.frame import Frame
from studio.ui.match.values import SHOWN, Found, Search, Talk, Wish
from studio.ui.present import Person, face_of, person_of
from studio.ui.visit import Visit

YOU = "you"
MODE = "supportive"
TALKS = 12
LOOKED_THROUGH = 200
COMPARED = {
    "age": "Age",
    "job": "Work",
    "region": "From",
    "mbti": "Type",
    "growth_experience": "Went through",
    "personality": "Is",
    "hobby": "Likes",
    "tone": "Speaks",
}


class Seeking:
    """Answers wishes for company. Nothing of the bank is read before somebody asks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rated: dict[tuple[str, str], float] = {}

    async def search(self, visit: Visit, wish: Wish) -> Search:
        """Who suits whoever seeks. Words that mean danger show help first, and where they are said of oneself, nothing
        else."""
        found = alert(wish.feeling)
        if found and found.level == "stop":
            return Search(help=found.help, stop=True)
        help_ = found.help if found else ""
        try:
            library = await self._desk.library(visit)
            seeker = await asyncio.to_thread(_seeker, library, wish)
            ranking = await self._desk.studio.matching.match(
                visit.owner,
                seeker,
                scorer=Choice(name=wish.scorer),
                bank=wish.bank,
                count=SHOWN,
                filters=_filters(wish),
                diversity=wish.diversity,
                context=self._desk.studio.matching.context(await self._model(visit, wish.scorer)),
            )
        except StudioError as error:
            return Search(help=help_, problem=str(error))
        return _shown(ranking, help_)

    async def _model(self, visit: Visit, scorer: str) -> Model | None:
        method = MATCHERS.methods.get(scorer)
        asks = method is not None and any("model" in need for need in method.card.needs)
        return await self._desk.writers.model(visit) if asks else None

    async def begin(self, visit: Visit, wish: Wish) -> Frame:
        """A supportive talk on the stage, the visitor in the seeker's chair where the feeling was their own.

        Raises: Invalid, NotFound, ModelError, StorageError.
        """
        if (found := alert(wish.feeling)) and found.level == "stop":
            raise Invalid(found.help)
        studio = self._desk.studio
        supporter = (await studio.matching.supporter(wish.supporter, wish.bank)).character()
        library = await self._desk.library(visit)
        seeker = await asyncio.to_thread(_somebody, library, wish)
        seated = seeker.id == YOU
        engine = await self._desk.engine(visit)
        transcript = await engine.begin(
            visit.owner,
            scene_for(seeker, supporter, wish.feeling),
            (seeker, supporter),
            seed=random.SystemRandom().randrange(2**31),
            mode=Choice(name=MODE, parameters={"seeker": seeker.id}),
        )
        begun = {
            "session": transcript.session.id,
            "seat": YOU if seated else DIRECTOR,
            "window": 0,
            "follows": "",
            "retry": None,
            "again": "",
        }
        frame = self._desk.frame(
            visit.model_copy(update=begun),
            await self._desk.read(visit.model_copy(update=begun)),
        )
        return frame.model_copy(update={"plays": await self._desk.plays(visit)})

    async def talks(self, visit: Visit) -> tuple[Talk, ...]:
        """The talks that were held, the newest first, with how the mood went. Raises: StorageError."""
        sessions = self._desk.studio.archive.sessions
        found: list[Talk] = []
        for one in await sessions.list(visit.owner, limit=LOOKED_THROUGH):
            if len(one.cast_names) != 2 or len(found) >= TALKS:
                continue
            session = await sessions.get(visit.owner, one.id)
            if session.mode.name == MODE:
                found.append(await self._talk(visit, session))
        return tuple(found)

    async def _talk(self, visit: Visit, session: Session) -> Talk:
        transcript = await self._desk.studio.archive.sessions.transcript(visit.owner, session.id)
        course = course_of(transcript, str(session.mode.parameters.get("seeker", "")))
        moods = _moods(transcript)
        return Talk(
            session=session.id,
            title=session.title,
            person=person_of(session.character(course.supporter)),
            gauge=course.gauge if course.moods else "",
            moods=moods,
            closed=any(event.parts.get("ended") for event in transcript.told),
            rated=self._rated.get((visit.owner, session.id), 0),
        )

    async def rate(self, visit: Visit, wish: Wish) -> str:
        """Keep how good a talk was, for the scorer that learns; what to say of it.

        Raises: Invalid for no rating, or somebody who is in no bank; NotFound, StorageError.
        """
        if not 1 <= wish.rating <= 5:
            raise Invalid(f"{wish.rating:g} is no rating. Give one to five stars.")
        studio = self._desk.studio
        session = await studio.archive.sessions.get(visit.owner, wish.session)
        seeker = str(session.mode.parameters.get("seeker", ""))
        one = next((member for member in session.cast if member.id == seeker), None)
        other = next((member for member in session.cast if member.id != seeker), None)
        if one is None or other is None or SUPPORTIVE_TAG not in other.tags:
            raise Invalid("Only a talk with somebody of a bank can be rated here.")
        bank = await self._bank_of(other.id, wish.bank)
        await studio.matching.rate(visit.owner, Seeker.of_character(one), other.id, wish.rating, bank)
        self._rated[visit.owner, session.id] = wish.rating
        return f"Your talk with {other.first_name} counts as {wish.rating:g} of 5."

    async def _bank_of(self, id_: str, first: str) -> str:
        matching = self._desk.studio.matching
        for bank in dict.fromkeys((first, "", *matching.banks())):
            if id_ in (await matching.pool(bank)).position:
                return bank
        raise NotFound("The bank this person came from is gone, so the talk cannot be rated.")

    async def learnt(self, visit: Visit) -> str:
        """What was learnt from the ratings so far, as measured on those held out. Raises: StorageError."""
        embedder = self._desk.studio.embedder.name
        every = await self._desk.studio.matching.records.evidence(visit.owner)
        return await asyncio.to_thread(told, every, embedder, Learned())


def _moods(transcript: Transcript) -> tuple[int, ...]:
    moods = []
    for event in transcript.told:
        kept = event.parts.get("support")
        if isinstance(kept, dict) and isinstance(kept.get("mood"), int):
            moods.append(int(kept["mood"]))
    return tuple(moods)


def _filters(wish: Wish) -> Filters:
    return Filters(
        types=tuple(wish.types),
        gender=wish.gender,
        region=wish.region,
        least_age=wish.least_age,
        most_age=wish.most_age,
    )


def _seeker(library: Library, wish: Wish) -> Seeker:
    return Seeker.of_character(library.character(wish.seeker), wish.feeling) if wish.seeker else _yours(wish)


def _yours(wish: Wish) -> Seeker:
    return Seeker(feeling=wish.feeling)


def _somebody(library: Library, wish: Wish) -> Character:
    if wish.seeker:
        return library.character(wish.seeker)
    if not wish.feeling.strip():
        raise Invalid("Say in a line how you are, so that there is something to talk about.")
    worry = {WORRY: " ".join(wish.feeling.split())[:2000]}
    return Profile(id=YOU, name="You", told=worry, about=worry).character().model_copy(update={"tags": ()})


def _shown(ranking: Ranking, help_: str) -> Search:
    return Search(
        help=help_,
        found=tuple(_found(one, ranking) for one in ranking.matches),
        measured=ranking.measured,
        baseline=(
            f"Counting shared words alone finds {ranking.overlap} of these {len(ranking.matches)} too. How people "
            "rated published talks hardly follows either: with word counting it correlates at r = 0.085."
        ),
        looked=f"{ranking.eligible:,} of {ranking.pool:,} people, {ranking.milliseconds:,.0f} ms",
        notes=ranking.notes,
    )


def _found(match: Match, ranking: Ranking) -> Found:
    one = match.profile
    known = {"age": str(one.age or ""), "job": one.job, "region": one.region, "mbti": one.mbti or "", **one.facts}
    span = max(1e-9, ranking.high - ranking.low)
    return Found(
        person=_person(one),
        about=", ".join(str(part) for part in (one.age, one.job, one.region, one.mbti) if part),
        rank=match.rank,
        score=f"{match.score:.2f} on a scale from {ranking.low:g} to {ranking.high:g}",
        near=min(1.0, max(0.0, (match.score - ranking.low) / span)),
        reasons=tuple(reason.text for reason in match.reasons),
        words_rank=match.words_rank,
        told={title: known[name] for name, title in COMPARED.items() if known.get(name)},
    )


def _person(one: Profile) -> Person:
    return face_of(one.id, one.name, "").model_copy(update={"portrait": ""})
