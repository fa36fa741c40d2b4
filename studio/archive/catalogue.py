"""The catalogue of the library: what there is, for lists and searches, and what a reader made of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, Select, select

from studio.archive import finding, holding_text, rows
from studio.archive import holding_writing as writing
from studio.archive.database import Database
from studio.archive.holding_rows import holding_from, labels
from studio.archive.holding_writing import Marks, chunks
from studio.archive.schema import holding
from studio.domain.holding import Entry, Facet, Facets, Find, Found, Holding, Kind

FOLDER_CHARS = 80


class Catalogue:
    """The holdings of every owner. Blocking. Nobody finds what is another's: it does not exist for them.

    The files are the truth: what is here is made from them, and can be made anew. Marks are here alone.
    `full_text` False searches without SQLite's index, as on any other database.
    """

    def __init__(self, database: Database, *, full_text: bool = True) -> None:
        self._database = database
        self._wants_index = full_text
        self._indexed: bool | None = None

    def find(self, owner: str, find: Find) -> Found:
        """One page of what this owner sees. Raises: StorageError."""
        page = finding.page(owner, find, full_text=self.full_text)
        count = finding.count(owner, find, full_text=self.full_text)

        def work(connection: Connection) -> Found:
            numbers = connection.execute(page).scalars().all()
            read = rows.dicts(connection.execute(finding.numbered(owner, numbers)))
            by_number = {row.pop("number"): row for row in read}
            holdings = tuple(holding_from(by_number[number]) for number in numbers)
            whole = len(holdings) < find.limit and (holdings or not find.offset)
            total = find.offset + len(holdings) if whole else connection.execute(count).scalar_one()
            return Found(holdings=holdings, total=total)

        return self._database.read_now(work)

    def ids(self, owner: str, find: Find) -> tuple[str, ...]:
        """The ids of everything found, whatever the page."""
        wanted = finding.keys(owner, find, full_text=self.full_text)
        return tuple(self._database.read_now(lambda connection: connection.execute(wanted).scalars().all()))

    def holdings(self, owner: str, kind: Kind, ids: Collection[str]) -> dict[str, Holding]:
        """Those of these ids that the owner sees, by id."""

        def work(connection: Connection) -> dict[str, Holding]:
            found: dict[str, Holding] = {}
            for chunk in chunks(ids):
                for row in rows.dicts(connection.execute(finding.some(owner, kind, chunk))):
                    found[row["id"]] = holding_from(row)
            return found

        return self._database.read_now(work)

    def titles(self, owner: str, kind: Kind) -> dict[str, str]:
        """Id → title of everything the owner sees."""
        wanted = select(holding.c.id, holding.c.title).where(finding.visible(owner, kind))
        return self._database.read_now(lambda connection: dict(connection.execute(wanted).all()))

    def alike(self, owner: str, kind: Kind, digest: str) -> tuple[str, ...]:
        """The ids of what the owner sees of this content."""
        wanted = select(holding.c.id).where(finding.visible(owner, kind), holding.c.digest == digest)
        wanted = wanted.order_by(holding.c.id)
        return tuple(self._database.read_now(lambda connection: connection.execute(wanted).scalars().all()))

    def facets(self, owner: str, kind: Kind) -> Facets:
        """What the owner's holdings of a kind can be narrowed down by."""

        def work(connection: Connection) -> Facets:
            def of(wanted: Select[str, int]) -> tuple[Facet, ...]:
                return tuple(Facet(name=name, count=many) for name, many in connection.execute(wanted))

            return Facets(
                tags=of(finding.label_facets(owner, kind, "tag")),
                tropes=of(finding.label_facets(owner, kind, "trope")),
                mbti=of(finding.mbti_facets(owner, kind)),
                folders=of(finding.folder_facets(owner, kind)),
            )

        return self._database.read_now(work)

    def problems(self, owner: str) -> tuple[str, ...]:
        """What is wrong with the files that cannot be used."""
        wanted = select(holding.c.problem).where(finding.visible(owner), holding.c.problem != "")
        wanted = wanted.order_by(holding.c.kind, holding.c.id)
        return tuple(self._database.read_now(lambda connection: connection.execute(wanted).scalars().all()))

    def stamps(self, owner: str, kind: Kind) -> dict[str, str]:
        """Id → stamp of everything that is the owner's own."""
        wanted = select(holding.c.id, holding.c.stamp).where(holding.c.owner == owner, holding.c.kind == kind)
        return self._database.read_now(lambda connection: dict(connection.execute(wanted).all()))

    def replace(self, owner: str, kind: Kind, entries: Sequence[Entry], gone: Collection[str] = ()) -> None:
        """Write down how files are now: entries as read anew, ids whose files are gone."""

        def work(connection: Connection) -> None:
            for chunk in chunks(gone):
                mine = (holding.c.owner == owner, holding.c.kind == kind, holding.c.id.in_(chunk))
                writing.destroy(connection, connection.execute(select(holding.c.number).where(*mine)).scalars().all())
            writing.write(connection, owner, kind, entries)

        self._database.write_now(work)

    def mark(
        self,
        owner: str,
        kind: Kind,
        ids: Collection[str],
        *,
        favourite: bool | None = None,
        folder: str | None = None,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
    ) -> None:
        """Set what is given of the reader's own marks on things, their own or shipped: favourite, folder (empty: none),
        tags to add and to take away."""
        more, less = labels(add), labels(remove)

        def work(connection: Connection) -> None:
            for chunk in chunks(ids):
                known = writing.marks(connection, owner, kind, chunk)
                for id_ in chunk:
                    old = known.get(id_, Marks(favourite=0, folder="", tags={}))
                    tags = {label: shown for label, shown in (old["tags"] | more).items() if label not in less}
                    new = Marks(
                        favourite=old["favourite"] if favourite is None else int(favourite),
                        folder=old["folder"] if folder is None else folder.strip()[:FOLDER_CHARS],
                        tags=tags,
                    )
                    if new != old:
                        writing.set_mark(connection, owner, kind, id_, new, there=id_ in known)

        self._database.write_now(work)

    @property
    def full_text(self) -> bool:
        """Whether an index answers what is asked in words."""
        if self._indexed is None:
            self._indexed = self._wants_index and self._database.read_now(holding_text.made)
        return self._indexed
