"""The workbench: what happens between a click on the Cast page and the workshop."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field, replace

from studio.domain.character import Character
from studio.domain.options import Options
from studio.domain.scene import Ending, Part, Scene
from studio.errors import Conflict, Invalid, StudioError
from studio.generation.checks import check
from studio.generation.fields import TITLES
from studio.roleplay.rehearsal import rehearse
from studio.ui.cast import company, form, preview
from studio.ui.cast.form import Form, Mark
from studio.ui.cast.pools import pools_of
from studio.ui.cast.values import Ask, Company, Kept, Opened, Pools, Told
from studio.ui.desk import Desk
from studio.ui.forms import about
from studio.ui.present import hue_of, person_of
from studio.ui.roster import configured_name
from studio.ui.visit import Visit
from studio.workshop import Workshop

UNSAVED_ID = "newcomer"
"""What somebody is called in a rehearsal before they have an id."""
EMPTY_STAGE = Scene(
    id="",
    title="An empty stage",
    premise="Two people meet who do not know each other yet.",
    place="A bare stage",
    cast=(Part(character=UNSAVED_ID),),
    end=Ending(),
)
KEPT, SAVED, NEW = "Draft kept", "Saved", "Not saved yet"


@dataclass(frozen=True)
class Work:
    """What is on the bench. `character`: as far as it is one; `saved`: as it stands in the library."""

    key: str = ""
    id: str = ""
    body: Form = field(default_factory=dict)
    character: Character | None = None
    marks: tuple[Mark, ...] = ()
    saved: Character | None = None
    base: int = 0
    version: int = 0
    own: bool = False
    shipped: bool = False

    @property
    def kept(self) -> Kept:
        """What the page is told about it."""
        said = KEPT if self.version else SAVED if self.saved else NEW
        return Kept(key=self.key, version=self.version, said=said, hue=hue_of(self.id or self.key))


NOTHING = Work()


class Bench:
    """One for the whole process. What it is asked, it answers from the workshop of the visit's owner alone."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._pools: dict[str, Options] = {}

    def shop(self, visit: Visit) -> Workshop:
        """The workshop of this visit's owner."""
        return self.desk.studio.workshop(visit.owner)

    async def options(self, visit: Visit) -> Options:
        """What there is to pick from. Read once for everybody who has no pools of their own."""
        library = await self.shop(visit).library()
        own = library.own / "characters" / "options"
        if await asyncio.to_thread(own.is_dir):
            return await asyncio.to_thread(library.options)
        if "" not in self._pools:
            self._pools[""] = await asyncio.to_thread(library.options)
        return self._pools[""]

    async def pools(self, visit: Visit) -> Pools:
        """What the page offers to pick from."""
        library = await self.shop(visit).library()
        characters = await asyncio.to_thread(library.characters)
        return pools_of(await self.options(visit), characters)

    async def company(self, visit: Visit, current: str = "") -> Company:
        """The list."""
        shop = self.shop(visit)
        library = await shop.library()
        characters, own = await asyncio.to_thread(lambda: (library.characters(), library.own_characters()))
        return company.company_of(characters, own, await shop.sketches(), current=current, beat=self.desk.beat())

    async def open(self, visit: Visit, key: str) -> Work:
        """Put somebody on the bench, with what was written of them and not saved. Raises: NotFound, Unreadable."""
        if not key:
            return await self._with(visit, NOTHING, form.blank())
        opened = await self.shop(visit).open(key)
        sketch, saved = opened.sketch, opened.character
        body = company.body_in(sketch) if sketch else {}
        if not body and saved:
            body = form.body_of(saved)
        work = Work(
            key=key,
            id=saved.id if saved else "",
            saved=saved,
            base=sketch.base if sketch else opened.number,
            version=sketch.version if sketch else 0,
            own=opened.own,
            shipped=opened.shipped,
        )
        return await self._with(visit, work, body)

    async def written(self, visit: Visit, ask: Ask, *, keep: bool = True) -> Work:
        """What is on the bench with what the page has changed since it last heard; kept as a draft.

        Raises: Conflict when another tab has written it meanwhile, unless `over`; NotFound.
        """
        work = await self.open(visit, ask.key)
        if not ask.over and work.base != ask.base:
            raise Conflict(f"{form.name_of(work.body)} was saved in another tab or window since this one showed it.")
        if not ask.over and work.version != ask.version:
            raise Conflict(f"{form.name_of(work.body)} is being changed in another tab or window, too.")
        body = form.merged(work.body, ask.patch)
        if body == work.body:
            return work
        changed = await self._with(visit, work, body)
        return await self.keep(visit, changed) if keep else changed

    async def keep(self, visit: Visit, work: Work) -> Work:
        """Keep the draft; where it is what was saved, there is none."""
        shop = self.shop(visit)
        if work.saved is not None and form.body_of(work.saved) == work.body:
            await shop.discard(work.key)
            return replace(work, version=0)
        text = json.dumps(work.body, ensure_ascii=False)
        sketch = await shop.sketch(work.key, text, base=work.base, after=work.version)
        return replace(work, key=sketch.key, version=sketch.version)

    async def save(self, visit: Visit, ask: Ask) -> Work:
        """Save what is on the bench. Raises: Invalid when a field cannot be used, naming it; Conflict, StorageError."""
        work = await self.written(visit, ask)
        character = usable(work)
        base = None if ask.over else work.base
        saved = await self.shop(visit).save(character, key=work.key, base=base)
        return await self.open(visit, saved.character.id)

    async def duplicate(self, visit: Visit, ask: Ask) -> Work:
        """A new character like this one, not saved yet."""
        work = await self.written(visit, ask)
        body = {**work.body, "name": f"{form.name_of(work.body)} (copy)", "original": ""}
        sketch = await self.shop(visit).sketch("", json.dumps(body, ensure_ascii=False))
        return await self.open(visit, sketch.key)

    async def restore(self, visit: Visit, ask: Ask) -> Work:
        """Lay an earlier version on the bench, as a draft."""
        work = await self.written(visit, ask)
        earlier = await self.shop(visit).version(work.id, ask.number)
        return await self.keep(visit, await self._with(visit, work, form.body_of(earlier)))

    def opened(self, work: Work, *, keep: bool = False) -> Opened:
        """A work as the page shows it."""
        saved = form.shown(form.body_of(work.saved)) if work.saved else None
        character = work.character or work.saved
        person = person_of(character, about(character)) if character else company.sketched(work.key, work.body)
        return Opened(
            key=work.key,
            id=work.id,
            form=form.shown(work.body),
            saved=saved,
            base=work.base,
            version=work.version,
            own=work.own,
            shipped=work.shipped,
            person=person,
            keep=keep,
        )

    async def told(self, visit: Visit, work: Work, scene_id: str, simple: bool | None = None) -> Told:
        """What a model would be told of the character on the bench, in a scene."""
        library = await self.shop(visit).library()
        scenes = await asyncio.to_thread(library.scenes)
        model = self.desk.writers.chosen(visit)
        name = model.name if model else configured_name(self.desk.studio.settings)
        if simple is None:
            simple = not model.capabilities.follows_script if model else name == "starter"
        scene = next((one for one in scenes if one.id == scene_id), EMPTY_STAGE)
        try:
            character = sitter(work).model_copy(update={"id": work.id or UNSAVED_ID})
            cast = await asyncio.to_thread(library.cast_of, scene) if scene.id else ()
            rehearsal = rehearse(scene, cast, character, clock=self.desk.studio.clock, simple=simple)
        except StudioError as error:
            return Told(key=work.key, trouble=str(error))
        told = preview.told_of(
            rehearsal, character, key=work.key, scene=scene, scenes=(EMPTY_STAGE, *scenes), model=name, simple=simple
        )
        return told.model_copy(update={"beat": self.desk.beat()})

    async def _with(self, visit: Visit, work: Work, body: Form) -> Work:
        """The work with another body, looked over."""
        character, marks = form.understood(body, work.id)
        changed = replace(work, body=body, character=character, marks=marks)
        if body == form.blank():
            return replace(changed, marks=())
        nameless = [mark.field for mark in marks] == ["name"]
        if character is not None or nameless:
            options = await self.options(visit)
            found = await asyncio.to_thread(check, character or sitter(changed), options)
            more = (Mark(field=one.field, severity=one.severity.value, message=one.message) for one in found)
            changed = replace(changed, marks=(*marks, *more))
        return changed


def usable(work: Work) -> Character:
    """The character on the bench. Raises: Invalid naming the first field that keeps it from being one."""
    if work.character is None:
        mark = work.marks[0]
        raise Invalid(f"{mark.field}: {mark.message}" if mark.field else mark.message)
    return work.character


def sitter(work: Work) -> Character:
    """The character on the bench, nameless ones too. Raises: Invalid when a field cannot be used, naming it."""
    name = form.name_of(work.body)
    found, marks = form.understood({**work.body, "name": name}, work.id)
    if found is None:
        raise Invalid(f"{TITLES.get(marks[0].field, marks[0].field)}: {marks[0].message}")
    return found
