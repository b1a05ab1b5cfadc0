# SPDX-License-Identifier: LGPL-3.0-or-later
import pytest

from optimage.store.engine import open_store
from tests.integration.store.contract import StoreContract
from tests.integration.store.due import DueContract
from tests.integration.store.found import FoundEventsContract
from tests.integration.store.overview import OverviewContract
from tests.integration.store.reporting import ReportingContract
from tests.integration.store.seats import SeatContract
from tests.integration.store.statistics import StatisticsContract
from tests.integration.store.wide import asked, wide


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


class TestPostgresqlFoundEvents(FoundEventsContract):
    """What headers tell, on a real server."""


class TestPostgresqlDue(DueContract):
    """Due dates, on a real server."""


class TestPostgresqlOverview(OverviewContract):
    """Very many results at once, on a real server."""


class TestPostgresqlReporting(ReportingContract):
    """Reports, schedules and notices, on a real server."""


def test_a_commit_is_on_the_disk_before_it_returns(store):
    with store.database.writing() as connection:
        names = ("synchronous_commit", "client_encoding", "idle_in_transaction_session_timeout")
        values = [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]
    assert values == ["on", "UTF8", "1min"]


def test_the_planner_serves_a_trend_and_the_latest_result_of_each_profile_by_an_index(store):
    wide(store)
    with store.database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
    with store.database.reading() as connection:
        plans = {
            name: "\n".join(connection.exec_driver_sql(f"EXPLAIN {query}", given).scalars())
            for name, (query, given) in asked(store).items()
        }
    assert "ix_measurement_trend" in plans["trend"]
    assert "Seq Scan on measurement" not in plans["trend"]
    assert plans["latest"].count("Index Only Scan") == plans["latest"].count("ix_analysis_latest") >= 2
    assert "Seq Scan on analysis" not in plans["latest"] + plans["rows"]
