# SPDX-License-Identifier: LGPL-3.0-or-later
"""The shadow of an inclined plate in a mean profile: where it lies and how wide the slice is along it.

A plate of no signal crosses the slice at a small angle. Along it the missing
share of the signal is the slice profile convolved with the plate's thickness.
The slice profile is modelled as a rectangle blurred by a Gaussian, from a
rectangle to a Gaussian as the data want; the plate is a rectangle of unknown
thickness, which also is the area of the shadow. The signal is a smooth
baseline times what the plate leaves.
"""

from dataclasses import dataclass
from math import exp, inf, log, nan, sqrt

import numpy as np
from scipy import optimize, special

from optimage.api import FloatArray
from optimage_phantoms.mr_flood.plate_rules import ProfileRules
from optimage_phantoms.mr_flood.wedge_profile import Profile

CENTRE_STEP_MM = 4.0  # of the places at which a shadow is looked for
WIDTHS_MM = (6.0, 9.0, 13.0, 18.0, 25.0, 35.0, 50.0)  # of the shadows that are looked for: every slice is near one
SHORTEST_MM = 0.05  # lengths below it do not change the model
LONGEST_MM = 200.0
FAINTEST = 0.02  # share of the median signal below which a logarithm would tell of noise only
RIDGE = 1e-9  # keeps the baseline solvable while a step of the fit shades the whole profile
STEPS = 100
STEP = 1e-4  # of parameters (mm and logarithms of mm) by which derivatives are taken
PARAMETERS = 4
SCALES = (1.0, 0.1, 0.1, 0.3)


@dataclass(frozen=True, slots=True)
class Guess:
    """A first look: centre and width of the shadow, missing share of the signal, and that over its uncertainty."""

    centre_mm: float
    width_mm: float
    depth: float
    significance: float
    explained: float


@dataclass(frozen=True, slots=True, eq=False)
class Shadow:
    """A fitted shadow; lengths along the plate.

    `width_mm` is the full width at half maximum of the slice profile,
    `extent_mm` the outermost places that the plate shades, `fitted` the
    model at the places of the profile, shape (K,).
    """

    centre_mm: float
    width_mm: float
    width_uncertainty_mm: float
    plate_mm: float
    depth: float
    extent_mm: tuple[float, float]
    fitted: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """A profile and its baseline terms, shape (K, T), ready to be fitted; parameters are (4,) or (P, 4)."""

    along_mm: FloatArray
    weight: FloatArray
    wanted: FloatArray
    terms: FloatArray

    def fitted(self, parameters: FloatArray) -> FloatArray:
        """Return the best model with these parameters, its baseline solved for, shape (K,) or (P, K)."""
        left = self.weight * (1.0 - _shade(self.along_mm, parameters))
        matrix = self.terms * left[..., None]
        turned = np.swapaxes(matrix, -1, -2)
        normal = turned @ matrix + RIDGE * np.eye(self.terms.shape[1])
        return np.asarray((matrix @ np.linalg.solve(normal, turned @ self.wanted[:, None]))[..., 0])

    def residuals(self, parameters: FloatArray) -> FloatArray:
        return self.fitted(parameters) - self.wanted

    def jacobian(self, parameters: FloatArray) -> FloatArray:
        """Return how the residuals change with the parameters, shape (K, 4)."""
        shifts = STEP * np.eye(PARAMETERS)
        up, down = np.split(self.fitted(np.concatenate([parameters + shifts, parameters - shifts])), 2)
        return np.asarray((up - down).T / (2 * STEP))


def look_for_shadow(profile: Profile, rules: ProfileRules) -> Guess:
    """Return the rectangle that explains the logarithm of the signal best beside a smooth baseline."""
    level = float(np.median(profile.signal)) if profile.signal.size else 0.0
    if profile.signal.size < rules.baseline_order + PARAMETERS + 2 or level <= 0:
        return Guess(nan, nan, 0.0, 0.0, 0.0)
    reach = rules.half_length_mm
    base, _ = np.linalg.qr(_baseline(profile.along_mm, rules))
    observed = _without(base, np.log(np.maximum(profile.signal / level, FAINTEST)))
    centres, widths = np.meshgrid(np.arange(-reach, reach + 1, CENTRE_STEP_MM), WIDTHS_MM)
    inside = np.abs(profile.along_mm[:, None] - centres.ravel()) <= widths.ravel() / 2
    shapes = _without(base, inside.astype(np.float64))
    power = (shapes**2).sum(axis=0)
    height = -(observed @ shapes) / np.where(power > 1e-6, power, inf)
    explained = np.where(height > 0, height**2 * power, 0.0)
    best = int(explained.argmax())
    freedom = len(observed) - base.shape[1] - 3
    rest = max(float((observed**2).sum() - explained[best]), 1e-12 * freedom)
    significance = sqrt(float(explained[best]) * freedom / rest)
    depth = 1.0 - exp(-float(height[best]))
    return Guess(float(centres.ravel()[best]), float(widths.ravel()[best]), depth, significance, float(explained[best]))


def fit_shadow(profile: Profile, guess: Guess, rules: ProfileRules) -> Shadow:
    """Fit the model to the profile by least squares, the baseline solved for at every step.

    The uncertainty of the width is that of the fit, its noise taken from the
    residuals and enlarged where neighbouring residuals agree.
    """
    weight: FloatArray = np.sqrt(profile.weight / float(profile.weight.mean()))
    scale = float(profile.signal.mean())
    model = _Model(profile.along_mm, weight, weight * profile.signal / scale, _baseline(profile.along_mm, rules))
    plate = max(guess.depth * guess.width_mm, 1.0)
    start = np.array([guess.centre_mm, log(guess.width_mm), log(plate), log(guess.width_mm / 12)])
    found = optimize.least_squares(model.residuals, start, model.jacobian, method="lm", x_scale=SCALES, max_nfev=STEPS)
    parameters = found.x
    covariance = _covariance(found.jac, found.fun, model.terms.shape[1])
    slope = _gradient(parameters)
    centre = float(parameters[0])
    width, plate, blur = _lengths(parameters).tolist()
    half = (width + plate) / 2 + 2 * blur
    return Shadow(
        centre,
        _half_maximum_width(parameters),
        sqrt(float(slope @ covariance @ slope)),
        plate,
        float(_shade(np.array([centre]), parameters)[0]),
        (centre - half, centre + half),
        model.fitted(parameters) * (scale / weight),
    )


def _baseline(along_mm: FloatArray, rules: ProfileRules) -> FloatArray:
    return np.asarray(np.polynomial.legendre.legvander(along_mm / rules.half_length_mm, rules.baseline_order))


def _without(base: FloatArray, values: FloatArray) -> FloatArray:
    rest: FloatArray = values - base @ (base.T @ values)
    return rest


def _lengths(parameters: FloatArray) -> FloatArray:
    """Return width of the rectangle, thickness of the plate and blur from the fitted logarithms, shape (3,)."""
    return np.asarray(np.exp(np.clip(parameters[..., 1:], log(SHORTEST_MM), log(LONGEST_MM))))


def _shade(along_mm: FloatArray, parameters: FloatArray) -> FloatArray:
    """Return the missing share of the signal: rectangle (unit area) * plate (unit height) * Gaussian (unit area).

    Shape (K,) for parameters of shape (4,), (P, K) for (P, 4).
    """
    width, plate, blur = np.moveaxis(_lengths(parameters), -1, 0)[..., None]
    far, near = (width + plate) / (2 * blur), np.abs(width - plate) / (2 * blur)
    place = (along_mm - parameters[..., :1]) / blur
    edges = _ramp(place + far) - _ramp(place + near) - _ramp(place - near) + _ramp(place - far)
    return np.asarray(edges * (blur / width))


def _ramp(place: FloatArray) -> FloatArray:
    """Return the integral of the normal distribution function: `max(0, x)`, rounded off."""
    ramp: FloatArray = place * special.ndtr(place) + np.exp(-(place**2) / 2) / sqrt(2 * np.pi)
    return ramp


def _half_maximum_width(parameters: FloatArray) -> float:
    """Return the full width at half maximum of rectangle * Gaussian."""
    width, _, blur = _lengths(parameters).tolist()
    half = width / 2

    def above(place: float) -> float:
        height = special.ndtr((place + half) / blur) - special.ndtr((place - half) / blur)
        return float(height - special.ndtr(half / blur) + 0.5)

    return 2 * float(optimize.brentq(above, 0.0, half + 5 * blur))


def _gradient(parameters: FloatArray) -> FloatArray:
    shifted = [(parameters + shift, parameters - shift) for shift in STEP * np.eye(PARAMETERS)]
    return np.array([(_half_maximum_width(up) - _half_maximum_width(down)) / (2 * STEP) for up, down in shifted])


def _covariance(jacobian: FloatArray, residuals: FloatArray, terms: int) -> FloatArray:
    """Return the covariance of the fit.

    Correlated residuals enlarge it by one plus twice the sum of their
    autocorrelation up to its first zero.
    """
    freedom = len(residuals) - terms - PARAMETERS
    variance = float((residuals**2).sum()) / freedom
    return np.asarray(np.linalg.pinv(jacobian.T @ jacobian, rcond=1e-10) * (variance * _inflation(residuals)))


def _inflation(residuals: FloatArray) -> float:
    power = float((residuals**2).sum())
    if not power:
        return 1.0
    lags = np.array([float((residuals[k:] * residuals[:-k]).sum()) / power for k in range(1, len(residuals) // 4)])
    ends = np.flatnonzero(lags <= 0)
    return 1.0 + 2.0 * float(lags[: ends[0] if ends.size else None].sum())
