# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a few acquisitions say: rules out of headers, limits out of spread, and honesty where they say nothing."""

from datetime import UTC, datetime
from math import inf, nan, sqrt

import numpy as np
import pytest

from optimage.judge import limits_of
from optimage.model.outcome import Acquisition
from optimage.model.phantom import MeasurementSpec
from optimage.model.profile import Equals, MatchRule, Near, RecordRule
from optimage.model.results import Measurement
from optimage.model.tolerance import Band, Bound
from optimage.profile_files.attributes import Attribute, AttributeTable
from optimage.workflow.learning.acquisitions import Acquired
from optimage.workflow.learning.limits import Origin, propose
from optimage.workflow.learning.rounding import rounded, rounded_down, rounded_like, rounded_up
from optimage.workflow.learning.rules import learn_records, learn_rules
from optimage.workflow.learning.shipped import Shipped
from optimage.workflow.learning.spread import spread_of

SPEC = MeasurementSpec("noise", "HU", "Noise")
DRAWS = 4000


def rules(headers, *attributes, mentioned=()):
    return learn_rules(headers, AttributeTable(attributes, mentioned, ()))


def acquisitions(values, u=nan):
    """Return one acquisition a day with these values of `noise`; None where it was not measured."""
    return tuple(
        Acquired(
            ({},),
            Acquisition(at=datetime(2026, 11, day, 12, tzinfo=UTC)),
            {} if value is None else {"noise": Measurement("noise", value, "HU", u)},
        )
        for day, value in enumerate(values, start=1)
    )


@pytest.mark.parametrize(
    ("attribute", "values", "condition"),
    [
        (Attribute("KVP", True, 1.0), (120.0, 120.0, 120.3), Near(120.0, 1.0)),
        (Attribute("KVP", True, 1.0), (120.0, 121.5), None),
        (Attribute("Exposure", True, 0.05, relative=True), (200, 206), Near(200.0, 10.0)),
        (Attribute("Rows", True), (512, 512.0), Equals((512.0,))),
        (Attribute("Rows", True), (512, 256), None),
        (Attribute("Grid", True), ("IN", "in"), Equals(("IN",))),
        (Attribute("KVP", True, 1.0), ("high", "high"), Equals(("high",))),
        (Attribute("ImageType", True), (("A", "B"), ("B", "A")), Equals(("A", "B"))),
        (Attribute("PixelSpacing", True, 0.01, relative=True), ((0.5, 0.5), (0.5, 0.501)), Near(0.5, 0.005)),
        (Attribute("PixelSpacing", True, 0.01, relative=True), ((0.5, 0.25), (0.5, 0.25)), Equals((0.5, 0.25))),
        (Attribute("EchoTime", True, 0.01, relative=True), (0.0, 0.0), Equals((0.0,))),
        (Attribute("KVP", True, 1.0), (nan, nan), None),
        (Attribute("KVP", True, 1.0), (10**400, 10**400), None),
        (Attribute("Grid", True), ("x" * 300,) * 2, None),
        (Attribute("Grid", True), ("\udcff",) * 2, None),
    ],
)
def test_only_what_is_constant_becomes_a_rule(attribute, values, condition):
    learnt = rules([{attribute.keyword: value} for value in values], attribute)
    expected = () if condition is None else (MatchRule(attribute.keyword, condition, True),)
    assert learnt.rules == expected
    assert [one.subject for one in learnt.undecided] == ([attribute.keyword] if condition is None else [])


def test_what_varies_is_told_with_what_was_seen():
    (one,) = rules([{"KVP": 100.0}, {"KVP": 120.0}, {"KVP": 100.0}], Attribute("KVP", True, 1.0)).undecided
    assert str(one.remark) == "KVP: 100, 120 seen; decide"


def test_what_some_images_lack_is_no_rule():
    (one,) = rules([{"KVP": 120.0}, {"KVP": ""}, {}], Attribute("KVP", True, 1.0)).undecided
    assert str(one.remark) == "KVP: absent in 2 of 3 images, else 120; decide"


def test_what_all_images_lack_is_told_once_and_asks_for_nothing():
    learnt = rules([{}, {}], Attribute("KVP", True), Attribute("Grid", True), Attribute("StationName", False))
    assert [str(remark) for remark in learnt.remarks] == ["no rule for KVP, Grid: absent from these images"]
    assert not learnt.undecided


def test_the_exposure_is_a_rule_only_where_it_is_set_by_hand():
    exposure = Attribute("Exposure", True, 0.02, relative=True, manual_only=True)
    by_hand = [{"Exposure": 5.0, "ExposureControlMode": "MANUAL"}] * 2
    assert rules(by_hand, exposure).rules == (MatchRule("Exposure", Near(5.0, 0.1), True),)
    automatic = [{"Exposure": 5.0, "ExposureControlMode": "AUTOMATIC"}, *by_hand]
    assert not rules(automatic, exposure).rules


def test_an_attribute_is_recorded_where_every_acquisition_has_a_number():
    table = AttributeTable((), (), tuple(RecordRule(k, "mGy") for k in ("CTDIvol", "Exposure", "ExposureTime")))
    sets = [[{"CTDIvol": 10.0}, {}], [{"CTDIvol": 11.0, "Exposure": 5}, {}], [{"CTDIvol": 9, "Exposure": "?"}]]
    found, remarks = learn_records(sets, table)
    assert [rule.keyword for rule in found] == ["CTDIvol"]
    assert ["Exposure:" in str(remark) for remark in remarks] == [True]


def test_sigma_of_five_values_pools_their_scatter_with_the_stated_uncertainty():
    # s² = 2.5 (4 degrees of freedom), u² = 1 (counts as 4): (4·2.5 + 4·1) / 8 = 1.75
    spread = spread_of([1, 2, 3, 4, 5], [1.0] * 5, resolution=0.01)
    assert (spread.mean, spread.s, spread.dof) == (3.0, pytest.approx(sqrt(2.5)), 8)
    assert spread.sigma == pytest.approx(sqrt(1.75))
    # tables of Student's t: t(8, 99 %) = 2.8965
    assert spread.widths[0] == pytest.approx(2.8965 * sqrt(1.75) * sqrt(1.2), rel=1e-4)


def test_sigma_is_never_below_the_stated_uncertainty_or_the_last_digit_shown():
    assert spread_of([5.0, 5.0, 5.0001], [0.2] * 3, resolution=0.01).sigma == pytest.approx(0.2)
    assert spread_of([5.0, 5.0, 5.0001], [nan] * 3, resolution=0.01).sigma == 0.01


def test_equal_values_without_uncertainty_say_nothing():
    assert spread_of([7.0] * 5, [nan] * 5, resolution=0.01).sigma == 0


def rates(n, *, real, stated):
    """Return how often a good result leaves the warning limits, and how often one at +4 sigma does.

    The stated uncertainty is 1, `real` the scatter from day to day on top of it.
    """
    rng = np.random.default_rng(20261121)
    sigma = sqrt(1 + real**2)
    alarms = hits = 0
    for _ in range(DRAWS):
        spread = spread_of(rng.normal(0, sigma, n).tolist(), [1.0 if stated else nan] * n, resolution=0.0)
        warning, _fail = spread.widths
        alarms += abs(rng.normal(0, sigma) - spread.mean) > warning
        hits += abs(4 * sigma - spread.mean) > warning
    return alarms / DRAWS, hits / DRAWS


# The table of docs/how-to/learn-a-profile.md, which was drawn 20000 times. Two shares of 4000 and 20000 draws differ
# by less than 4 standard deviations, 4·sqrt(p(1 - p)·(1/4000 + 1/20000)) <= 0.035 for p = 1/2 and 0.0075 for p = 0.02.
@pytest.mark.parametrize(
    ("n", "real", "stated", "alarms", "hits"),
    [
        (5, 0.0, True, 0.003, 0.878),
        (5, 1.0, True, 0.021, 0.948),
        (5, 2.0, True, 0.061, 0.966),
        (5, 1.0, False, 0.021, 0.560),
        (10, 1.0, True, 0.025, 0.992),
    ],
)
def test_the_documented_rates_are_those_of_the_program(n, real, stated, alarms, hits):
    found = rates(n, real=real, stated=stated)
    for share, told in zip(found, (alarms, hits), strict=True):
        assert share == pytest.approx(told, abs=4 * sqrt(told * (1 - told) * (1 / DRAWS + 1 / 20000)) + 0.0005)


def test_limits_from_the_spread_name_their_acquisitions():
    proposal = propose(SPEC, acquisitions([5.0, 5.1, 4.9, 5.05, 4.95], u=0.05), {})
    assert proposal.origin is Origin.SPREAD
    assert isinstance(proposal.tolerance, Band)
    assert proposal.tolerance.source == "5 acquisitions 2026-11-01 to 2026-11-05"
    assert proposal.tolerance.verified
    assert proposal.tolerance.reference == pytest.approx(5.0)
    assert 0.05 < proposal.tolerance.warning < proposal.tolerance.fail


VALUES = (5.0, 5.1, 4.9, 5.05, 4.95)  # s = 0.079; the warning limits lie 0.35 from the mean, the fail limits 0.6


@pytest.mark.parametrize(
    ("tolerance", "origin"),
    [
        (Band(5.0, 4.0, 4.0, source="norm"), Origin.SPREAD),
        (Band(5.0, 0.5, 0.5, source="norm", verified=False), Origin.SPREAD),
        (Band(5.0, 0.2, 0.2, source="norm", verified=False), Origin.SHIPPED),
        (Band(5.6, 0.3, 0.3, source="norm"), Origin.SHIPPED),
        (Bound(5.5, 5.5, upper=True, source="norm"), Origin.SPREAD),
        (Bound(5.1, 5.1, upper=True, source="norm"), Origin.SHIPPED),
        (Bound(4.9, 4.8, upper=False, source="norm"), Origin.SHIPPED),
    ],
)
def test_limits_are_never_wider_than_the_shipped_ones(tolerance, origin):
    proposal = propose(SPEC, acquisitions(VALUES), {"noise": Shipped("example", tolerance)})
    assert proposal.origin is origin
    assert proposal.tolerance is not None
    found, shipped = limits_of(proposal.tolerance), limits_of(tolerance)
    assert shipped.fail_low <= found.fail_low
    assert found.fail_high <= shipped.fail_high
    assert shipped.warning_low <= found.warning_low
    assert found.warning_high <= shipped.warning_high
    if origin is Origin.SHIPPED:
        assert proposal.tolerance.source == "shipped with example: norm"
        assert proposal.remarks[0] == "5 acquisitions gave 5.00 ± 0.08 HU (mean, standard deviation)"


def test_a_fail_limit_cut_by_the_shipped_one_says_so():
    shipped = {"noise": Shipped("example", Band(5.0, 0.5, 0.5, source="norm", verified=False))}
    cut = propose(SPEC, acquisitions(VALUES), shipped).tolerance
    assert isinstance(cut, Band)
    assert cut.fail == 0.5
    assert cut.source.endswith("fail limit: shipped with example: norm")
    assert not cut.verified


def test_a_mean_outside_the_shipped_limits_is_no_reference():
    shipped = {"noise": Shipped("example", Band(8.0, 1.0, 1.0))}
    proposal = propose(SPEC, acquisitions(VALUES), shipped)
    assert proposal.tolerance is not None
    assert proposal.tolerance.reference == 8.0
    assert "outside the shipped limits" in proposal.remarks[1]


def test_one_acquisition_gives_no_limits_of_its_own():
    alone = propose(SPEC, acquisitions([5.0], u=0.05), {})
    assert (alone.origin, alone.tolerance) == (Origin.UNDECIDED, None)
    assert "reference = 5.00" in alone.remarks
    shipped = propose(SPEC, acquisitions([5.0]), {"noise": Shipped("example", Band(5.0, 1.0, inf))})
    assert shipped.origin is Origin.SHIPPED


def test_what_was_not_always_measured_stays_open():
    some = propose(SPEC, acquisitions([5.0, None, 5.1]), {})
    assert (some.origin, some.tolerance) == (Origin.UNDECIDED, None)
    never = propose(SPEC, acquisitions([None, nan]), {})
    assert (never.origin, never.tolerance) == (Origin.ABSENT, None)


def test_equal_values_without_uncertainty_stay_open():
    assert propose(SPEC, acquisitions([5.0, 5.0, 5.0]), {}).origin is Origin.UNDECIDED


def test_numbers_are_rounded_as_they_are_read():
    assert (rounded(0.123456, 3), rounded_up(0.12301, 3), rounded_down(0.12399, 3)) == (0.123, 0.124, 0.123)
    assert rounded_like(-1000.12345, 1.49, 3) == -1000.12
    assert rounded_like(12345.0, 678.0, 3) == 12345.0
    assert rounded(0.0, 3) == 0.0
