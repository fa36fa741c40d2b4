"""Chairs at a play: who may sit, and for how long."""

from __future__ import annotations

import pytest

from studio.archive import Archive
from studio.archive.invitations import CHAIRS_MOST, digest
from studio.domain.invitation import Role
from studio.errors import Invalid, NotFound
from tests.archive.values import session


async def test_a_token_opens_its_chair_until_it_is_taken_away(archive: Archive) -> None:
    play = await archive.sessions.create(session())
    someone = play.cast[0].id
    chair, token = await archive.invitations.invite(play, Role.PLAYER, character=someone, name="  Ines   at home ")
    assert (chair.seat, chair.name, chair.calls) == (someone, "Ines at home", True)
    assert await archive.invitations.redeem(token) == chair == await archive.invitations.get(chair.id)
    assert await archive.invitations.of(play) == (chair,)
    await archive.invitations.revoke(play, chair.id)
    for wanted in (archive.invitations.redeem(token), archive.invitations.get(chair.id)):
        with pytest.raises(NotFound, match="Ask whoever sent it"):
            await wanted
    assert await archive.invitations.of(play) == ()


async def test_the_token_itself_is_kept_nowhere(archive: Archive) -> None:
    play = await archive.sessions.create(session())
    _, token = await archive.invitations.invite(play, Role.WATCHER)
    rows = await archive.database.read(lambda connection: connection.exec_driver_sql("SELECT * FROM invitation").all())
    assert token not in str(rows) and digest(token) in str(rows)


async def test_a_chair_is_given_by_the_owner_of_the_play_alone(archive: Archive) -> None:
    play = await archive.sessions.create(session())
    chair, _ = await archive.invitations.invite(play, Role.DIRECTOR)
    theirs = play.model_copy(update={"owner": "somebody-else"})
    with pytest.raises(NotFound):
        await archive.invitations.invite(theirs, Role.DIRECTOR)
    with pytest.raises(NotFound):
        await archive.invitations.of(theirs)
    with pytest.raises(NotFound):
        await archive.invitations.revoke(theirs, chair.id)
    assert await archive.invitations.of(play) == (chair,)


async def test_what_no_chair_can_be(archive: Archive) -> None:
    play = await archive.sessions.create(session())
    for role, character, said in (
        (Role.PLAYER, "", "needs a character"),
        (Role.PLAYER, "nobody", "'nobody' is not in the cast"),
        (Role.DIRECTOR, play.cast[0].id, "Leave the character out"),
    ):
        with pytest.raises(Invalid, match=said):
            await archive.invitations.invite(play, role, character=character)
    with pytest.raises(Invalid, match="at most 60 characters; this one has 61"):
        await archive.invitations.invite(play, Role.WATCHER, name="x" * 61)
    for _ in range(CHAIRS_MOST):
        await archive.invitations.invite(play, Role.WATCHER)
    with pytest.raises(Invalid, match="Take one away first"):
        await archive.invitations.invite(play, Role.WATCHER)


async def test_a_purged_play_takes_its_chairs_along(archive: Archive) -> None:
    play = await archive.sessions.create(session())
    _, token = await archive.invitations.invite(play, Role.WATCHER)
    await archive.sessions.purge(play.owner, play.id)
    with pytest.raises(NotFound):
        await archive.invitations.redeem(token)
