# SPDX-License-Identifier: LGPL-3.0-or-later
"""PostgreSQL: one writer at a time, commits on the disk, and a server that went away is noticed."""

from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select, text

from optimage.errors import StoreError
from optimage.messages import N_

DRIVER = "postgresql+psycopg"
SCHEMES = ("postgresql", "postgres")
# Key of the lock that writers of one database share.
WRITERS = int.from_bytes(b"optimage")
# A writer that is frozen or cut off is thrown out by the server, so that the others can go on.
IDLE_WRITER_S = 60
# A server whose cable was pulled answers nothing: give up instead of waiting for ever. The URL may say otherwise.
NETWORK = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "client_encoding": "utf8",
}
MY_TURN = select(
    func.set_config("idle_in_transaction_session_timeout", f"{IDLE_WRITER_S}s", text("true")),
    func.pg_advisory_xact_lock(WRITERS),
)
READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, "optimage_reads": True}


def create_server_engine(url: URL, *, busy_timeout_s: float) -> Engine:
    """Prepare the engine; nothing is opened yet.

    Raises
    ------
    StoreError
        `driver_missing`.
    """
    arguments = {name: value for name, value in NETWORK.items() if name not in url.query}
    try:
        engine = create_engine(
            url, connect_args=arguments, hide_parameters=True, pool_pre_ping=True, pool_timeout=busy_timeout_s
        )
    except ImportError as error:
        raise StoreError(
            "driver_missing",
            N_("the driver for PostgreSQL is not installed"),
            advice=N_('run "pip install optimage[postgres]"'),
        ) from error
    event.listen(engine, "connect", partial(_set_up, busy_timeout_s))
    event.listen(engine, "begin", _take_turn)
    return engine


def require_unicode(connection: Connection) -> None:
    """Refuse a database that cannot hold every text: `database_encoding`."""
    encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
    if encoding != "UTF8":
        raise StoreError(
            "database_encoding",
            N_("the database stores text as {encoding}, which lacks most characters"),
            advice=N_("create it anew with the encoding UTF8"),
            encoding=encoding,
        )


def _set_up(busy_timeout_s: float, connection: Any, _record: Any) -> None:
    connection.autocommit = True
    connection.execute("SET synchronous_commit = on")  # a commit is on the disk before it returns
    connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{max(1, round(busy_timeout_s * 1000))}ms"])
    connection.autocommit = False


def _take_turn(connection: Connection) -> None:
    """Let writers follow one another from their first statement on, as SQLite's BEGIN IMMEDIATE does.

    Then nothing that was read can have changed when it is acted upon. It costs little: every
    change needs the last row of the audit trail anyway, and readers never wait.
    """
    if not connection.get_execution_options().get("optimage_reads", False):
        connection.execute(MY_TURN)
