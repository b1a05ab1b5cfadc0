# SPDX-License-Identifier: LGPL-3.0-or-later
"""Circles to a fraction of a pixel: radial profiles, their edges, and the fit."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import BoolArray
from optimage.model.images import FloatArray
from optimage.model.shapes import Disc

ANGLES = 360
MAD_TO_SIGMA = 1.4826
REJECT_SIGMA = 3.0
SMALLEST_REJECTION_PX = 0.1  # keeps noise-free images alive
FIT_STEPS = 20
FIT_TOLERANCE_MM = 1e-7
REJECTION_ROUNDS = 5
ROUGH_PX = 0.5  # rms residual of points that are no clean circle
CLEANER = 2.0  # how much cleaner the circle of half of the points must be


@dataclass(frozen=True, slots=True, eq=False)
class RadialProfiles:
    """Values along rays from a centre: `values[i, j]` at `angles_rad[i]`, `radii_mm[j]`; NaN outside the image."""

    disc: Disc
    angles_rad: FloatArray
    radii_mm: FloatArray
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CircleFit:
    """A fitted circle, the root mean square of its residuals, and which of the offered points it rests on."""

    disc: Disc
    rms_mm: float
    accepted: BoolArray


def radial_profiles(values: FloatArray, disc: Disc, *, inner_mm: float, outer_mm: float) -> RadialProfiles:
    """Sample `values` along 360 rays about the centre of `disc`, two samples per pixel.

    The angle starts at 3 o'clock and runs clockwise on the screen. Values
    lie between pixel centres by linear interpolation.
    """
    step = min(disc.spacing_mm) / 2
    angles = np.arange(ANGLES, dtype=np.float64) * (2 * np.pi / ANGLES)
    radii = np.arange(max(inner_mm, 0.0), outer_mm + step, step)
    rows = disc.row + np.sin(angles)[:, None] * radii / disc.spacing_mm[0]
    columns = disc.column + np.cos(angles)[:, None] * radii / disc.spacing_mm[1]
    sampled: FloatArray = ndimage.map_coordinates(values, (rows, columns), order=1, mode="constant", cval=np.nan)
    return RadialProfiles(disc, angles, radii, sampled)


def falling_edges_mm(profiles: RadialProfiles, level: float) -> FloatArray:
    """Return per ray the radius where the profile falls through `level`, nearest to the radius of the disc.

    NaN where it never does.
    """
    before, after = profiles.values[:, :-1], profiles.values[:, 1:]
    falls = (before > level) & (after <= level)
    distance = np.where(falls, np.abs(profiles.radii_mm[:-1] - profiles.disc.radius_mm), np.inf)
    nearest = distance.argmin(axis=1)
    rays = np.arange(len(nearest))
    high, low = before[rays, nearest], after[rays, nearest]
    found = falls[rays, nearest]
    share = np.divide(high - level, high - low, out=np.full(len(rays), np.nan), where=found)
    step = profiles.radii_mm[1] - profiles.radii_mm[0]
    return np.where(found, profiles.radii_mm[nearest] + share * step, np.nan)


def edge_points_px(profiles: RadialProfiles, edges_mm: FloatArray) -> FloatArray:
    """Return edges as (row, column), shape (rays, 2)."""
    disc = profiles.disc
    rows = disc.row + np.sin(profiles.angles_rad) * edges_mm / disc.spacing_mm[0]
    columns = disc.column + np.cos(profiles.angles_rad) * edges_mm / disc.spacing_mm[1]
    return np.stack((rows, columns), axis=1)


def fit_circle(points_px: FloatArray, spacing_mm: tuple[float, float]) -> CircleFit | None:
    """Fit a circle to points, least squares of the distance from it in mm.

    Parameters
    ----------
    points_px : ndarray of shape (n, 2)
        Row and column. NaN is left out; so are, round by round, points
        further from the circle than three robust standard deviations (from
        the median absolute deviation) or 0.1 pixel, whichever is larger.
        Where what is left is no clean circle, as with a holder round a third
        of a phantom, the circle that half of the points agree on best is
        tried as a start (least median of squares, Rousseeuw, JASA 1984).
    spacing_mm : (float, float)
        Distance of row centres, then of column centres.

    Returns
    -------
    CircleFit or None
        None where fewer than three points are left.
    """
    y, x = points_px[:, 0] * spacing_mm[0], points_px[:, 1] * spacing_mm[1]
    seen = np.isfinite(x) & np.isfinite(y)
    fit = _fit_rejecting(x, y, seen, spacing_mm)
    if fit is None or fit.rms_mm <= ROUGH_PX * min(spacing_mm):
        return fit
    other = _fit_rejecting(x, y, _consensus(x, y, seen), spacing_mm)
    if other is None or 2 * other.accepted.sum() < seen.size or CLEANER * other.rms_mm > fit.rms_mm:
        return fit
    return other


def _fit_rejecting(x: FloatArray, y: FloatArray, start: BoolArray, spacing_mm: tuple[float, float]) -> CircleFit | None:
    """Fit the points `start`, then round by round all that lie near enough to the circle."""
    seen = np.isfinite(x) & np.isfinite(y)
    accepted = start.copy()
    for _ in range(REJECTION_ROUNDS):
        if accepted.sum() < 3:
            return None
        x0, y0, radius = _least_squares(x[accepted], y[accepted])
        residuals = np.hypot(x - x0, y - y0) - radius
        middle = float(np.median(residuals[accepted]))
        spread = MAD_TO_SIGMA * float(np.median(np.abs(residuals[accepted] - middle)))
        limit = max(REJECT_SIGMA * spread, SMALLEST_REJECTION_PX * min(spacing_mm))
        inside = seen & (np.abs(np.where(seen, residuals, np.inf)) <= limit)
        if (inside == accepted).all():
            break
        accepted = inside
    disc = Disc(y0 / spacing_mm[0], x0 / spacing_mm[1], radius, spacing_mm)
    rms = float(np.sqrt(np.mean(residuals[accepted] ** 2))) if accepted.any() else float("inf")
    return CircleFit(disc, rms, accepted)


def _consensus(x: FloatArray, y: FloatArray, seen: BoolArray) -> BoolArray:
    """Return the half of the points nearest to one circle, of all circles through three points a sixth apart."""
    at = np.flatnonzero(seen)
    apart = at.size // 6
    if not apart:
        return seen
    first = at[np.arange(at.size)]
    second, third = at[(np.arange(at.size) + apart) % at.size], at[(np.arange(at.size) + 2 * apart) % at.size]
    with np.errstate(divide="ignore", invalid="ignore"):
        x0, y0 = _circumcentre((x[first], y[first]), (x[second], y[second]), (x[third], y[third]))
        radius = np.hypot(x[first] - x0, y[first] - y0)
        misses = np.abs(np.hypot(x[at] - x0[:, None], y[at] - y0[:, None]) - radius[:, None])
    medians = np.median(misses, axis=1)
    best = misses[int(np.argmin(np.where(np.isfinite(medians), medians, np.inf)))]
    chosen = np.zeros_like(seen)
    chosen[at[best <= np.median(best)]] = True
    return chosen


def _circumcentre(
    a: tuple[FloatArray, FloatArray], b: tuple[FloatArray, FloatArray], c: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return the centres (x, y) of the circles through `a`, `b` and `c`; not finite where these lie on a line."""
    bx, by, cx, cy = b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]
    twice_area = 2 * (bx * cy - by * cx)
    b2, c2 = bx**2 + by**2, cx**2 + cy**2
    return a[0] + (cy * b2 - by * c2) / twice_area, a[1] + (bx * c2 - cx * b2) / twice_area


def _least_squares(x: FloatArray, y: FloatArray) -> tuple[float, float, float]:
    """Return centre and radius: Kåsa's algebraic fit refined by Gauss-Newton steps."""
    design = np.stack((x, y, np.ones_like(x)), axis=1)
    a, b, c = np.linalg.lstsq(design, x**2 + y**2, rcond=None)[0]
    x0, y0 = a / 2, b / 2
    radius = float(np.sqrt(max(c + x0**2 + y0**2, 0.0)))
    for _ in range(FIT_STEPS):
        dx, dy = x - x0, y - y0
        distance = np.maximum(np.hypot(dx, dy), 1e-12)
        jacobian = np.stack((dx / distance, dy / distance, np.ones_like(x)), axis=1)
        change = np.linalg.lstsq(jacobian, distance - radius, rcond=None)[0]
        x0, y0, radius = x0 + change[0], y0 + change[1], radius + float(change[2])
        if float(np.abs(change).max()) < FIT_TOLERANCE_MM:
            break
    return float(x0), float(y0), radius
