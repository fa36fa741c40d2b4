"""What the matching commands do."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from pydantic import ValidationError

from studio.cli.opening import choice_of, opened_studio, own_library, write
from studio.domain.session import LOCAL_OWNER, Choice
from studio.domain.value import Value
from studio.errors import Invalid, NotFound
from studio.matching.bank import lexicon
from studio.matching.bank.builders.base import BUILDERS
from studio.matching.bank.checking import check
from studio.matching.bank.published import read_published
from studio.matching.bank.store import Bank, BankHeader, bank_folders, open_bank
from studio.matching.bank.store import write as write_bank
from studio.matching.base import MATCHERS, Seeker
from studio.matching.casting.asking import weights_from
from studio.matching.casting.base import CASTINGS, Casting, pick, reweighted
from studio.matching.casting.table import history, of_characters
from studio.matching.matchmaking import items_of
from studio.matching.pool import Pool
from studio.matching.profile import Profile, profile_of
from studio.matching.ranking import Filters, Ranking
from studio.matching.shelf.items import ItemKind
from studio.matching.shelf.recommending import Shelf
from studio.matching.shelf.recommending import explain as explained
from studio.matching.support.conversation import Supportive
from studio.matching.support.crisis import alert
from studio.matching.support.rating import rate as judged
from studio.matching.tropes.community import community
from studio.matching.tropes.space import CharacterSpace
from studio.settings import Settings
from studio.wiring import Studio

NOT_THERAPY = "Not therapy: these are invented people. In need, talk to a real one: findahelpline.com."
KINDS: dict[str, ItemKind | None] = {"": None, "scene": "scene", "character": "character", "pair": "pair"}


class Wanted(Value):
    """What was typed after `studio match`."""

    feeling: str
    seeker: str
    scorer: str
    top: int
    bank: str
    library: bool
    types: tuple[str, ...]
    gender: str
    region: str
    from_age: int | None
    to_age: int | None
    diversity: float
    mbti: str
    age: int | None
    model: str
    settings: tuple[str, ...]


async def match(wanted: Wanted, json_: bool) -> None:
    """Rank and show. Words that mean danger show help first, and no ranking."""
    found = alert(wanted.feeling)
    if found:
        typer.echo(found.help, err=True)
        if found.level == "stop":
            return
    try:
        filters = Filters.model_validate(
            {
                "types": [name.upper() for name in wanted.types],
                "gender": wanted.gender,
                "region": wanted.region,
                "least_age": wanted.from_age,
                "most_age": wanted.to_age,
            }
        )
    except ValidationError as error:
        raise Invalid(f"'{error.errors()[0]['input']}' is no type: write four letters, such as INFJ.") from error
    scorer = choice_of(wanted.scorer, wanted.settings)
    async with opened_studio() as studio:
        seeker = await _seeker(studio, wanted)
        asks = (
            "model" in " ".join(MATCHERS.methods[scorer.name].card.needs) if scorer.name in MATCHERS.methods else False
        )
        model = await studio.models.open(wanted.model) if asks else None
        ranking = await studio.matching.match(
            LOCAL_OWNER,
            seeker,
            scorer=scorer,
            bank=wanted.bank,
            among=studio.library.characters() if wanted.library else (),
            count=wanted.top,
            filters=filters,
            diversity=wanted.diversity,
            context=studio.matching.context(model, progress=_counting("Reading the bank")),
        )
    write(ranking.model_dump_json(indent=1) + "\n" if json_ else _told(ranking))


async def _seeker(studio: Studio, wanted: Wanted) -> Seeker:
    """Who seeks: a character of the library, one of the bank, or whoever typed."""
    if not wanted.seeker:
        try:
            return Seeker.model_validate(
                {"feeling": wanted.feeling, "mbti": wanted.mbti.upper() or None, "age": wanted.age}
            )
        except ValidationError as error:
            raise Invalid(f"'{wanted.mbti}' is no type: write four letters, such as INFJ.") from error
    try:
        return Seeker.of_character(studio.library.character(wanted.seeker), wanted.feeling)
    except NotFound as error:
        pool = await studio.matching.pool(wanted.bank)
        if wanted.seeker not in pool.position:
            raise error
        return Seeker.of_profile(pool.profiles[pool.position[wanted.seeker]], wanted.feeling)


def _told(ranking: Ranking) -> str:
    lines = [f"{NOT_THERAPY}\n"]
    for match in ranking.matches:
        one = match.profile
        about = ", ".join(str(part) for part in (one.age, one.job, one.region, one.mbti) if part)
        lines.append(f"{match.rank}. {one.name} ({about})  [{one.id}]  {match.score:.2f}")
        lines += [f"   {reason.text}" for reason in match.reasons]
        lines.append(f"   Counting words alone would put them at place {match.words_rank}.\n")
    lines.append(f"{ranking.eligible} of {ranking.pool} looked at in {ranking.milliseconds:.0f} ms. {ranking.measured}")
    lines.append(f"{ranking.overlap} of {len(ranking.matches)} are also what counting shared words finds.")
    lines += [f"Note: {note}" for note in ranking.notes]
    return "\n".join(lines) + "\n"


async def bank_list() -> None:
    """A line for each bank."""
    settings = Settings()
    for name, folder in bank_folders(settings.shipped_dir, settings.data_dir).items():
        header = Bank(folder).header
        made = f"built by {header.builder}, seed {header.seed}" if header.builder else header.source or "imported"
        write(f"{name:<24} {header.profiles:>7,} people  {made}{f', {header.licence}' if header.licence else ''}\n")


class Order(Value):
    """What was typed after `studio bank build`."""

    name: str
    per_type: int
    seed: int
    builder: str
    output: Path | None
    vectors: bool
    source: str
    licence: str
    model: str


async def bank_build(order: Order) -> None:
    """Build, check and write a bank."""
    method = BUILDERS.build(Choice(name=order.builder))
    async with opened_studio() as studio:
        opened = await studio.models.open(order.model) if method.card.needs else None
        context = studio.matching.context(opened, order.seed, _counting("Building"))
        profiles = await method.build(order.per_type, order.seed, context)
        folder = order.output or studio.settings.data_dir / "characters" / "banks" / order.name
        header = BankHeader(
            name=order.name,
            profiles=len(profiles),
            builder=order.builder,
            seed=order.seed,
            per_type=order.per_type,
            lexicon=lexicon.digest(),
            model=opened.name if opened else "",
            source=order.source,
            licence=order.licence,
        )
        bank = await asyncio.to_thread(write_bank, folder, header, profiles)
        if order.vectors:
            pool = Pool.of_bank(bank, bank.folder)
            await pool.vectors(studio.embedder, progress=_counting("Embedding"))
    report = check(profiles)
    write(f"{bank.folder}: {len(profiles):,} people, digest {bank.digest}.\n")
    write(f"{report.distinct_sentences:,} different sentences; the two most alike share {report.closest:.0%}.\n")
    for finding in report.findings[:10]:
        write(f"{finding.kind}: {finding.message}\n")


async def bank_check(name: str, json_: bool) -> None:
    """Show what is wrong with a bank.

    Raises: Invalid when something is, so that the command fails.
    """
    settings = Settings()
    profiles = _profiles(settings, name)
    report = await asyncio.to_thread(check, profiles)
    if json_:
        write(report.model_dump_json(indent=1) + "\n")
    else:
        write(f"{report.profiles:,} people: {', '.join(f'{n} {kind}' for kind, n in report.by_type.items())}.\n")
        write(f"{report.distinct_sentences:,} of {report.sentences:,} sentences differ; ")
        write(f"the two most alike share {report.closest:.0%}.\n")
        for finding in report.findings[:50]:
            write(f"{finding.kind}: {finding.message}\n")
        if len(report.findings) > 50:
            write(f"… and {len(report.findings) - 50} more; see --json.\n")
    if not report.sound:
        raise Invalid(f"{sum(one.kind != 'missing' for one in report.findings)} things are wrong with this bank.")


def _profiles(settings: Settings, name: str) -> Sequence[Profile]:
    file = Path(name)
    if name and file.suffix and file.exists():
        return read_published(file)
    return open_bank(settings.shipped_dir, settings.data_dir, name).profiles


async def bank_import(file: Path, name: str, source: str, licence: str) -> None:
    """Read a file and write it as a bank of one's own."""
    settings = Settings()
    profiles = await asyncio.to_thread(read_published, file)
    header = BankHeader(name=name, profiles=len(profiles), source=source or file.name, licence=licence)
    folder = settings.data_dir / "characters" / "banks" / name
    bank = await asyncio.to_thread(write_bank, folder, header, profiles)
    write(f'{bank.folder}: {len(profiles):,} people. Use it with: studio match --bank {name} "…"\n')


async def talk(
    seeker: str, supporter: str, bank: str, selector: str, rate: bool, seed: int, model: str, json_: bool
) -> None:
    """Hold a talk and show it; with `rate`, keep the judge's mean where the supporter is of the bank."""
    try:
        method = Supportive.model_validate({"selector": selector})
    except ValidationError as error:
        raise Invalid(f"'{selector}' is no way to choose memories: say overlap, rules or llm.") from error
    async with opened_studio() as studio:
        one, other = [await _profile(studio, id_, bank) for id_ in (seeker, supporter)]
        opened = await studio.models.open(model)
        context = studio.matching.context(opened, seed)
        held = await method.talk(one, other, context)
        rated = await judged(held.told, opened) if rate else None
        pool = await studio.matching.pool(bank)
        if rated and other.id in pool.position:
            await studio.matching.rate(LOCAL_OWNER, Seeker.of_profile(one), other.id, rated.label, bank)
    if json_:
        write(held.model_dump_json(indent=1) + "\n")
        return
    names = {"seeker": one.first_name, "supporter": other.first_name}
    write(f"{NOT_THERAPY}\n\n")
    for line in held.lines:
        note = f"  [{line.aspect}]" if line.aspect else ""
        felt = f"  (mood {line.mood})" if line.mood is not None else ""
        write(f"{names[line.role]}: {line.text}{note}{felt}\n")
    write(f"\nClosed: {held.closed}. {held.usage.calls} calls.\n")
    write(f"Rated {rated.label:.2f} of 5: {rated.reason}\n" if rated else "")
    write(f"{held.alert.help}\n" if held.alert else "")


async def _profile(studio: Studio, id_: str, bank: str) -> Profile:
    """Somebody of the bank, else of the library."""
    pool = await studio.matching.pool(bank)
    if id_ in pool.position:
        return pool.profiles[pool.position[id_]]
    return profile_of(studio.library.character(id_))


async def kin(character: str, json_: bool) -> None:
    """Show a community."""
    library = own_library()
    library.character(character)
    names = {one.id: one.name for one in library.characters()}
    rows = [(one.id, trope) for one in library.characters() for trope in one.tropes]
    found = community(CharacterSpace.fit(rows, reg=1.0), character)
    if json_:
        write(found.model_dump_json(indent=1) + "\n")
        return
    for one in found.neighbours:
        why = f"  both: {', '.join(one.tropes)}" if one.tropes else ""
        write(f"{one.standing:<9} {one.frequency:>3}  {names[one.id]}{why}\n")
    write(f"{found.note}\n" if found.note else "")


async def cast_pick(
    lead: str, k: int, scene: str, role: str, mode: str, pool: str, weights: str, model: str, seed: int, json_: bool
) -> None:
    """Cast and show."""
    kind, _, tag = pool.partition(":")
    if pool and (kind != "tag" or not tag):
        raise Invalid(f"'{pool}' names no pool. Write tag:NAME.")
    method = CASTINGS.build(Choice(name=mode))
    async with opened_studio() as studio:
        library = studio.library
        characters = [one for one in library.characters() if not tag or tag in one.tags]
        sessions = await studio.archive.sessions.list(LOCAL_OWNER, limit=200)
        played = [await studio.archive.sessions.transcript(LOCAL_OWNER, one.id) for one in sessions]
        table = of_characters(
            library.character(lead),
            characters,
            scene=library.scene(scene) if scene else None,
            role=role,
            together=history(played, lead),
        )
        opened = await studio.models.open(model) if method.card.needs else None
        casting = await pick(method, table, k, studio.matching.context(opened, seed))
    if weights:
        casting = reweighted(casting, table, weights_from(weights))
    names = {one.id: one.name for one in table.candidates}
    write(casting.model_dump_json(indent=1) + "\n" if json_ else _cast(casting, names))


def _cast(casting: Casting, names: dict[str, str]) -> str:
    lines = [
        f"{at}. {names[one.id]} [{one.id}]  {one.why}"
        + (f"  (for: {', '.join(one.supported_by)})" if one.supported_by else "")
        for at, one in enumerate(casting.selected, start=1)
    ]
    lines += [f"   nearly: {names[one.id]} [{one.id}]  {one.why}" for one in casting.near_misses]
    lines += [f"{role}: weight {weight:.2f}" for role, weight in casting.weights.items()]
    lines += [f"No specialist looked at {', '.join(casting.unused)}."] if casting.unused else []
    lines += [casting.mix] if casting.mix else []
    lines += [f"Note: {notice}" for notice in casting.notices]
    tokens = casting.usage.prompt_tokens + casting.usage.completion_tokens
    return "\n".join([*lines, f"{casting.usage.calls} calls, {tokens} tokens."]) + "\n"


async def recommend(instruction: str, user: str, kind: str, explain: bool, model: str, json_: bool) -> None:
    """The shelf of somebody."""
    if kind not in KINDS:
        raise Invalid(f"'{kind}' is no kind: say scene, character or pair.")
    owner = user or LOCAL_OWNER
    async with opened_studio() as studio:
        items = items_of(studio.library.characters(), studio.library.scenes(), KINDS[kind])
        context = studio.matching.context(await studio.models.open(model)) if model else None
        shelf = await studio.matching.shelf(owner, items, instruction=instruction, context=context)
        events = await studio.matching.records.events(owner)
    if json_:
        write(shelf.model_dump_json(indent=1) + "\n")
        return
    write(_shelf(shelf))
    if explain:
        for one in shelf.shown:
            write("".join(f"{one.item.id}: {line}\n" for line in explained(one, events)))


def _shelf(shelf: Shelf) -> str:
    if shelf.requirement.questions:
        return "".join(f"{question}\n" for question in shelf.requirement.questions)
    lines = [f"{shelf.requirement.sentence} (based on {shelf.requirement.based_on} actions)"]
    lines += [shelf.explanation] if shelf.explanation else []
    for one in shelf.shown:
        mark = "something different" if one.different else f"{one.score:.2f}  {one.because}"
        lines.append(f"{one.item.kind:<9} {one.item.title} [{one.item.id}]  {mark}{f'  {one.why}' if one.why else ''}")
    return "\n".join(lines) + "\n"


class _counting:  # noqa: N801  a callable that reads like one
    """Rewrites a line of progress on a terminal somebody watches."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __call__(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self._what}: {done:,} of {total:,}{' ' if done < total else chr(10)}")
            sys.stderr.flush()
