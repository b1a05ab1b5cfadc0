# SPDX-License-Identifier: LGPL-3.0-or-later
"""The steps from one schema to the next; alembic is loaded here only."""

from pathlib import Path

from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, version: str = "head") -> None:
    """Bring a database to a schema, by default to the newest, inside the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, version)
