"""What a person likes to find as they left it: one text a key."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from studio.archive.database import Database
from studio.archive.schema import preference


class PreferenceStore:
    """The preferences of every owner."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, owner: str, key: str, default: str) -> str:
        """The value last set, or `default`."""
        wanted = select(preference.c.value).where(preference.c.owner == owner, preference.c.key == key)
        found = await self._database.read(lambda connection: connection.execute(wanted).scalar())
        return default if found is None else found

    async def set(self, owner: str, key: str, value: str) -> None:
        """Keep a value."""
        mine = update(preference).where(preference.c.owner == owner, preference.c.key == key)

        def work(connection: Connection) -> None:
            if connection.execute(mine.values(value=value)).rowcount == 0:
                connection.execute(insert(preference), {"owner": owner, "key": key, "value": value})

        await self._database.write(work)
