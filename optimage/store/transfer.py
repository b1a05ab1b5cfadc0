# SPDX-License-Identifier: LGPL-3.0-or-later
"""All rows of one database into another: from a server into a file, or from a file into either."""

from pathlib import Path

from sqlalchemy import Connection, Integer, MetaData, Table, func, insert, select

from optimage.store.database import Database, connect, database_url
from optimage.store.engine import stamped_version
from optimage.store.migrate import migrate
from optimage.store.schema import VERSION

ROWS_AT_ONCE = 500


def copy_to_file(database: Database, target: Path) -> None:
    """Copy a database that a server keeps into the new SQLite file `target`, as it stands at one instant."""
    file = connect(database_url(target))
    try:
        with database.reading() as source, file.writing() as copy:
            target.chmod(0o600)
            migrate(copy, stamped_version(source) or "base")
            copy_rows(source, copy, tables_of(copy))
    finally:
        file.close()


def tables_of(connection: Connection) -> MetaData:
    """Return the tables that a database holds, of whatever schema, without the one that names it."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != VERSION.name)
    return found


def copy_rows(source: Connection, target: Connection, tables: MetaData) -> None:
    """Copy every row as it is; `tables` are those of an SQLite file, whose types both sides understand."""
    reading = source.execution_options(yield_per=ROWS_AT_ONCE)
    for table in tables.sorted_tables:
        rows = reading.execute(select(table).order_by(*table.primary_key)).mappings()
        for some in rows.partitions():
            target.execute(insert(table), [dict(row) for row in some])
        if target.dialect.name == "postgresql":
            _continue_numbers(target, table)


def _continue_numbers(connection: Connection, table: Table) -> None:
    """Let the server number new rows from the last copied one on."""
    if "id" in table.c and isinstance(table.c.id.type, Integer):
        sequence = func.pg_get_serial_sequence(table.name, "id")
        # A table without rows keeps its count: setval of NULL does nothing.
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))
