# SPDX-License-Identifier: LGPL-3.0-or-later
from tests.integration.store.contract import StoreContract
from tests.integration.store.seats import SeatContract
from tests.integration.store.statistics import StatisticsContract


class TestSqlite(StoreContract):
    """The contract on a real file."""


class TestSqliteSeats(SeatContract):
    """Seats on a real file."""


class TestSqliteStatistics(StatisticsContract):
    """What statistics stand on, on a real file."""


def test_a_commit_is_on_the_disk_before_it_returns_and_references_are_kept(store):
    with store.database.writing() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_one_index_serves_a_trend(store):
    plan = store_plan(
        store,
        "SELECT value FROM measurement WHERE profile_id = 'p' AND key = 'k' AND item = ''"
        " AND device_id = 1 AND method = 'm' ORDER BY acquired_at, analysis_id",
    )
    assert "ix_measurement_trend" in plan
    assert "TEMP B-TREE" not in plan


def store_plan(store, query: str) -> str:
    with store.database.reading() as connection:
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all())
