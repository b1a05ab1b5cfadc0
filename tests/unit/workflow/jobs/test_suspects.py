# SPDX-License-Identifier: LGPL-3.0-or-later
"""A job under which services died is tried alone, after an ever longer quiet time, and not for ever."""

from math import inf

import pytest

from optimage.workflow.jobs.suspects import ENOUGH_DEATHS, NEVER_S, longest_to_try

LEASE_S = 60.0


@pytest.mark.parametrize("lived_s", [0.0, 1e9])
def test_beside_another_job_no_job_is_tried_under_which_a_service_died(lived_s):
    assert set(longest_to_try(lived_s, LEASE_S, is_alone=False).values()) == {NEVER_S}


@pytest.mark.parametrize(
    ("lived_s", "third", "fourth"),
    [(0.0, NEVER_S, NEVER_S), (59.9, NEVER_S, NEVER_S), (60.0, 60.0, NEVER_S), (120.0, 120.0, 60.0)],
)
def test_alone_the_second_try_comes_at_once_and_the_next_after_a_quiet_time_longer_than_any_run(lived_s, third, fourth):
    assert longest_to_try(lived_s, LEASE_S, is_alone=True) == {1: inf, 2: third, 3: fourth}


@pytest.mark.parametrize("is_alone", [True, False])
def test_neither_a_job_that_killed_nothing_nor_one_that_is_to_be_given_up_waits(is_alone):
    assert not {0, ENOUGH_DEATHS} & set(longest_to_try(0.0, LEASE_S, is_alone=is_alone))
