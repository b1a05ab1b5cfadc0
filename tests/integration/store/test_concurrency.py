# SPDX-License-Identifier: LGPL-3.0-or-later
"""Several at once: no job twice, no job lost, no lock that lasts."""

import itertools
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from optimage.model.jobs import JobState
from optimage.store.engine import Store, open_store
from tests.integration.store.samples import NOON, new_instance, result

N_JOBS = 40


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, home):
    """Path or URL of a database."""
    return home / "optimage.db" if request.param == "sqlite" else request.getfixturevalue("pg_url")


@pytest.fixture
def store(place, home):
    with open_store(place, spool=home / "spool", reserve_bytes=0) as opened:
        yield opened


def queue_jobs(store: Store, count: int = N_JOBS) -> None:
    instance = store.instances.add(new_instance(), operator="me").id
    for n in range(count):
        set_id = store.sets.join(
            None, phantom="ct_level_a", group_key=str(n), role="series", instance_id=instance, now=NOON
        )
        store.sets.complete(set_id, NOON)


def claim_all(store: Store, worker: str) -> list[int]:
    claimed = []
    while (job := store.jobs.claim(worker, lease_s=3600.0, now=NOON)) is not None:
        claimed.append(job.id)
        store.results.add(result(profile=False), set_id=job.set_id, job_id=job.id, operator=worker)
    return claimed


def claim_all_in_a_process(place: str | Path, home: Path, worker: str) -> list[int]:
    with open_store(place, spool=home / "spool", reserve_bytes=0) as store:
        return claim_all(store, worker)


def assert_each_once(store: Store, claimed: list[list[int]]) -> None:
    assert sorted(itertools.chain.from_iterable(claimed)) == list(range(1, N_JOBS + 1))
    assert store.jobs.counts()[JobState.DONE] == N_JOBS
    assert len(store.results.current()) == N_JOBS
    assert store.check() == ()


def test_two_threads_carry_out_each_job_exactly_once(store):
    queue_jobs(store)
    with ThreadPoolExecutor(2) as pool:
        claimed = list(pool.map(lambda worker: claim_all(store, worker), "ab"))
    assert_each_once(store, claimed)


def test_two_processes_carry_out_each_job_exactly_once(store, place, home):
    queue_jobs(store)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        claimed = list(pool.map(claim_all_in_a_process, [place] * 2, [home] * 2, "ab"))
    assert_each_once(store, claimed)


def test_two_workers_on_one_job_whose_lease_ran_out_leave_one_result(store):
    queue_jobs(store, 1)
    slow = store.jobs.claim("slow", lease_s=1.0, now=NOON)
    fast = store.jobs.claim("fast", lease_s=60.0, now=NOON + timedelta(seconds=2))
    assert slow.id == fast.id
    first = store.results.add(result(profile=False), set_id=fast.set_id, job_id=fast.id, operator="fast")
    second = store.results.add(result(profile=False), set_id=slow.set_id, job_id=slow.id, operator="slow")
    assert first.id == second.id


def test_the_same_object_from_two_senders_at_once_gives_one_row(store):
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda n: store.instances.add(new_instance(), operator=str(n)).id, range(20)))
    assert len(ids) == 1


def test_a_reader_sees_one_consistent_state_while_others_write(store):
    queue_jobs(store)
    with store.database.reading() as connection:
        count = "SELECT count(*) FROM job WHERE state = 'queued'"
        before = connection.exec_driver_sql(count).scalar_one()
        assert store.jobs.claim("w", lease_s=60.0, now=NOON) is not None
        assert connection.exec_driver_sql(count).scalar_one() == before
