"""From a wish on the Cast page to what it brings."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from studio.domain.revision import Sketch
from studio.errors import Conflict, Invalid, NotFound
from studio.ui.cast import company, pen, surveys
from studio.ui.cast.bench import Bench, Work, sitter
from studio.ui.cast.trials import trial
from studio.ui.cast.values import Ask, Company, Laid, Sheet, Told
from studio.ui.feedback import Notice, notice_of
from studio.ui.pictures import decoded
from studio.ui.visit import Visit

DISCARDED = 64
"""Drafts let go of that can be taken up again, in this process."""


@dataclass(frozen=True)
class Answer:
    """What changes on the page. Parts that are None stay as they are."""

    bench: Sheet | None = None
    told: Told | None = None
    list: Company | None = None
    notice: Notice | None = None

    def values(self) -> tuple[object, ...]:
        """For Gradio."""
        parts = (self.bench, self.told, self.list, self.notice)
        return tuple(gr.skip() if part is None else part.model_dump(mode="json") for part in parts)


Wish = Callable[[Visit, Ask], Awaitable[Answer]]


class Hand:
    """Grants wishes. Each answers with the seq of what was asked, also when it fails, so that the page goes on."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._gone: OrderedDict[tuple[str, str], Sketch] = OrderedDict()

    async def answered(self, now: Visit, data: Any, wish: Wish) -> Answer:
        """What a wish brings, or the notice of what stood in its way."""
        ask = Ask()
        try:
            ask = Ask.model_validate(data if isinstance(data, dict) else {})
            return await wish(now, ask)
        except Exception as error:
            notice = notice_of(error)
            if isinstance(error, Conflict):
                notice = Notice(
                    tone="warning", title="Somebody was quicker.", text=str(error), action=f"open:{ask.key}"
                )
                notice = notice.model_copy(update={"action_label": "Show the other one"})
            stale = isinstance(error, Conflict)
            sheet = Sheet(seq=ask.seq, failed=True, stale=stale, beat=self._bench.desk.beat())
            return Answer(bench=sheet, notice=self._told(notice.model_copy(update={"sent": {"key": ask.key}})))

    async def on_arrive(self, now: Visit, ask: Ask) -> Answer:
        """The tab was opened."""
        pools = await self._bench.pools(now)
        return Answer(
            bench=Sheet(pools=pools, beat=self._bench.desk.beat()), list=await self._bench.company(now, ask.key)
        )

    async def on_edit(self, now: Visit, ask: Ask) -> Answer:
        """Something was changed: keep it, look it over, tell it."""
        work = await self._bench.written(now, ask)
        fresh = work.key != ask.key or bool(work.version) != bool(ask.version) or "name" in ask.patch
        list_ = await self._bench.company(now, work.key) if fresh else None
        return Answer(bench=self._sheet(ask, work), told=await self._bench.told(now, work, ask.scene), list=list_)

    async def on_open(self, now: Visit, ask: Ask) -> Answer:
        """Put somebody else on the bench; an empty key is somebody new."""
        return await self._shown(now, ask, await self._bench.open(now, ask.key))

    async def on_save(self, now: Visit, ask: Ask) -> Answer:
        """Save, and say so."""
        try:
            work = await self._bench.save(now, ask)
        except Invalid as error:
            work = await self._bench.written(now, ask, keep=False)
            sheet = self._sheet(ask, work).model_copy(update={"failed": True})
            return Answer(bench=sheet, notice=self._told(notice_of(error)))
        except Conflict as error:
            text = f"{error} Save this one over it, and the other stays in the history."
            notice = Notice(tone="warning", text=text, action="saveover")
            sheet = Sheet(seq=ask.seq, failed=True, stale=True, beat=self._bench.desk.beat())
            return Answer(bench=sheet, notice=self._told(notice.model_copy(update={"action_label": "Save this one"})))
        answer = await self._shown(now, ask, work, keep=True)
        return Answer(answer.bench, answer.told, answer.list, self._told(Notice()))

    async def on_discard(self, now: Visit, ask: Ask) -> Answer:
        """Let go of a character that was never saved."""
        gone = await self._bench.shop(now).discard(ask.key)
        notice = Notice()
        if gone:
            self._gone[now.owner, gone.key] = gone
            while len(self._gone) > DISCARDED:
                self._gone.popitem(last=False)
            notice = Notice(text="The draft is gone.", action="redraft", action_label="Undo", sent={"key": gone.key})
        return await self._closed(now, ask, notice)

    async def on_copy(self, now: Visit, ask: Ask) -> Answer:
        """Another one like this."""
        return await self._shown(now, ask, await self._bench.duplicate(now, ask))

    async def on_remove(self, now: Visit, ask: Ask) -> Answer:
        """Take somebody out of the library."""
        work = await self._bench.open(now, ask.key)
        token = await self._bench.shop(now).remove(ask.key)
        name = work.saved.name if work.saved else ask.key
        notice = Notice(text=f"{name} is out of your cast.", action="bring", action_label="Undo", sent={"key": token})
        return await self._closed(now, ask, notice)

    async def on_roll(self, now: Visit, ask: Ask) -> Answer:
        """Throw the dice."""
        return Answer(bench=self._laid(ask, await pen.rolled(self._bench, now, ask)))

    async def on_history(self, now: Visit, ask: Ask) -> Answer:
        """The versions of who is on the bench."""
        work = await self._bench.open(now, ask.key)
        versions = await self._bench.shop(now).versions(work.id) if work.id else ()
        lines = company.version_lines(versions, self._bench.desk.studio.clock())
        return Answer(bench=Sheet(seq=ask.seq, versions=lines, beat=self._bench.desk.beat()))

    async def on_restore(self, now: Visit, ask: Ask) -> Answer:
        """Lay an earlier version on the bench."""
        work = await self._bench.restore(now, ask)
        answer = await self._shown(now, ask, work, keep=True)
        notice = Notice(text=f"Version {ask.number} is in the form. Save to keep it; Undo brings back what was there.")
        return Answer(answer.bench, answer.told, answer.list, self._told(notice))

    async def on_draw(self, now: Visit, ask: Ask) -> Answer:
        """Draw another portrait."""
        work = await self._bench.written(now, ask, keep=False)
        drawn = await self._bench.shop(now).drawn(sitter(work), ask.number)
        return Answer(bench=self._laid(ask, Laid(values={"portrait": drawn.portrait}, why="Drawn")))

    async def on_picture(self, now: Visit, ask: Ask) -> Answer:
        """Take a picture somebody chose; it comes as base64."""
        data = decoded(ask.text)
        work = await self._bench.written(now, ask, keep=False)
        pictured = await self._bench.shop(now).pictured(sitter(work), data)
        return Answer(bench=self._laid(ask, Laid(values={"portrait": pictured.portrait}, why="Picture taken")))

    async def on_score(self, now: Visit, ask: Ask) -> Answer:
        """Put what a questionnaire comes to into the form."""
        work = await self._bench.written(now, ask, keep=False)
        values = surveys.laid(ask.name, surveys.answers_in(work.body))
        return Answer(bench=self._laid(ask, Laid(values=values, why="In the form; Undo takes it out again")))

    async def on_try(self, now: Visit, ask: Ask) -> Answer:
        """Try the lorebook on a text."""
        work = await self._bench.written(now, ask, keep=False)
        lines = trial(sitter(work), ask.text)
        return Answer(bench=Sheet(seq=ask.seq, trace=lines, beat=self._bench.desk.beat()))

    async def on_rehearse(self, now: Visit, ask: Ask) -> Answer:
        """Show the prompt of another scene, or as another model gets it."""
        simple = {"simple": True, "full": False}.get(ask.name)
        return Answer(told=await self._bench.told(now, await self._bench.open(now, ask.key), ask.scene, simple))

    async def acted(self, now: Visit, ask: Ask, act: str) -> Answer:
        """The button of a notice; `ask.key` is what it is about. Raises: NotFound, StorageError."""
        shop, nothing = self._bench.shop(now), self._told(Notice())
        if act == "saveover":
            return Answer(bench=Sheet(redo="save", beat=self._bench.desk.beat()), notice=nothing)
        if act == "bring":
            ask = ask.model_copy(update={"key": (await shop.bring(ask.key)).id})
        elif act == "redraft":
            gone = self._gone.pop((now.owner, ask.key), None)
            if gone is None:
                raise NotFound("That draft can no longer be taken up.")
            await shop.sketch(gone.key, gone.body, base=gone.base)
        answer = await self._shown(now, ask, await self._bench.open(now, ask.key))
        return Answer(answer.bench, answer.told, answer.list, nothing)

    async def _shown(self, now: Visit, ask: Ask, work: Work, *, keep: bool = False) -> Answer:
        sheet = self._sheet(ask, work).model_copy(update={"opened": self._bench.opened(work, keep=keep)})
        told = await self._bench.told(now, work, ask.scene)
        return Answer(bench=sheet, told=told, list=await self._bench.company(now, work.key))

    async def _closed(self, now: Visit, ask: Ask, notice: Notice) -> Answer:
        answer = await self._shown(now, ask, await self._bench.open(now, ""))
        return Answer(answer.bench, answer.told, answer.list, self._told(notice))

    def _sheet(self, ask: Ask, work: Work) -> Sheet:
        found = surveys.results(surveys.answers_in(work.body))
        return Sheet(seq=ask.seq, kept=work.kept, marks=work.marks, results=found, beat=self._bench.desk.beat())

    def _laid(self, ask: Ask, laid: Laid) -> Sheet:
        return Sheet(seq=ask.seq, laid=laid, beat=self._bench.desk.beat())

    def _told(self, notice: Notice) -> Notice:
        return notice.model_copy(update={"beat": self._bench.desk.beat()})
