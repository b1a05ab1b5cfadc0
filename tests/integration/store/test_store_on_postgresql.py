# SPDX-License-Identifier: LGPL-3.0-or-later
import pytest

from optimage.store.engine import open_store
from tests.integration.store.contract import StoreContract
from tests.integration.store.seats import SeatContract
from tests.integration.store.statistics import StatisticsContract


@pytest.fixture
def store(pg_url, home):
    with open_store(pg_url, spool=home / "spool", reserve_bytes=0) as opened:
        yield opened


class TestPostgresql(StoreContract):
    """The contract on a real server."""


class TestPostgresqlSeats(SeatContract):
    """Seats on a real server."""


class TestPostgresqlStatistics(StatisticsContract):
    """What statistics stand on, on a real server."""


def test_a_commit_is_on_the_disk_before_it_returns(store):
    with store.database.writing() as connection:
        names = ("synchronous_commit", "client_encoding", "idle_in_transaction_session_timeout")
        values = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]
    assert values == ["on", "UTF8", "1min"]
