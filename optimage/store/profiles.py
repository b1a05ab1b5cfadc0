# SPDX-License-Identifier: LGPL-3.0-or-later
"""Applied profiles: the database decides which revision judges."""

from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.profile import Profile, ProfileRevision
from optimage.store.audit import record
from optimage.store.codec import dump, load, utc_now
from optimage.store.database import Database
from optimage.store.schema import PROFILE, PROFILE_REVISION


class Profiles:
    """Profiles by id, each with its revisions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(
        self, profile: Profile, *, text: str, sha256: str, author: str, reason: str, source: str = ""
    ) -> ProfileRevision:
        """Store the next revision; the same text again returns the current one."""
        with self._database.writing() as connection:
            known = _load(connection, _revisions(profile.id))
            if known and known[-1].sha256 == sha256:
                return known[-1]
            if not known:
                connection.execute(insert(PROFILE).values(id=profile.id, created_at=utc_now()))
            revision = known[-1].revision + 1 if known else 1
            applied = ProfileRevision(profile, revision, text, sha256, author, reason, utc_now(), source)
            connection.execute(insert(PROFILE_REVISION).values(**_values(applied)))
            record(
                connection,
                "profile_applied",
                operator=author,
                subject=f"profile:{profile.id}",
                detail={"revision": str(revision), "sha256": sha256, "reason": reason},
            )
            return applied

    def current(self) -> tuple[ProfileRevision, ...]:
        """Return the latest revision of every profile, by id."""
        table = PROFILE_REVISION.c
        latest = select(table.profile_id, func.max(table.revision).label("revision")).group_by(table.profile_id)
        newest = latest.subquery()
        query = select(PROFILE_REVISION).join(
            newest, (newest.c.profile_id == table.profile_id) & (newest.c.revision == table.revision)
        )
        with self._database.reading() as connection:
            found = _load(connection, query)
        return tuple(sorted(found, key=lambda applied: applied.profile.id))  # servers sort text by their own locale

    def get(self, profile_id: str, revision: int | None = None) -> ProfileRevision:
        """Return a revision, by default the latest; UsageError `unknown_profile` if there is none."""
        query = _revisions(profile_id)
        if revision is not None:
            query = query.where(PROFILE_REVISION.c.revision == revision)
        with self._database.reading() as connection:
            found = _load(connection, query)
        if not found:
            raise UsageError(
                "unknown_profile",
                N_("no profile {id} was applied"),
                advice=N_('see "optimage profile list"'),
                id=profile_id,
            )
        return found[-1]

    def history(self, profile_id: str) -> tuple[ProfileRevision, ...]:
        """Return all revisions, the first first; none for an unknown profile."""
        with self._database.reading() as connection:
            return _load(connection, _revisions(profile_id))


def _revisions(profile_id: str) -> Select[Any]:
    here = PROFILE_REVISION.c.profile_id == profile_id
    return select(PROFILE_REVISION).where(here).order_by(PROFILE_REVISION.c.revision)


def _values(applied: ProfileRevision) -> dict[str, Any]:
    return {
        "profile_id": applied.profile.id,
        "revision": applied.revision,
        "text": applied.text,
        "sha256": applied.sha256,
        "value": dump(applied.profile),
        "author": applied.author,
        "reason": applied.reason,
        "applied_at": applied.applied_at,
        "source": applied.source,
    }


def _load(connection: Connection, query: Select[Any]) -> tuple[ProfileRevision, ...]:
    return tuple(_revision_of(row) for row in connection.execute(query))


def _revision_of(row: Row[Any]) -> ProfileRevision:
    profile = load(Profile, row.value)
    return ProfileRevision(
        profile, row.revision, row.text, row.sha256, row.author, row.reason, row.applied_at, row.source
    )
