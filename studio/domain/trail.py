"""Where a reader of a play has stepped and jumped: what *Undo* and *Redo* go back and forth on."""

from __future__ import annotations

from studio.domain.value import Value

STEPS_KEPT = 500


class Step(Value):
    """From the tip `at`, go to the tip `to`. None: before the first event."""

    at: str | None
    to: str | None


class Trail(Value):
    """Steps back and forward, the next to take last. A step counts only while the play stands at its `at`, so that
    whatever is written in between needs to know nothing of it."""

    back: tuple[Step, ...] = ()
    forward: tuple[Step, ...] = ()

    def back_from(self, tip: str | None) -> Step | None:
        """The step back from here, where this trail knows one."""
        return self.back[-1] if self.back and self.back[-1].at == tip else None

    def forward_from(self, tip: str | None) -> Step | None:
        """The step forward from here, where this trail knows one."""
        return self.forward[-1] if self.forward and self.forward[-1].at == tip else None

    def jumped(self, tip: str | None, to: str | None) -> Trail:
        """After a jump: one step leads back, none forward."""
        return Trail(back=(*self.back, Step(at=to, to=tip))[-STEPS_KEPT:])

    def undone(self, tip: str | None, to: str | None) -> Trail:
        """After *Undo* from `tip` to `to`."""
        back = self.back[:-1] if self.back_from(tip) else self.back
        return Trail(back=back, forward=(*self.forward, Step(at=to, to=tip))[-STEPS_KEPT:])

    def redone(self, tip: str | None, to: str | None) -> Trail:
        """After *Redo* from `tip` to `to`."""
        forward = self.forward[:-1] if self.forward_from(tip) else self.forward
        return Trail(back=(*self.back, Step(at=to, to=tip))[-STEPS_KEPT:], forward=forward)
