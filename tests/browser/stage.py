"""The page as a person uses it, for the tests."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from studio.ui import elements

SPOKEN = "article[data-kind=speech]"


@dataclass(frozen=True)
class Stage:
    """One tab."""

    page: Page

    @property
    def lines(self) -> Locator:
        """The spoken lines on the script, oldest first."""
        return self.page.locator(f"#{elements.TRANSCRIPT} {SPOKEN}")

    @property
    def state(self) -> Locator:
        """The run state: idle, running or stopped."""
        return self.page.locator("#run-state")

    @property
    def live(self) -> Locator:
        """The line being made."""
        return self.page.locator(f"#{elements.LIVE} .line-live")

    @property
    def notice(self) -> Locator:
        """What the page has to tell."""
        return self.page.locator(f"#{elements.NOTICE} .notice")

    @property
    def plays(self) -> Locator:
        """The list of plays."""
        return self.page.locator(f"#{elements.PLAYS} .play")

    def begin(self, scene: str = "") -> None:
        """From the bill to the open stage."""
        if scene:
            self.page.locator(f"#{elements.BILL} [data-scene={scene}]").click()
        self.page.get_by_role("button", name="Begin").click()
        expect(self.page.locator("#stage[data-mode=play]")).to_be_attached()
        expect(self.page.locator(".script-title")).to_be_visible()
        self.idle()

    def idle(self, state: str = "idle") -> None:
        """Wait until nothing is being played."""
        expect(self.state).to_have_attribute("data-state", state)

    def next(self, count: int = 1) -> None:
        """So many lines more."""
        for _ in range(count):
            before = self.lines.count()
            self.page.locator("#next").click()
            expect(self.lines).to_have_count(before + 1)
            self.idle()

    def act(self, line: Locator, verb: str) -> None:
        """A button beside a line: again, go-on, edit, up, low; what the menu holds, from there."""
        if verb in ("branch", "name", "copy", "note", "hide"):
            self.more(line, verb)
            return
        self._point_at(line)
        line.locator(f"[data-act={verb}]").click()

    def more(self, line: Locator, verb: str) -> None:
        """An entry of the menu beside a line: branch, name, copy, note, hide."""
        self._point_at(line)
        line.locator("[data-act=more] summary").click()
        line.locator(f".menu-list [data-act={verb}]").click()

    @staticmethod
    def _point_at(line: Locator) -> None:
        """Bring out the buttons beside a line; with the keyboard on it they stay, whatever moves under the pointer."""
        line.locator(".line-text").hover()
        line.evaluate("(node) => node.focus({ preventScroll: true })")

    def company(self) -> None:
        """Open the company behind the scenes."""
        self.page.get_by_role("tab", name="Company").click()
        expect(self.page.locator("#company-title")).to_be_visible()

    def member(self, character: str, verb: str) -> None:
        """An entry of the menu beside a member of the company: word, whisper, voice, mute, move, return, off."""
        row = self.page.locator(f"li[data-member={character}]")
        row.locator("summary").click()
        row.locator(f".menu-list [data-act={verb}]").click()

    def look(self, kind: str) -> None:
        """Open a sheet."""
        self.page.locator("#inside summary").click()
        self.page.locator(f"[data-act=look-{kind}]").click()
        expect(self.page.locator(f"#stage[data-sheet={kind}]")).to_be_attached()

    def seat(self, label: str) -> None:
        """Sit down in another chair."""
        (chosen,) = self.page.locator("#seat").select_option(label=label)
        expect(self.page.locator(f"#{elements.COMPOSER} [data-seat]")).to_have_attribute("data-seat", chosen)

    def say(self, text: str) -> None:
        """Write a line and press Enter."""
        field = self.page.locator("#composer-text")
        field.fill(text)
        field.press("Enter")


def arrived(page: Page) -> Stage:
    """The page once it is ready to be used."""
    expect(page.locator(f"#{elements.READY} textarea, #{elements.READY} input")).to_have_value("ready")
    expect(page.locator("#stage[data-mode]")).to_be_attached()
    return Stage(page)


def texts(lines: Locator) -> list[str]:
    """What the lines say, without names and buttons."""
    return [text.strip() for text in lines.locator(".line-text").all_inner_texts()]
