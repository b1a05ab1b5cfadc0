# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a report on a period is made from is what the store holds, of what was chosen and no more."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import fsum, isclose, sqrt

import pytest

from optimage.document.block import Need
from optimage.document.period import Period, Selection
from optimage.errors import UsageError
from optimage.i18n import Manner, speaking
from optimage.model.tolerance import Verdict
from optimage.schedule import DueState
from optimage.store.engine import Store
from optimage.workflow.due import Clock, due
from optimage.workflow.reporting.gather import gather
from optimage.workflow.reporting.sources import Ask
from optimage.workflow.trend_summary import summarise
from optimage.workflow.which_trend import which_trend
from tests.integration.reporting.conftest import BERLIN, MODULES, YEAR, asked, report_site


def test_every_result_of_the_period_is_listed_with_what_it_says(site: Store) -> None:
    stored = {one.id: one for one in site.results.list(since=YEAR.begin, until=YEAR.end)}
    listed = {one.result_id: one for one in asked(site).results}
    assert listed.keys() == stored.keys()
    assert len(listed) > 100
    for number, one in listed.items():
        result = stored[number]
        assert (one.at, one.verdict, one.current) == (result.acquisition.at, result.verdict, result.current)
        assert one.operator == result.provenance.operator
        assert one.profile == result.profile.title
        failed = [j for j in result.measurements if j.judgement.verdict is Verdict.FAIL]
        assert len(one.failed) == len(failed)
    assert Counter(one.current for one in listed.values())[False] == 1
    assert [one.standing.reason for one in listed.values() if one.standing.rejected] == [
        "phantom not centred, measured again"
    ]


def test_the_figures_of_a_trend_are_those_of_the_values_that_count(site: Store) -> None:
    views = {(one.profile_id, one.key): one for one in asked(site).trends}
    assert len(views) == 10
    for (profile_id, key), view in views.items():
        points = site.results.points(which_trend(site, profile_id, key))
        within = [point for point in points if YEAR.begin <= point.at < YEAR.end]
        assert view.history.points == tuple(within)
        values = [point.value for point in within if point.counts]
        mean = fsum(values) / len(values)
        assert view.n == len(values)
        assert isclose(view.mean, mean)
        assert isclose(view.sd, sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1)))
        assert view.unit == points[-1].unit
        assert view.limits == within[-1].judgement.limits


def test_lines_follow_from_the_whole_trend_and_not_from_the_period(site: Store) -> None:
    (view,) = asked(site, Selection(profiles=("ct1_water",), keys=("noise",))).trends
    before, after = view.history.segments
    assert before.lines is not None
    assert before.lines.baseline_id is not None
    assert after.lines is None
    assert after.points[0].at > report_site.TUBE_AT


def test_a_period_up_to_now_says_of_a_trend_what_the_command_line_says(site: Store) -> None:
    whole = Period(None, None, BERLIN)
    for view in asked(site, period=whole).trends:
        summary = summarise(site, which_trend(site, view.profile_id, view.key))
        assert (view.lines, view.slope, view.reaches) == (summary.segment.lines, summary.slope, summary.reaches)


def test_alarms_are_the_signals_that_matter_noted_or_not(site: Store) -> None:
    context = asked(site)
    open_ones = {one.id for one in site.signals.open(since=YEAR.begin) if one.rule != "R1w"}
    found = {one.signal.id: one for one in context.alarms}
    in_year = {one.signal.id for one in context.alarms if one.signal.acknowledged is None}
    assert in_year == {number for number in open_ones if number in found}
    assert len(in_year) > 5
    noted = [one for one in context.alarms if one.signal.acknowledged]
    assert {one.signal.acknowledged.reason for one in noted} == {"tube ageing, replaced"}
    assert all(one.after.text == "new tube, calibrated" for one in noted)
    whole = asked(site, whole=True).alarms
    assert {one.signal.rule for one in whole} - {one.signal.rule for one in context.alarms} == {"R1w"}


def test_failed_results_come_with_what_people_said_and_what_was_done_then(site: Store) -> None:
    awry, worn = asked(site).failures
    assert awry.titles == ("Uniformity, largest deviation",)
    assert [review.action for review in awry.reviews] == ["reject"]
    assert worn.titles == ("Noise",)
    assert worn.after is not None
    assert worn.after.at == report_site.TUBE_AT


def test_what_is_due_is_what_the_command_line_says(site: Store) -> None:
    ask = Ask(Selection(), YEAR, report_site.NOW)
    found = asked(site).due
    assert found == due(site, Clock(report_site.NOW, BERLIN), ask.grace)
    assert {one.state for one in found} == set(DueState)


def test_the_configuration_is_that_of_the_end_of_the_period(site: Store) -> None:
    def revisions(period: Period) -> dict[str, int]:
        return {one.revisions[-1].profile.id: len(one.revisions) for one in asked(site, period=period).configuration}

    assert revisions(YEAR) == {"ct1_water": 2, "ct2_water": 1, "mr1_flood": 1, "mr1_slice": 1}
    winter = replace(YEAR, end=datetime(2025, 2, 1, tzinfo=BERLIN))
    assert revisions(winter) == {"ct1_water": 1, "ct2_water": 1, "mr1_flood": 1}
    baselines = {len(one.baselines) for one in asked(site, period=winter).configuration}
    assert baselines == {0}
    ct1 = asked(site).configuration[0]
    assert [one.reason for one in ct1.baselines] == ["thirty weeks after acceptance, nothing to report"]
    assert [one.identity.name for one in ct1.devices] == ["CT 1"]
    assert ct1.titles["dose_index"] == "Dose index"


@pytest.mark.parametrize(
    ("selection", "profiles"),
    [
        (Selection(device="CT 1"), {"ct1_water"}),
        (Selection(device="C-3310"), {"mr1_flood", "mr1_slice"}),
        (Selection(site="St Anna Hospital"), {"ct1_water", "ct2_water"}),
        (Selection(profiles=("mr1_flood",)), {"mr1_flood"}),
        (Selection(profiles=("ct1_water", "mr1_flood"), site="Outpatient Centre South"), {"mr1_flood"}),
    ],
)
def test_a_selection_holds_for_every_part(site: Store, selection: Selection, profiles: set[str]) -> None:
    context = asked(site, selection)
    measured = profiles - {"mr1_slice"}  # never measured
    assert {one.profile_id for one in context.results} == measured
    assert {one.profile_id for one in context.trends} == measured
    assert {one.profile_id for one in context.due} == profiles
    assert {one.revisions[-1].profile.id for one in context.configuration} == profiles
    assert {one.profile_id for one in context.alarms} <= measured
    titles = {one.device for one in context.results}
    assert {one.device for one in context.events} <= titles


def test_chosen_measurements_are_the_only_trends(site: Store) -> None:
    assert {one.key for one in asked(site, Selection(keys=("noise", "psg"))).trends} == {"noise", "psg"}
    assert len(asked(site, most=2).trends) == 6


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        (Selection(profiles=("nobody",)), "unknown_profile"),
        (Selection(device="CT 9"), "unknown_device"),
        (Selection(site="Nowhere"), "unknown_site"),
        (Selection(keys=("nothing",)), "unknown_key"),
        (Selection(profiles=("mr1_flood",), keys=("noise",)), "unknown_key"),
    ],
)
def test_what_nobody_knows_is_refused(site: Store, selection: Selection, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        asked(site, selection)
    assert refused.value.code == code


def test_a_period_without_results_has_none_and_is_no_mistake(site: Store) -> None:
    early = Period(datetime(2020, 1, 1, tzinfo=BERLIN), datetime(2021, 1, 1, tzinfo=BERLIN), BERLIN)
    context = asked(site, Selection(keys=("noise",)), period=early)
    assert (context.results, context.trends, context.alarms, context.failures, context.events) == ((),) * 5
    assert context.configuration == ()


def test_the_year_of_a_result_is_that_of_the_zone(site: Store) -> None:
    first = asked(site).results[0].at
    local = first.astimezone(BERLIN)
    midnight = replace(YEAR, begin=local, end=local + timedelta(seconds=1))
    assert [one.at for one in asked(site, period=midnight).results] == [first]
    assert asked(site, period=replace(midnight, begin=local + timedelta(seconds=1), end=local)).results == ()


def test_only_what_is_needed_is_read(site: Store) -> None:
    context = gather(site, MODULES, Ask(Selection(), YEAR, report_site.NOW), {Need.EVENTS})
    assert [one.event.text for one in context.events] == ["release 7.2", "new tube, calibrated"]
    assert (context.results, context.trends, context.due, context.configuration, context.alarms) == ((),) * 5


def test_the_hash_of_what_stands_behind_is_the_same_in_every_language_and_moment(site: Store) -> None:
    one = asked(site).origin.behind
    with speaking(Manner("de")):
        other = gather(site, MODULES, Ask(Selection(), YEAR, datetime(2026, 2, 1, tzinfo=UTC)), tuple(Need))
    assert other.trends[0].title != asked(site).trends[0].title
    assert other.origin.behind == one
    assert asked(site, Selection(device="CT 1")).origin.behind != one
