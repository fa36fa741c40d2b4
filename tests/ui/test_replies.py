"""Quick replies are kept by owner, and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import Invalid
from studio.ui.acts import Acts, Sent
from studio.ui.replies import MOST, USUAL, checked, replies_of
from tests.ui.seated import ADA, at_desk, last, scripted


async def test_an_owners_replies_are_kept_and_nobody_elses_change(tmp_path: Path) -> None:
    async with at_desk(tmp_path, scripted([])) as desk:
        archive = desk.studio.archive
        assert (await replies_of(archive, "ada")).items == USUAL
        frame = await last(
            Acts(desk).stream(ADA, Sent(act="replies", items=("  Well,   then. ", "", "/next", "/next")))
        )
        assert frame.replies and frame.replies.items == ("Well, then.", "/next")
        assert (await replies_of(archive, "ada")).items == ("Well, then.", "/next")
        assert (await replies_of(archive, "bo")).items == USUAL
        await last(Acts(desk).stream(ADA, Sent(act="replies", items=())))
        assert (await replies_of(archive, "ada")).items == (), "none is a choice, too"


def test_too_many_or_too_long_is_said() -> None:
    with pytest.raises(Invalid, match="room for 12 quick replies; these are 13"):
        checked(str(number) for number in range(MOST + 1))
    with pytest.raises(Invalid, match="at most 300 characters; “xx"):
        checked(["x" * 301])
