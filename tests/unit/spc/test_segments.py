# SPDX-License-Identifier: LGPL-3.0-or-later
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from optimage.model.baseline import Baseline, Release
from optimage.model.control import ControlLines, Phase, TrendKey
from optimage.model.control_rule import ControlRule, Repeats
from optimage.spc.limits import Lacking, control_lines
from optimage.spc.segments import segment_hits, segments
from optimage.spc.trend import ordered
from optimage.spc.watch import watched
from tests.unit.spc.trends import day, point, steady, trend

RULE = ControlRule()
LINES = ControlLines(Phase.FULL, 30, 10.0, 2.0, baseline_id=4)


def frozen(first, last, lines=LINES, **more):
    numbers = tuple(range(first, last + 1))
    return Baseline(TrendKey(1, "p", "k"), lines, numbers, day(first), day(last), "HU", "ada", day(99), "new", **more)


def watch(points, rule, *arguments, **more):
    return watched(ordered(points), rule, *arguments, **more).signals


def rules_of(points, rule=RULE, **more):
    return [signal.rule for signal in watch(points, rule, **more)]


def test_without_borders_a_trend_is_one_segment_with_the_lines_of_its_first_points():
    points = steady(40)
    (only,) = segments(reversed(points), RULE)
    assert only.points == points
    assert only.lines == control_lines(points, RULE)
    assert only.carriers == set(range(30))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_nothing_one_and_two_points_have_no_lines(n):
    found = segments(steady(n), RULE)
    assert [len(segment.points) for segment in found] == [n] * bool(n)
    assert all(segment.lines is None and segment.lacking is Lacking.POINTS for segment in found)
    assert watch(steady(n), RULE) == ()


def test_a_border_gives_what_follows_lines_of_its_own():
    points = steady(30) + steady(30, base=20.0, first=30)
    before, after = segments(points, RULE, borders=[day(30)])
    assert (before.points, after.points) == (points[:30], points[30:])
    assert (before.lines, after.lines) == (control_lines(points[:30], RULE), control_lines(points[30:], RULE))


def test_borders_before_and_after_all_points_and_twice_at_one_time_make_no_empty_segments():
    points = steady(12)
    found = segments(points, RULE, borders=[day(-5), day(6), day(6), day(50)])
    assert [len(segment.points) for segment in found] == [6, 6]


def test_a_frozen_baseline_begins_a_segment_with_its_lines():
    baseline = frozen(10, 39)
    _, later = segments(steady(60), RULE, [baseline])
    assert (later.lines, later.baseline, later.carriers) == (LINES, baseline, set(range(10, 40)))
    assert len(later.points) == 50


def test_a_released_baseline_is_passed_over():
    released = replace(frozen(10, 39), released=Release("ada", day(99), "phantom was warm"))
    assert len(segments(steady(60), RULE, [released])) == 1


def test_of_two_baselines_from_one_time_on_the_one_frozen_later_holds():
    earlier, later = frozen(0, 29), replace(frozen(0, 29, replace(LINES, sigma=9.0)), at=day(100))
    for given in ([earlier, later], [later, earlier]):
        (only,) = segments(steady(40), RULE, given)
        assert only.baseline == later


def test_a_border_after_a_baseline_ends_its_lines():
    *_, last = segments(steady(60), RULE, [frozen(0, 29)], [day(45)])
    assert last.baseline is None
    assert last.lines == control_lines(steady(60)[45:], RULE)


def test_points_of_a_frozen_baseline_are_not_tested_and_those_left_out_of_it_neither():
    values = [10.0] * 5 + [90.0, 91.0] + [10.0] * 3 + [92.0]
    baseline = replace(frozen(0, 5), excluded={"6": "bubble in the phantom"})
    (segment,) = segments(trend(values), RULE, [baseline])
    assert [(hit.rule, hit.at) for hit in segment_hits(segment, RULE)] == [("R1", 10)]


def test_hits_of_a_segment_are_told_by_the_places_of_its_points():
    skipped = point(500.0, 3, counts=False)
    points = (*trend([10.5, 11.0, 10.5]), skipped, *trend([10.5, 11.0, 10.5, 11.0, 10.5], first=4))
    (segment,) = segments(points, RULE, [replace(frozen(0, 0), result_ids=())])
    (hit,) = segment_hits(segment, RULE)
    assert (hit.rule, hit.at, hit.involved) == ("WE4", 8, (0, 1, 2, 4, 5, 6, 7, 8))


def test_a_revision_in_the_middle_of_a_run_begins_the_run_anew():
    run = trend([10.5, 11.0] * 4, first=30)
    points = steady(30) + run
    assert rules_of(points, baselines=[frozen(0, 29)]) == ["WE4"]
    assert rules_of(points, baselines=[frozen(0, 29), replace(frozen(34, 33), result_ids=())]) == []


def test_a_signal_says_which_results_since_when_by_which_lines():
    points = steady(30) + trend([10.5, 11.0] * 4, first=30)
    (signal,) = watch(points, RULE, [frozen(0, 29)], key="noise")
    assert (signal.rule, signal.key, signal.value, signal.lines) == ("WE4", "noise", 11.0, LINES)
    assert (signal.result_id, signal.points, signal.since) == (37, tuple(range(30, 38)), day(30))


def test_a_rule_that_stays_true_is_raised_at_one_point_only():
    points = steady(30) + trend([10.5, 11.0] * 8, first=30)
    raised = [n for n in range(31, len(points) + 1) if rules_of(points[:n], baselines=[frozen(0, 29)])]
    assert raised == [38]


def test_a_point_does_not_widen_the_provisional_lines_it_is_held_against():
    history = steady(12)
    found = watched((*history, point(40.0, 12)), RULE)
    assert found.lines == control_lines(history, RULE)
    assert [signal.rule for signal in found.signals] == ["R1"]


def test_an_excluded_last_point_raises_nothing_and_neither_does_one_without_lines():
    assert watch((*steady(30), point(500.0, 30, counts=False)), RULE) == ()
    assert watch((*steady(5), point(500.0, 5)), RULE) == ()
    assert watch((*steady(30), point(float("nan"), 30)), RULE) == ()


def test_the_strongest_rule_alone_is_reported_and_a_line_itself_is_inside():
    for value, rules in [(10.0, []), (14.0, []), (6.0, []), (14.1, ["R1w"]), (4.0, ["R1w"]), (16.1, ["R1"])]:
        points = (*steady(30), point(value, 30))
        assert rules_of(points, baselines=[frozen(0, 29)]) == rules


def test_run_rules_begin_anew_after_a_long_pause_but_single_points_do_not_care():
    first, late = trend([10.5, 11.0, 10.5, 11.0], first=30), trend([10.5, 11.0, 10.5, 11.0], first=40)
    points = steady(30) + first + late
    assert rules_of(points, baselines=[frozen(0, 29)]) == []
    assert rules_of((*points, point(99.0, 44)), baselines=[frozen(0, 29)]) == ["R1"]


@pytest.mark.parametrize(("repeats", "rules"), [(Repeats.LAST, ["R1"]), (Repeats.MEAN, ["R1w"]), (Repeats.ALL, ["R1"])])
def test_a_repeat_of_the_day_is_tested_as_the_profile_says(repeats, rules):
    repeated = (point(12.5, 30), point(16.5, 31, at=point(0, 30).at.replace(hour=20)))  # mean 14.5
    signals = watch(steady(30) + repeated, ControlRule(repeats=repeats), [frozen(0, 29)])
    assert [signal.rule for signal in signals] == rules
    assert {signal.value for signal in signals} == ({14.5} if repeats is Repeats.MEAN else {16.5})


def test_points_out_of_order_and_at_equal_times_give_the_same_signals():
    points = steady(30) + trend([10.5, 11.0] * 4, first=30)
    twin = point(11.0, 38, at=points[-1].at)  # the later stored of two results at one time
    baselines = [frozen(0, 29)]
    assert watch(points[::-1], RULE, baselines) == watch(points, RULE, baselines)
    assert watch((twin, *points), RULE, baselines)[0].result_id == 38


def test_times_in_several_zones_and_across_a_change_of_clocks_are_put_in_order_by_the_instant():
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    points = tuple(p._replace(at=p.at.astimezone(berlin)) if i % 2 else p for i, p in enumerate(steady(120)))
    (segment,) = segments(points[::-1], RULE)
    assert [p.result_id for p in segment.points] == list(range(120))
    assert segment_hits(segment, RULE) == segment_hits(segments(steady(120), RULE)[0], RULE)


def test_a_border_in_the_future_of_a_point_does_not_touch_it():
    points = (*steady(30), point(99.0, 30))
    assert watch(points, RULE, borders=[day(31)]) == watch(points, RULE)
    assert watch(points, RULE, borders=[day(30)]) == ()


def test_points_that_do_not_count_are_passed_over_and_are_no_pause():
    excluded = tuple(point(10.0, 34 + i, counts=False) for i in range(6))
    points = steady(30) + trend([10.5, 11.0] * 2, first=30) + excluded + trend([10.5, 11.0] * 2, first=40)
    assert rules_of(points, baselines=[frozen(0, 29)]) == ["WE4"]


@pytest.mark.parametrize("repeats", Repeats)
@pytest.mark.parametrize("rules", [("R1", "R1w", "WE2", "WE3", "WE4", "N2", "N3", "N4", "N7", "N8"), ("EWMA", "CUSUM")])
def test_the_newest_point_raises_what_the_whole_segment_shows_at_its_place(rules, repeats):
    rng = np.random.default_rng(11)
    days = np.cumsum(rng.choice([0, 1, 2, 9], 300, p=[0.3, 0.5, 0.17, 0.03]))
    points = tuple(
        point(rng.normal(10, 3), n, at=day(int(when)) + timedelta(seconds=n), counts=rng.random() > 0.1)
        for n, when in enumerate(days)
    )
    baselines = [replace(frozen(0, 29), valid_from=points[0].at)]
    rule = ControlRule(rules=rules, repeats=repeats)
    for n in range(250, 300):
        (segment,) = segments(points[:n], rule, baselines)
        shown = [hit.rule for hit in segment_hits(segment, rule) if hit.at == n - 1]
        assert [signal.rule for signal in watch(points[:n], rule, baselines)] == shown
