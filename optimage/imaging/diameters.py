# SPDX-License-Identifier: LGPL-3.0-or-later
"""Diameters of a round phantom in every direction, and its distortion (NEMA MS 2, IPEM report 112).

The edge is where half of the local level is reached, every degree about the
centre; a diameter is the sum of two opposite radii, each the mean of nine
neighbouring rays. An air bubble under the wall, a filling plug and single
wild rays are told by their distance from the ellipse that the others agree
on; they are left out.
"""

from dataclasses import dataclass
from math import ceil, hypot, inf, nan, pi, sqrt

import numpy as np
from scipy import ndimage

from optimage.errors import AnalysisError
from optimage.imaging.edges import MAD_TO_SIGMA, blurred, correlation, edge_noise_mm, half_level_edges, sample
from optimage.imaging.rois import BoolArray
from optimage.messages import N_
from optimage.model.images import FloatArray
from optimage.model.shapes import Disc, Polyline

RAYS = 360
HALF = RAYS // 2
STEP = 2  # degrees between diameters
WIDTH = 9  # rays in a mean
FEWEST = 5  # of them that must be good
REACH_PX = 20.0  # how far from the expected radius an edge is looked for
STEPS_PER_PX = 4
REJECT_SIGMA = 4.0
LEAST_REJECT_PX = 0.5
SOFT_PX = 0.1  # nearer than this to the ellipse every ray counts the same
FIT_STEPS = 20
GAPS_DEG = (0, 60, 100, 140)  # that a bubble may take
GAP_STEP_DEG = 10
CLEARLY = 0.2  # how much nearer a gap must bring the ellipse
AGREEING = 0.6  # of the rays decide which gap it is
CENTRINGS = 3
GRID_PX = 0.03  # what is left of the grid in a mean radius, from digital discs without noise
RUN = 5  # this many neighbouring rays off the outline are a bubble; its ends are taken away too
GROWN = 5
LEAST_SHARE = 0.5  # of the outline that must be good


@dataclass(frozen=True, slots=True)
class Diameter:
    """A diameter in mm with its standard uncertainty (k = 1).

    `one_sided` says that one end lies in a bubble: the value is then twice
    the radius of the other, about the centre of the circle that fits the rest.
    NaN where both ends are missing.
    """

    mm: float
    uncertainty: float
    one_sided: bool


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The edge of a round phantom.

    Attributes
    ----------
    disc : Disc
        Centre and mean radius of the ellipse that fits the good edges.
    radii_mm : ndarray of shape (360,)
        Edge along the ray at each degree from 3 o'clock, clockwise on the
        screen, about the centre of `disc`; NaN where there is none.
    good : ndarray of shape (360,)
        Which of them belong to the outline.
    noise_mm : float
        SD of the noise in a single radius; NaN where it cannot be told.
    rms_mm : float
        What is left about the ellipse that fits best.
    """

    disc: Disc
    radii_mm: FloatArray
    good: BoolArray
    noise_mm: float
    rms_mm: float

    @property
    def flagged_deg(self) -> int:
        """How many of the 360 rays are left out."""
        return int((~self.good).sum())

    def polyline(self) -> Polyline:
        """Return the good part of the outline, closed, for drawing."""
        angles = np.flatnonzero(self.good) * (2 * pi / RAYS)
        radii = self.radii_mm[self.good]
        rows = self.disc.row + np.sin(angles) * radii / self.disc.spacing_mm[0]
        columns = self.disc.column + np.cos(angles) * radii / self.disc.spacing_mm[1]
        return Polyline(tuple(zip(rows.tolist(), columns.tolist(), strict=True)), closed=True)


@dataclass(frozen=True, slots=True, eq=False)
class Distortion:
    """What the diameters say of distortion, in percent.

    `maximum` is `100 · max |d - D| / D` with the known diameter D, or with
    the mean where it is not known; `at_deg` where it is, clockwise from 3
    o'clock. `cv` is `100 · SD(d) / mean(d)`, `aspect` the horizontal over
    the vertical diameter. `diameters_mm` are those at 0, 2, … 178°, NaN
    where an end is left out; `maximum` and `cv` rest on the others.
    """

    maximum: float
    maximum_uncertainty: float
    at_deg: float
    cv: float
    cv_uncertainty: float
    mean_mm: float
    mean_uncertainty_mm: float
    aspect: float
    aspect_uncertainty: float
    diameters_mm: FloatArray


def find_outline(values: FloatArray, start: Disc) -> Outline:
    """Find the edge of the bright round phantom at about `start` in `values`, shape (M, N), NaN where there is no data.

    The outline is looked for within 20 pixels of `start`, then again about
    the centre of the circle found.

    Raises
    ------
    AnalysisError
        `outline_not_found` where less than half of the rays agree.
    """
    smooth, disc = blurred(values), start
    for _ in range(CENTRINGS):
        radii = _radii(smooth, disc)
        ellipse = _ellipse(radii, min(disc.spacing_mm))
        if ellipse is None:
            raise _not_found(0.0)
        disc = disc.moved(right_mm=float(ellipse[1]), down_mm=float(ellipse[2])).with_radius(float(ellipse[0]))
    radii = _radii(smooth, disc)
    good, left = _agreeing(radii, min(disc.spacing_mm))
    if good.mean() < LEAST_SHARE:
        raise _not_found(float(good.mean()))
    rms = float(np.sqrt(np.mean(left[good] ** 2)))
    return Outline(disc, radii, good, edge_noise_mm(left, good, closed=True), rms)


def diameter_at(outline: Outline, degrees: float) -> Diameter:
    """Return the diameter of `outline` at `degrees`, clockwise on the screen: 0 is horizontal, 90 vertical."""
    ends = [_mean_radius(outline, round(degrees) % RAYS + half) for half in (0, HALF)]
    (first, first_u), (second, second_u) = ends
    if np.isfinite(first) and np.isfinite(second):
        return Diameter(first + second, hypot(first_u, second_u), False)
    one, one_u = (first, first_u) if np.isfinite(first) else (second, second_u)
    return Diameter(2 * one, 2 * hypot(one_u, _centre_uncertainty(outline)), True)


def distortion(outline: Outline, known_mm: float = nan) -> Distortion:
    """Return the distortion of `outline` against the diameter `known_mm`, or against the mean where it is NaN.

    Uncertainties (k = 1) hold the noise of the edges; that of the pixel
    size and of `known_mm` is not in them. Without two good diameters the
    values are NaN.
    """
    angles = range(0, HALF, STEP)
    found = [diameter_at(outline, angle) for angle in angles]
    diameters = np.array([nan if one.one_sided else one.mm for one in found])
    there = np.isfinite(diameters)
    horizontal, vertical = diameter_at(outline, 0.0), diameter_at(outline, 90.0)
    aspect = horizontal.mm / vertical.mm
    aspect_u = aspect * hypot(horizontal.uncertainty / horizontal.mm, vertical.uncertainty / vertical.mm)
    if there.sum() < 2:
        return Distortion(nan, nan, nan, nan, nan, nan, nan, aspect, aspect_u, diameters)
    mean = float(diameters[there].mean())
    reference = known_mm if np.isfinite(known_mm) else mean
    off = np.where(there, np.abs(diameters - reference), -1.0)
    worst = int(off.argmax())
    noise = sqrt(2.0 * _variance_of_mean(outline, int(there.sum()) * STEP))
    return Distortion(
        maximum=100.0 * float(off[worst]) / reference,
        maximum_uncertainty=100.0 * found[worst].uncertainty / reference,
        at_deg=float(angles[worst]),
        cv=100.0 * float(diameters[there].std(ddof=1)) / mean,
        cv_uncertainty=100.0 * noise / mean,
        mean_mm=mean,
        mean_uncertainty_mm=noise,
        aspect=aspect,
        aspect_uncertainty=aspect_u,
        diameters_mm=diameters,
    )


def _radii(smooth: FloatArray, disc: Disc) -> FloatArray:
    pixel = min(disc.spacing_mm)
    reach = REACH_PX * pixel
    at = np.arange(max(disc.radius_mm - reach, pixel), disc.radius_mm + reach, pixel / STEPS_PER_PX)
    angles = np.arange(RAYS)[:, None] * (2 * pi / RAYS)
    rows = disc.row + np.sin(angles) * at / disc.spacing_mm[0]
    columns = disc.column + np.cos(angles) * at / disc.spacing_mm[1]
    expected = np.full(RAYS, disc.radius_mm)
    return half_level_edges(sample(smooth, rows, columns), at, expected, pixel_mm=pixel, closed=True)


def _design() -> FloatArray:
    """Return the waves of an ellipse: mean, shift (right, down), and the second harmonic."""
    angles = np.arange(RAYS) * (2 * pi / RAYS)
    waves = [wave(order * angles) for order in (1, 2) for wave in (np.cos, np.sin)]
    return np.stack([np.ones(RAYS), *waves], axis=1)


def _ellipse(radii_mm: FloatArray, pixel_mm: float) -> FloatArray | None:
    """Return the waves of the ellipse that most radii agree on; None where there are too few.

    One gap, where a bubble may be, is left out: the one after which the
    ellipse lies nearest to 60 % of all radii. Of the rest the sum of
    distances is least, which single wild radii do not pull.
    """
    design, seen = _design(), np.isfinite(radii_mm)
    most = ceil(AGREEING * float(seen.sum()))
    if seen.sum() <= design.shape[1]:
        return None
    kept = _without_gap(design, radii_mm, seen, most)
    rows, radii, weight = design[kept], radii_mm[kept], np.ones(int(kept.sum()))
    for _ in range(FIT_STEPS):
        waves = _solved(rows, radii, weight)
        weight = ((radii - rows @ waves) ** 2 + (SOFT_PX * pixel_mm) ** 2) ** -0.5
    return waves


def _without_gap(design: FloatArray, radii_mm: FloatArray, seen: BoolArray, most: int) -> BoolArray:
    """Return the radii beside the gap after which the ellipse lies nearest to `most` of all."""
    radii = np.where(seen, radii_mm, 0.0)
    rest = seen & ~GAPS
    enough = rest.sum(axis=1) >= max(most, design.shape[1] + 1)
    waves = _solved(design, radii, rest[enough].astype(np.float64))
    off = np.abs(radii - waves @ design.T)
    off = np.partition(np.where(seen, off, np.inf), most - 1, axis=1)[:, most - 1]
    best, kept = inf, seen
    for distance, chosen in zip(off, rest[enough], strict=True):
        if distance < (1.0 - CLEARLY) * best:
            best, kept = float(distance), chosen
    return kept


def _solved(design: FloatArray, values: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the least squares solution by normal equations, one for each row of `weight`, shape (..., n).

    The waves are nearly orthogonal, also beside a gap, so that nothing is lost by them.
    """
    weighted = weight[..., None] * design
    normal = np.einsum("...ij,ik->...jk", weighted, design)
    right = np.einsum("...ij,i->...j", weighted, values)
    return np.asarray(np.linalg.solve(normal, right[..., None])[..., 0])


def _gaps() -> BoolArray:
    """Return which rays lie in each gap that a bubble may take, shape (n, rays); the first is no gap."""
    degrees = np.arange(RAYS)
    starts = range(0, RAYS, GAP_STEP_DEG)
    return np.array([(degrees - start) % RAYS < width for width in GAPS_DEG for start in (starts if width else (0,))])


GAPS = _gaps()


def _agreeing(radii_mm: FloatArray, pixel_mm: float) -> tuple[BoolArray, FloatArray]:
    """Return which radii lie near the ellipse that most agree on, and how far all are from it."""
    waves, seen = _ellipse(radii_mm, pixel_mm), np.isfinite(radii_mm)
    if waves is None:
        return np.zeros(RAYS, dtype=np.bool_), radii_mm
    left = radii_mm - _design() @ waves
    spread = MAD_TO_SIGMA * float(np.median(np.abs(left[seen])))
    near = np.abs(np.where(seen, left, np.inf)) <= max(REJECT_SIGMA * spread, LEAST_REJECT_PX * pixel_mm)
    runs = ndimage.binary_opening(np.tile(~near, 3), np.ones(RUN, dtype=np.bool_))
    grown = ndimage.binary_dilation(runs, iterations=GROWN)[RAYS : 2 * RAYS]
    return np.asarray(near & ~grown), left


def _mean_radius(outline: Outline, degree: int) -> tuple[float, float]:
    near = np.arange(degree - WIDTH // 2, degree + WIDTH // 2 + 1) % RAYS
    near = near[outline.good[near]]
    if near.size < FEWEST:
        return nan, nan
    return float(outline.radii_mm[near].mean()), sqrt(_variance_of_mean(outline, near.size))


def _variance_of_mean(outline: Outline, rays: int) -> float:
    pixel = max(outline.disc.spacing_mm)
    step = outline.disc.radius_mm * (2 * pi / RAYS) / pixel
    return float(outline.noise_mm**2 / rays * correlation(step) + (GRID_PX * pixel) ** 2 * min(1.0, WIDTH / rays))


def _centre_uncertainty(outline: Outline) -> float:
    """Return what the centre is uncertain by along one axis; edges ten degrees apart are taken as independent."""
    return sqrt(2.0 * 10.0 / float(outline.good.sum())) * outline.rms_mm


def _not_found(share: float) -> AnalysisError:
    return AnalysisError(
        "outline_not_found",
        N_("the outline of the phantom is not round: {share:.0f} % of its edge agree, {needed:.0f} % are needed"),
        advice=N_("check that the phantom is round and not cut off"),
        share=100.0 * share,
        needed=100.0 * LEAST_SHARE,
    )
