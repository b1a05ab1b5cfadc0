# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where a trend stands: its lines, its scatter, whether it fits into its tolerance, and where it is going."""

from dataclasses import dataclass
from datetime import datetime
from math import nan

from optimage.model.control import ControlLines, TrendKey, TrendPoint
from optimage.model.tolerance import Limits
from optimage.spc.capability import Capability, capability
from optimage.spc.distribution import Distribution, distribution
from optimage.spc.limits import mean, standard_deviation
from optimage.spc.repeats import collapse
from optimage.spc.segments import Segment, segments
from optimage.spc.slope import Slope, slope
from optimage.store.engine import Store
from optimage.workflow.control import controls_of


@dataclass(frozen=True, slots=True)
class TrendSummary:
    """What the last segment of a trend says.

    Attributes
    ----------
    trend : TrendKey
        Which trend.
    segment : Segment
        The points since statistics last began anew, and their lines.
    last : TrendPoint
        The last point, whether it counts or not.
    n : int
        Values that count, those of one day made one.
    mean, sd : float
        Of these; NaN where there are none, or for `sd` fewer than two.
    shape : Distribution
        Whether they scatter as lines suppose.
    slope : Slope or None
        Where they are going.
    reaches : datetime or None
        When they reach the limit of their tolerance if they go on like that.
    fits : Capability or None
        Whether they fit into it.
    """

    trend: TrendKey
    segment: Segment
    last: TrendPoint
    n: int
    mean: float
    sd: float
    shape: Distribution
    slope: Slope | None = None
    reaches: datetime | None = None
    fits: Capability | None = None

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return self.last.unit


def summarise(store: Store, trend: TrendKey) -> TrendSummary:
    """Return where a trend with at least one value stands."""
    points = store.results.points(trend)
    control = controls_of(store, trend.profile_id).of(trend, points)
    segment = segments(points, control.rule, control.baselines, control.borders)[-1]
    series = collapse(segment.points, control.rule.repeats)
    values = series.values.tolist()
    times = [segment.points[place].at for place in series.places.tolist()]
    lower, upper = _tolerance(segment.points)
    line, lines = slope(times, values), segment.lines
    return TrendSummary(
        trend,
        segment,
        points[-1],
        len(values),
        mean(values) if values else nan,
        standard_deviation(values) if len(values) > 1 else nan,
        distribution(values),
        line,
        line.reaches(lower, upper) if line else None,
        _fit(lines, lower, upper),
    )


def _fit(lines: ControlLines | None, lower: float, upper: float) -> Capability | None:
    """Hold lines against a tolerance; quantiles, steps and logarithms tell no sigma to hold against it."""
    if lines is None or lines.levels is not None:
        return None
    return capability(lines.centre, lines.sigma, lines.n, lower=lower, upper=upper)


def _tolerance(points: tuple[TrendPoint, ...]) -> tuple[float, float]:
    """Return the limits that the latest judged point had."""
    limits = next((point.judgement.limits for point in reversed(points) if point.judgement.limits), Limits())
    return limits.fail_low, limits.fail_high
