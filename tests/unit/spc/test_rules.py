# SPDX-License-Identifier: LGPL-3.0-or-later
"""Each rule with a series that makes it true, and the same series one point short."""

from math import inf, nan

import numpy as np
import pytest

from optimage.model.control_rule import RULES, ControlRule
from optimage.spc.rules import RuleHit, rule_hits
from optimage.spc.runs import beginnings

SERIES = {
    "R1": ([0.1, 3.1], (1,)),
    "R1w": ([0.1, -2.1], (1,)),
    "WE2": ([2.1, 0.5, 2.1], (0, 2)),
    "WE3": ([-1.1, -1.2, 0.3, -1.3, -1.1], (0, 1, 3, 4)),
    "WE4": ([0.1, 0.2] * 4, tuple(range(8))),
    "N2": ([-0.1, -0.2, -0.1] * 3, tuple(range(9))),
    "N3": ([-1.0, -0.5, 0.0, 0.5, 0.6, 0.7], tuple(range(6))),
    "N4": ([0.3, -0.3] * 7, tuple(range(14))),
    "N7": ([0.5, -0.5, 0.9] * 5, tuple(range(15))),
    "N8": ([1.5, 1.1, -1.2, 1.9] * 2, tuple(range(8))),
    "EWMA": ([1.2, 1.2, 1.2], None),
    "CUSUM": ([2.0, 2.0, 2.0, 2.0], (0, 1, 2, 3)),  # sums 1.5, 3.0, 4.5 and 6.0 against 4.77
}


def hits(values, *names, **numbers):
    return rule_hits(values, ControlRule(rules=names, **numbers))


def first_ewma(value):
    """First place at which the weighted mean of equal values exceeds its limit, from the closed form of both."""
    i = np.arange(1, 100)
    return int(np.argmax(value * (1 - 0.8**i) > 2.7 * np.sqrt(0.2 / 1.8 * (1 - 0.64**i))))


def test_every_rule_has_a_series_here():
    assert set(SERIES) == set(RULES)


@pytest.mark.parametrize("name", [name for name in RULES if name != "EWMA"])
def test_a_rule_becomes_true_at_the_last_point_of_its_series_and_not_one_point_earlier(name):
    series, involved = SERIES[name]
    assert hits(series, name) == (RuleHit(name, len(series) - 1, involved),)
    assert hits(series[:-1], name) == ()
    assert len(involved) == 1 or hits(series[1:], name) == ()


@pytest.mark.parametrize("name", [name for name in RULES if name not in ("EWMA", "N4", "N7", "N8")])
def test_a_rule_sees_the_other_side_alike(name):
    series, involved = SERIES[name]
    assert hits(np.negative(series), name) == (RuleHit(name, len(series) - 1, involved),)


@pytest.mark.parametrize("value", [1.2, -1.5, 2.0])
def test_the_weighted_mean_of_equal_values_crosses_where_the_closed_form_says(value):
    at = first_ewma(abs(value))
    assert at > 0
    assert hits([value] * (at + 1), "EWMA") == (RuleHit("EWMA", at, tuple(range(at + 1))),)
    assert hits([value] * at, "EWMA") == ()


@pytest.mark.parametrize("name", ["WE2", "WE3", "WE4", "N2", "N3", "N8", "EWMA", "CUSUM"])
def test_a_rule_that_stays_true_speaks_once(name):
    series = {"N3": np.arange(40) / 10.0, "N8": [1.5, -1.5] * 20}.get(name, [2.5] * 40)
    assert len(hits(series, name)) == 1


def test_a_rule_speaks_again_once_it_was_false_in_between():
    assert [hit.at for hit in hits([2.5, 2.5, 0.0, 0.0, 2.5, 2.5], "WE2")] == [1, 5]
    assert [hit.at for hit in hits([0.5] * 8 + [-0.5] + [0.5] * 8, "WE4")] == [7, 16]


def test_a_point_on_the_centre_line_breaks_a_run_on_one_side():
    assert hits([0.5] * 4 + [0.0] + [0.5] * 7, "WE4", "N2") == ()


def test_equal_neighbours_break_a_trend():
    assert hits([0.0, 0.1, 0.2, 0.2, 0.3, 0.4, 0.5], "N3") == ()


def test_a_point_on_a_line_is_inside_it():
    assert hits([3.0, -3.0], "R1") == ()
    assert hits([2.0, 2.0, -2.0], "R1w", "WE2") == ()
    assert hits([1.0, -1.0] * 8, "N7", "N8") == ()


def test_outside_the_alarm_lines_is_not_told_as_outside_the_control_lines_as_well():
    assert [(hit.rule, hit.at) for hit in hits([2.5, 3.5], "R1w", "R1")] == [("R1w", 0), ("R1", 1)]
    assert [(hit.rule, hit.at) for hit in hits([2.5, 3.5], "R1w")] == [("R1w", 0), ("R1w", 1)]


def test_a_profile_moves_the_lines_with_its_multiples():
    assert hits([3.2, 2.3], "R1", "R1w", alarm_sigma=3.5, control_sigma=2.5) == (RuleHit("R1w", 0, (0,)),)


def test_eight_far_points_on_one_side_are_no_rule_eight_until_one_is_on_the_other():
    assert hits([1.5] * 9, "N8") == ()
    assert hits([1.5] * 9 + [-1.5], "N8") == (RuleHit("N8", 9, tuple(range(2, 10))),)


@pytest.mark.parametrize("name", ["WE2", "WE3", "WE4", "N2", "N3", "N4", "N7", "N8"])
def test_run_rules_begin_anew_after_a_gap(name):
    series, _ = SERIES[name]
    fresh = np.zeros(len(series), dtype=bool)
    fresh[[0, len(series) // 2]] = True
    assert rule_hits(series, ControlRule(rules=(name,)), fresh) == ()


def test_a_run_begins_after_more_than_three_median_intervals():
    days = [0, 1, 2, 3, 6, 7, 11, 12]  # median interval one day: three days are no gap, four are
    assert np.flatnonzero(beginnings(days, 3.0)).tolist() == [0, 6]


def test_repeats_of_a_day_are_no_interval():
    assert np.flatnonzero(beginnings([5, 5, 5, 5, 12, 19], 3.0)).tolist() == [0]
    assert beginnings([4, 4], 3.0).tolist() == [True, False]
    assert beginnings([], 3.0).tolist() == []


@pytest.mark.parametrize("series", [[], [0.1], [0.1, 0.2], [nan] * 20])
def test_no_rule_speaks_of_nothing_one_two_or_no_numbers(series):
    assert hits(series, *RULES) == ()


def test_what_is_no_number_breaks_a_row():
    assert hits([0.5] * 7 + [nan] + [0.5], "WE4", "N2", "N7") == ()


def test_infinities_are_outside_and_hide_nothing_that_follows():
    found = hits([-inf, 0.0, 4.0], *RULES)
    assert {("R1", 0), ("R1", 2)} <= {(hit.rule, hit.at) for hit in found}
    assert all(np.isfinite(hit.at) for hit in found)


def test_hits_asked_for_from_a_place_on_are_those_of_the_whole_series():
    rng = np.random.default_rng(8)
    z = rng.normal(0, 1.3, 400)
    fresh = (rng.random(400) < 0.02) | (np.arange(400) == 0)
    rule = ControlRule(rules=RULES)
    whole = rule_hits(z, rule, fresh)
    assert len(whole) > 40
    for since in range(401):
        assert rule_hits(z, rule, fresh, since=since) == tuple(hit for hit in whole if hit.at >= since)
