"""How a session comes to be played in a mode."""

from __future__ import annotations

import pytest

from studio.domain.session import Choice
from studio.errors import Invalid, NotFound
from tests.roleplay.company import Company


async def test_a_session_is_lean_unless_told_otherwise(company: Company) -> None:
    transcript = await company.begin()
    assert transcript.session.mode == Choice(name="lean")
    assert (await company.stored(transcript)).session.mode == Choice(name="lean")


async def test_an_unknown_mode_is_refused_before_anything_is_stored(company: Company) -> None:
    with pytest.raises(NotFound, match=r"no 'opera' here\. Known: .*lean"):
        await company.begin(mode=Choice(name="opera"))
    with pytest.raises(Invalid, match="tempo"):
        await company.begin(mode=Choice(name="lean", parameters={"tempo": 3}))
    assert await company.archive.sessions.list("me") == ()
