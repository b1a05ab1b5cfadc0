# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the store promises to lists of very many results. Inherit, and supply the fixture `store`."""

from dataclasses import replace
from datetime import timedelta

from optimage.model.control import ControlLines, Phase, Signal
from optimage.model.outcome import JudgedMeasurement, Result
from optimage.model.results import Measurement
from optimage.model.tolerance import Judgement, Verdict
from optimage.store.engine import Store
from optimage.store.overview import Within
from tests.integration.store.contract import stored
from tests.integration.store.samples import NOON, result

DAY = timedelta(days=1)
LINES = ControlLines(Phase.FULL, 30, 4.0, 0.1)


def failed(value: float, day: int) -> Result:
    """Return a result of which the noise fails, and of one slice warns."""
    whole, part, *others = result(value, day=day).measurements
    fails = replace(whole, judgement=Judgement(Verdict.FAIL))
    warns = replace(part, judgement=Judgement(Verdict.WARNING))
    return replace(result(value, day=day), verdict=Verdict.FAIL, measurements=(warns, fails, *others))


class OverviewContract:
    """The promises."""

    def test_results_in_short_say_what_the_results_say(self, store: Store) -> None:
        first, last = stored(store, 4.25, day=0), stored(store, 9.0, day=1, of=failed(9.0, 1))
        store.reviews.add(first.id or 0, "accept", operator="me", text="fine")
        entries = store.overview.results(Within())
        assert [one.result_id for one in entries] == [first.id, last.id]
        for entry, whole in zip(entries, (first, last), strict=True):
            assert (entry.at, entry.verdict, entry.current) == (whole.acquisition.at, whole.verdict, True)
            assert (entry.profile_id, entry.revision) == ("ct_daily", 1)
        assert [dict(one.outside) for one in entries] == [{}, {"noise": Verdict.FAIL}]
        assert [[review.text for review in one.reviews] for one in entries] == [["fine"], []]

    def test_superseded_results_are_listed_where_they_are_asked_for(self, store: Store) -> None:
        first = stored(store, 4.25)
        later = replace(result(4.5), provenance=replace(first.provenance, module_version="2"))
        second = store.results.add(later, set_id=first.set_id or 0, job_id=None, operator="me")
        assert [one.result_id for one in store.overview.results(Within())] == [second.id]
        both = store.overview.results(Within(), also_superseded=True)
        assert [(one.result_id, one.current) for one in both] == [(first.id, False), (second.id, True)]

    def test_a_period_holds_its_begin_and_not_its_end(self, store: Store) -> None:
        days = [stored(store, 4.0 + day / 10, day=day) for day in range(3)]
        within = Within(NOON, NOON + 2 * DAY)
        assert [one.result_id for one in store.overview.results(within)] == [one.id for one in days[:2]]
        assert store.overview.results(replace(within, profile_ids=("other",))) == ()
        assert store.overview.results(replace(within, device_ids=(99,))) == ()
        assert len(store.overview.results(replace(within, profile_ids=("ct_daily",), device_ids=(1,)))) == 2

    def test_trends_are_those_of_summary_values_that_are_there(self, store: Store) -> None:
        stored(store, 4.25)
        (one,) = store.overview.trends(Within())
        assert (one.trend.key, one.trend.item, one.judged, one.position) == ("noise", "", True, 0)
        assert store.overview.trends(Within(), ("mtf50",)) == ()
        assert store.overview.trends(Within(NOON + DAY)) == ()

    def test_many_trends_at_once_have_the_points_of_each(self, store: Store) -> None:
        kept = [stored(store, 4.0 + day / 10, day=day) for day in range(4)]
        extra = JudgedMeasurement(Measurement("water", 0.5, "HU", 0.1, "m@1"), Judgement(Verdict.NOT_JUDGED))
        more = result(4.9, day=7)
        kept.append(stored(store, 4.9, day=7, of=replace(more, measurements=(*more.measurements, extra))))
        store.reviews.add(kept[1].id or 0, "exclude", operator="me", text="tilted")
        trends = store.results.trends("ct_daily")
        assert len({trend.key for trend in trends}) == 3
        assert store.overview.points(trends) == {trend: store.results.points(trend) for trend in trends}

    def test_signals_come_with_what_their_results_say(self, store: Store) -> None:
        one, two = stored(store, 4.25), stored(store, 5.5, day=1)
        signal = Signal("N3", "noise", 5.5, LINES, two.id, (one.id or 0, two.id or 0))
        kept = store.signals.add(signal)
        (raised,) = store.overview.signals(Within())
        assert raised.signal == kept
        assert (raised.profile_id, raised.at, raised.unit, raised.judged) == ("ct_daily", NOON + DAY, "HU", True)
        assert raised.ends == {one.id: 4.25, two.id: 5.5}
        noted = store.signals.acknowledge(kept.id or 0, operator="me", reason="known")
        assert [again.signal for again in store.overview.signals(Within())] == [noted]
        assert store.overview.signals(Within(until=NOON + DAY)) == ()
