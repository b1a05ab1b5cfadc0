# SPDX-License-Identifier: LGPL-3.0-or-later
from math import isnan, nan, sqrt

import pytest

from optimage.model.control import ControlLines, Phase
from optimage.spc.capability import capability
from optimage.spc.histogram import Counts, histogram
from tests.unit.spc.test_distribution import scores


def test_a_process_in_the_middle_and_off_the_middle_of_its_tolerance():
    centred, off = capability(10, 1, 30, lower=4, upper=16), capability(11, 1, 30, lower=4, upper=16)
    assert centred is not None
    assert off is not None
    assert (centred.cp, centred.cpk, off.cp, off.cpk) == pytest.approx((2, 2, 2, 5 / 3))


def test_the_interval_is_that_of_methods():
    found = capability(11, 1, 30, lower=4, upper=16)
    assert found is not None
    spread = 1.96 * sqrt(1 / (9 * 30 * found.cpk**2) + 1 / (2 * 29))
    assert (found.low, found.high) == pytest.approx((found.cpk * (1 - spread), found.cpk * (1 + spread)))


def test_a_tolerance_with_one_side_has_no_cp():
    found = capability(11, 1, 30, upper=14)
    assert found is not None
    assert isnan(found.cp)
    assert found.cpk == pytest.approx(1)


@pytest.mark.parametrize(
    ("upper", "words"),
    [(14.0, "fits well"), (13.995, "fits well"), (13.5, "just fits"), (12.9, "tighter than"), (9, "tighter")],
)
def test_words_follow_the_figure(upper, words):
    found = capability(10, 1, 30, upper=upper)
    assert found is not None
    assert words in str(found.words)


def test_no_limits_no_scatter_and_too_few_values_have_no_capability():
    assert capability(10, 1, 30) is None
    assert capability(10, 0, 30, upper=12) is None
    assert capability(10, nan, 30, upper=12) is None
    assert capability(10, 1, 1, upper=12) is None


LINES = ControlLines(Phase.FULL, 30, 0.0, 1.0)


def test_bins_are_those_of_freedman_and_diaconis():
    import numpy as np

    values = scores(1000)
    edges = histogram(values).edges
    assert len(edges) - 1 == len(np.histogram_bin_edges(values, bins="fd")) - 1
    assert sum(histogram(values).counts) == 1000


@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0], [4.0] * 30, [0.0] * 10 + [1e9]])
def test_there_are_eight_bins_at_least_and_a_hundred_at_most(values):
    found = histogram(values)
    assert 8 <= len(found.counts) <= 100
    assert sum(found.counts) == len(values)


def test_nothing_has_no_bins():
    assert histogram([nan]) == histogram([])
    assert histogram([]).counts == ()


def test_counts_between_and_beyond_the_lines_with_values_on_them():
    values = [-3.5, -3.0, -2.5, -2.0, 0.0, 2.0, 2.5, 3.0, 3.5, 4.0]
    assert histogram(values, LINES).beyond == Counts(1, 2, 3, 2, 2)


def test_the_normal_curve_puts_as_many_into_the_bins_as_lie_between_their_ends():
    from statistics import NormalDist

    found = histogram(scores(500), LINES)
    inside = NormalDist().cdf(found.edges[-1]) - NormalDist().cdf(found.edges[0])
    assert sum(found.expected) == pytest.approx(500 * inside, rel=1e-12)
