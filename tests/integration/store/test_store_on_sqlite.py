# SPDX-License-Identifier: LGPL-3.0-or-later
from tests.integration.store.contract import StoreContract
from tests.integration.store.due import DueContract
from tests.integration.store.found import FoundEventsContract
from tests.integration.store.overview import OverviewContract
from tests.integration.store.reporting import ReportingContract
from tests.integration.store.seats import SeatContract
from tests.integration.store.statistics import StatisticsContract
from tests.integration.store.wide import asked, wide


class TestSqlite(StoreContract):
    """The contract on a real file."""


class TestSqliteSeats(SeatContract):
    """Seats on a real file."""


class TestSqliteStatistics(StatisticsContract):
    """What statistics stand on, on a real file."""


class TestSqliteFoundEvents(FoundEventsContract):
    """What headers tell, in a real file."""


class TestSqliteDue(DueContract):
    """Due dates, in a real file."""


class TestSqliteOverview(OverviewContract):
    """Very many results at once, in a real file."""


class TestSqliteReporting(ReportingContract):
    """Reports, schedules and notices, in a real file."""


def test_a_commit_is_on_the_disk_before_it_returns_and_references_are_kept(store):
    with store.database.writing() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_an_index_alone_serves_a_trend_and_the_latest_result_of_each_profile(store):
    wide(store)
    with store.database.reading() as connection:
        plans = {
            name: "\n".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", given))
            for name, (query, given) in asked(store).items()
        }
    assert "USING COVERING INDEX ix_measurement_trend" in plans["trend"]
    assert plans["latest"].count("USING COVERING INDEX ix_analysis_latest") == 3
    assert "SCAN analysis" not in plans["latest"] + plans["rows"]
    assert not any("TEMP B-TREE" in plan for plan in plans.values())
