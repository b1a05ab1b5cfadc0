# SPDX-License-Identifier: LGPL-3.0-or-later
"""Who killed the service: a module that does is found out, and a job that was only there is never blamed."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from optimage.model.jobs import JobState
from optimage.model.results import AnalysisResult
from optimage.store.engine import Store, open_store
from optimage.workflow.bus import Bus
from optimage.workflow.jobs.runner import Runner
from optimage.workflow.jobs.suspects import ENOUGH_DEATHS
from optimage.workflow.orders import WorkOutcome
from tests.integration.service.conftest import Write, eventually, stored
from tests.integration.site import Site
from tests.integration.store.contract import join, receive
from tests.integration.store.samples import NOON

LEASE_S = 60.0
MEASURED = WorkOutcome(AnalysisResult())


class ByHand(Executor):
    """Keeps what is submitted until the test says what came of it."""

    def __init__(self) -> None:
        self.futures: list[Future[WorkOutcome]] = []

    def submit(self, *_args, **_kwargs):
        self.futures.append(Future())
        return self.futures[-1]


class Life:
    """One service, from its start to the moment it is killed."""

    def __init__(self, store: Store, name: str, began: datetime, *, slots: int = 2) -> None:
        self.store, self.name, self.now = store, name, began
        self.executor = ByHand()
        self.runner = Runner(store, Bus(), self.executor, worker=name, lease_s=LEASE_S, slots=slots, operator="me")
        self.runner.step(began)

    def lives_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.runner.step(self.now)

    def dies(self) -> datetime:
        self.store.jobs.count_service_death(self.name)
        return self.now + timedelta(seconds=1)

    @property
    def under_way(self) -> set[int]:
        return {job.id for job in self.store.jobs.list() if job.worker == self.name and job.state == "running"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "optimage.db", spool=tmp_path / "spool", reserve_bytes=0) as store:
        yield store


@pytest.fixture
def queue(store: Store) -> Callable[[], int]:
    """Queue one more job and return its number."""

    def add() -> int:
        uid = f"1.7.{len(store.jobs.list())}"
        return store.sets.complete(join(store, receive(store, uid, uid.encode()), uid).id, NOON).id

    return add


def reasons(store: Store) -> list[str]:
    return [failure.code for result in store.results.list() for failure in result.failures]


def test_after_a_death_all_that_was_under_way_is_tried_alone_one_by_one(store, queue) -> None:
    first, second = queue(), queue()
    life = Life(store, "w1", NOON)
    assert life.under_way == {first, second}
    life = Life(store, "w2", life.dies())
    assert life.under_way == {first}
    fresh = queue()
    life.lives_on(1)
    assert life.under_way == {first}, "nothing else beside it"
    life.executor.futures[0].set_result(MEASURED)
    life.lives_on(1)
    assert life.under_way == {fresh}, "not beside another"
    life.executor.futures[1].set_result(MEASURED)
    life.lives_on(1)
    assert life.under_way == {second}
    life.executor.futures[2].set_result(MEASURED)
    life.lives_on(1)
    assert len(store.results.list()) == 3


def test_a_job_that_kills_every_service_is_told_after_four_deaths_and_its_neighbour_is_measured(store, queue) -> None:
    guilty, neighbour = queue(), queue()
    now, deaths = NOON, 0
    while not reasons(store):
        life = Life(store, f"w{deaths}", now)
        while guilty not in life.under_way and not reasons(store):
            if life.under_way:
                life.executor.futures[-1].set_result(MEASURED)
            life.lives_on(10)
        if not reasons(store):
            deaths += 1
            now = life.dies()
    assert deaths == ENOUGH_DEATHS
    assert reasons(store) == ["worker_died"]
    assert store.jobs.get(guilty).state == store.jobs.get(neighbour).state == "done"
    assert now - NOON < timedelta(seconds=4 * LEASE_S)


@pytest.mark.parametrize("takes_s", [5, 20, 300])
@pytest.mark.parametrize("every_s", [3, 30, 65, 130, 1800])
def test_a_service_killed_thirty_times_by_others_blames_no_job(store, queue, takes_s: int, every_s: int) -> None:
    queue()
    moments = random.Random(takes_s * every_s)
    now = NOON
    for number in range(30):
        life = Life(store, f"w{number}", now)
        began, lives_s = now, every_s * moments.uniform(0.9, 1.1)
        while (life.now - now).total_seconds() < lives_s and not store.jobs.counts()[JobState.DONE]:
            if not life.under_way:
                began = life.now
            elif (life.now - began).total_seconds() >= takes_s:
                life.executor.futures[-1].set_result(MEASURED)
            life.lives_on(every_s / 20)
        now = life.dies()
    assert reasons(store) == []


@pytest.mark.only_on("sqlite", "postgresql")  # on a cluster it finds a worker of that
def test_a_module_that_finds_and_kills_the_service_gives_one_result_and_costs_no_other(
    site: Site, write: Write
) -> None:
    site.environment |= {"OPTIMAGE_WORKERS": "2", "OPTIMAGE_LEASE_S": "2"}
    images = [write("deadly", "kill service"), write("slow", "slow"), write("good")]
    with site.service() as process:
        site.send(*images, code=None)  # all but the last may have been killed before it was sent
        deaths = 0
        process.wait(timeout=60)
    while len(site.results("--all")) < len(images):
        deaths += 1
        assert deaths <= ENOUGH_DEATHS
        with site.service() as process, site.store() as store:
            eventually(lambda: process.poll() is not None or len(store.results.list()) == len(images), 60)
    (failed,) = [result for result in stored(site, 3) if not result.measurements]
    assert [failure.code for failure in failed.failures] == ["worker_died"]
    assert deaths == ENOUGH_DEATHS
