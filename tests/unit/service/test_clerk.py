# SPDX-License-Identifier: LGPL-3.0-or-later
"""The clerk of the service looks again and again, whatever goes wrong, and ends with its duty done."""

import logging
import threading

from optimage.errors import StoreError
from optimage.messages import N_
from optimage.service.reporting import Clerk


def test_a_duty_that_fails_keeps_neither_the_next_one_nor_its_own_next_time(caplog):
    looked = threading.Semaphore(0)
    failures = iter([StoreError("database_locked", N_("the database is locked")), ValueError("a bug")])

    def fails_twice() -> None:
        if (error := next(failures, None)) is not None:
            raise error

    clerk = Clerk(fails_twice, looked.release, every_s=0.01)
    with caplog.at_level(logging.ERROR):
        clerk.start()
        assert all(looked.acquire(timeout=10) for _ in range(4))
        clerk.stop()
    assert [record.exc_info[0] for record in caplog.records] == [StoreError, ValueError]


def test_the_same_trouble_fills_no_log(caplog):
    looked = threading.Semaphore(0)

    def fails() -> None:
        looked.release()
        raise ValueError("again")

    clerk = Clerk(fails, every_s=0.0)
    with caplog.at_level(logging.ERROR):
        clerk.start()
        assert all(looked.acquire(timeout=10) for _ in range(100))
        clerk.stop()
    assert 7 <= len(caplog.records) <= 1 + looked._value.bit_length() + 8, "the 1st, 2nd, 4th, 8th and so on"


def test_it_stops_between_looks_at_once_and_after_the_duty_under_way():
    begun, go_on, ended = threading.Event(), threading.Event(), []

    def duty() -> None:
        begun.set()
        assert go_on.wait(10)
        ended.append(1)

    clerk = Clerk(duty, every_s=600.0)
    clerk.start()
    assert begun.wait(10)
    stopping = threading.Thread(target=clerk.stop)
    stopping.start()
    assert not ended
    go_on.set()
    stopping.join(10)
    assert not stopping.is_alive()
    assert ended == [1]


def test_one_that_was_never_started_can_be_stopped():
    Clerk(every_s=1.0).stop()
