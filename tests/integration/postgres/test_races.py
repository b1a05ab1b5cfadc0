# SPDX-License-Identifier: LGPL-3.0-or-later
"""Two programs on one server at the same moment: what SQLite's one lock forbids does not happen here either."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest

from optimage.model.jobs import NewInstance
from optimage.store.engine import Store, open_store
from optimage.store.schema import METADATA, SCHEMA_VERSION
from tests.integration.store.contract import apply, stored
from tests.integration.store.samples import NOON, new_instance, result

T = TypeVar("T")
PROGRAMS = 6
ROUNDS = 8


def at_once(work: Callable[[int], T]) -> list[T]:
    """Let several threads begin `work` at the same moment."""
    start = Barrier(PROGRAMS)

    def begin(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(PROGRAMS) as pool:
        return list(pool.map(begin, range(PROGRAMS)))


def an_instance(round_: int, number: int) -> NewInstance:
    return new_instance(f"1.{round_}.{number}", f"{round_} {number}".encode())


@pytest.fixture
def stores(pg_url, tmp_path):
    """Several stores on one database and one spool, as of several programs."""
    opened = [open_store(pg_url, spool=tmp_path / "spool", reserve_bytes=0) for _ in range(PROGRAMS)]
    yield opened
    for store in opened:
        store.close()


def test_services_that_start_together_create_the_tables_once(empty_pg_url, tmp_path):
    for store in at_once(lambda _: open_store(empty_pg_url, spool=tmp_path / "spool")):
        with store.database.reading() as connection:
            assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [(SCHEMA_VERSION,)]
            count = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
            assert connection.exec_driver_sql(count).scalar_one() == len(METADATA.tables)
        store.close()


def test_images_of_one_group_that_arrive_together_share_one_set(stores):
    def arrive(store: Store, number: int, round_: int) -> int:
        instance = store.instances.add(
            new_instance(f"1.{round_}.{number}", f"{round_} {number}".encode()), operator="a"
        )
        return store.sets.join(
            None, phantom="ct_level_a", group_key=str(round_), role="series", instance_id=instance.id, now=NOON
        )

    for round_ in range(ROUNDS):
        ids = at_once(lambda number, round_=round_: arrive(stores[number], number, round_))
        assert len(set(ids)) == 1
        assert len(stores[0].sets.get(ids[0]).inputs) == PROGRAMS
    assert stores[0].check() == ()


def test_the_same_object_of_several_senders_is_one_row(stores):
    for round_ in range(ROUNDS):
        ids = at_once(lambda n, round_=round_: stores[n].instances.add(new_instance(f"1.{round_}"), operator=str(n)).id)
        assert len(set(ids)) == 1


def test_other_bytes_of_one_uid_that_arrive_together_are_one_original_and_conflicts(stores):
    for round_ in range(ROUNDS):
        uid = f"1.{round_}"
        found = at_once(lambda n, uid=uid: stores[n].instances.add(new_instance(uid, bytes([n])), operator="a"))
        assert sum(not instance.conflict for instance in found) == 1


def test_the_audit_trail_of_several_writers_is_one_chain(stores):
    def write(number: int) -> None:
        for n in range(ROUNDS):
            stores[number].audit.append("looked", operator=f"p{number}", subject=f"result:{n}")

    at_once(write)
    assert len(stores[0].audit.list()) == PROGRAMS * ROUNDS
    assert stores[0].audit.first_broken() is None


def test_profiles_applied_together_get_revisions_of_their_own(stores):
    at_once(lambda number: apply(stores[number], f"text {number}"))
    assert [one.revision for one in stores[0].profiles.history("ct_daily")] == list(range(1, PROGRAMS + 1))


def test_the_same_profile_applied_by_all_is_one_revision(stores):
    assert [one.revision for one in at_once(lambda number: apply(stores[number], "same"))] == [1] * PROGRAMS


def test_first_results_of_a_new_device_enter_it_once(stores):
    def store_first(number: int, round_: int) -> None:
        store = stores[number]
        instance = store.instances.add(
            new_instance(f"1.{round_}.{number}", f"{round_} {number}".encode()), operator="a"
        )
        group = f"{round_} {number}"
        set_id = store.sets.join(
            None, phantom="ct_level_a", group_key=group, role="series", instance_id=instance.id, now=NOON
        )
        job = store.sets.complete(set_id, NOON)
        found = result(profile=False)
        device = replace(found.acquisition.device, serial=str(round_))
        acquisition = replace(found.acquisition, device=device, institution=f"Clinic {round_}")
        store.results.add(replace(found, acquisition=acquisition), set_id=set_id, job_id=job.id, operator="me")

    for round_ in range(ROUNDS):
        at_once(lambda number, round_=round_: store_first(number, round_))
    with stores[0].database.reading() as connection:
        counts = [connection.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar_one() for t in ("device", "site")]
    assert counts == [ROUNDS, ROUNDS]
    assert stores[0].check() == ()


def test_results_of_one_set_stored_together_leave_one_current(stores):
    kept = stored(stores[0], 1.0)
    at_once(
        lambda n: stores[n].results.add(result(float(n), inputs=str(n)), set_id=kept.set_id, job_id=None, operator="me")
    )
    assert len(stores[0].results.list()) == PROGRAMS + 1
    assert len(stores[0].results.current()) == 1
    assert stores[0].check() == ()
