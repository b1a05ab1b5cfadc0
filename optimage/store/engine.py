# SPDX-License-Identifier: LGPL-3.0-or-later
"""The store: one database and one spool, opened together."""

from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, insert, inspect, select

from optimage.errors import StoreError
from optimage.messages import N_
from optimage.model.records import Finding
from optimage.store.audit import Audit
from optimage.store.baselines import Baselines
from optimage.store.checks import check_database
from optimage.store.database import BUSY_TIMEOUT_S, Database, connect, database_url, sqlite_path
from optimage.store.devices import Devices
from optimage.store.failures import database_foreign, file_errors
from optimage.store.imports import Imports
from optimage.store.instances import Instances
from optimage.store.jobs import Jobs
from optimage.store.neighbours import Neighbours
from optimage.store.notices import Notices
from optimage.store.overview import Overview
from optimage.store.postgresql import require_unicode
from optimage.store.profiles import Profiles
from optimage.store.report_runs import ReportRuns
from optimage.store.report_schedules import ReportSchedules
from optimage.store.reports import Reports
from optimage.store.results import Results
from optimage.store.reviews import Reviews
from optimage.store.schema import METADATA, SCHEMA_VERSION, VERSION
from optimage.store.service_events import ServiceEvents
from optimage.store.sets import Sets
from optimage.store.signals import Signals
from optimage.store.signatures import Signatures
from optimage.store.spool import RESERVE_BYTES, Spool


class Store:
    """Everything that lasts. Made by `open_store`; closed by `close` or at the end of a `with`."""

    def __init__(self, database: Database, spool: Spool) -> None:
        self.database = database
        self.spool = spool
        self.instances = Instances(database)
        self.sets = Sets(database)
        self.jobs = Jobs(database)
        self.results = Results(database)
        self.reviews = Reviews(database)
        self.profiles = Profiles(database)
        self.imports = Imports(database)
        self.devices = Devices(database)
        self.baselines = Baselines(database)
        self.events = ServiceEvents(database)
        self.neighbours = Neighbours(database)
        self.overview = Overview(database)
        self.signals = Signals(database)
        self.reports = Reports(database)
        self.signatures = Signatures(database)
        self.schedules = ReportSchedules(database)
        self.runs = ReportRuns(database)
        self.notices = Notices(database)
        self.audit = Audit(database)

    def check(self) -> tuple[Finding, ...]:
        """Return what is out of order in the database; nothing where all is well."""
        return check_database(self.database)

    def close(self) -> None:
        """Give the database back."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(
    url_or_path: str | Path,
    *,
    spool: Path,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
    reserve_bytes: int = RESERVE_BYTES,
) -> Store:
    """Open a database, created where it is missing, and its spool.

    Parameters
    ----------
    url_or_path : str or Path
        A path for SQLite, or a URL.
    spool : Path
        Folder of received files, created where it is missing.
    busy_timeout_s : float
        How long a write waits for another program before `database_locked`.
    reserve_bytes : int
        Free space below which the spool refuses.

    Raises
    ------
    StoreError
        `database_outdated`, `database_newer`, `database_locked`, `database_corrupt`,
        `database_unreadable`, `folder_read_only`, `disk_full` or `storage_failed`.
    """
    url = database_url(url_or_path)
    path = sqlite_path(url)
    if path:
        with file_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
    database = connect(url, busy_timeout_s=busy_timeout_s)
    try:
        _require_schema(database)
        return Store(database, Spool(spool, reserve_bytes=reserve_bytes))
    except BaseException:
        database.close()
        raise


def stamped_version(connection: Connection) -> str | None:
    """Return the version a database says it has; None where it is empty."""
    if not inspect(connection).has_table(VERSION.name):
        return None
    return connection.scalar(select(VERSION.c.version_num))


def require_known(found: str, place: str) -> None:
    """Refuse a schema that this version does not know: `database_newer` or `database_foreign`."""
    if not found.isdecimal():
        raise database_foreign(place)
    if int(found) > int(SCHEMA_VERSION):
        raise StoreError(
            "database_newer",
            N_("the database {place} is at schema {found}, this version knows {known}"),
            advice=N_("install the newer version of Optimage again"),
            place=place,
            found=found,
            known=SCHEMA_VERSION,
        )


def _require_schema(database: Database) -> None:
    with database.reading() as connection:
        found = stamped_version(connection)
    if found is None:
        found = _create(database)
    require_known(found, database.place)
    if found == SCHEMA_VERSION:
        return
    raise StoreError(
        "database_outdated",
        N_("the database {place} is at schema {found}, this version needs {needed}"),
        advice=N_('run "optimage db upgrade" (a backup is made first)'),
        place=database.place,
        found=found,
        needed=SCHEMA_VERSION,
    )


def _create(database: Database) -> str:
    with database.writing() as connection:
        found = stamped_version(connection)  # another program may have been faster
        if found is not None:
            return found
        if connection.dialect.name == "postgresql":
            require_unicode(connection)
        if not METADATA.tables.keys().isdisjoint(inspect(connection).get_table_names()):
            raise database_foreign(database.place)
        METADATA.create_all(connection)
        connection.execute(insert(VERSION).values(version_num=SCHEMA_VERSION))
    return SCHEMA_VERSION
