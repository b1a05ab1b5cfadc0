# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a perfect measurement of a digital MR bottle reads."""

from math import exp, lgamma, sqrt

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray
from optimage.synthetic.mr_drawing import coil_field, draw_mr_flood
from optimage.synthetic.mr_phantom import MrFlood

ROI_SCALE = sqrt(0.75)  # of the outline of 75 % of its area
_DIRECTIONS = 72_000  # along an outline: the extreme of a smooth field is found to 1e-8 of its range


def mr_flood_truth(spec: MrFlood) -> dict[str, float]:
    """Return the true values of `spec`, ghost, air and inserts left out.

    `signal` is the mean of the coil field over the concentric, similar
    outline of 75 % of the area, `snr` that mean over `sigma` (infinite
    without noise), `piu` and `integral_uniformity` follow from the field's
    extremes in it, unsmoothed. `diameter_h`, `diameter_v` and `aspect`
    describe the stretched outline, `ghost` is in percent of the signal. The
    mean over a rectangle takes its corners as sharp.
    """
    low, high = field_extremes(spec)
    share = 3.0 if spec.shape == "rectangle" else 4.0
    mean = spec.signal * (1.0 + (spec.bias[2] + spec.bias[3]) * ROI_SCALE**2 / share)
    width, height = mr_diameter_mm(spec, 0.0), mr_diameter_mm(spec, 90.0)
    return {
        "signal": mean,
        "snr": mean / spec.sigma if spec.sigma else float("inf"),
        "piu": 100.0 * (1.0 - (high - low) / (high + low)),
        "integral_uniformity": (high - low) / (high + low),
        "diameter_h": width,
        "diameter_v": height,
        "aspect": width / height,
        "ghost": 100.0 * spec.ghost,
    }


def field_extremes(spec: MrFlood, scale: float = ROI_SCALE) -> tuple[float, float]:
    """Return the lowest and highest value of the coil field within the outline times `scale`, its border included."""
    a, b, c, d = spec.bias
    half_width, half_height = spec.size_mm[0] / 2, spec.size_mm[1] / 2
    angles = np.linspace(0.0, 2 * np.pi, _DIRECTIONS, endpoint=False)
    corner = np.arctan2(half_height, half_width)
    angles = np.concatenate([angles, [corner, np.pi - corner, np.pi + corner, -corner]])
    radius = _radius_mm(spec, np.cos(angles), np.sin(angles))
    u, v = scale * radius * np.cos(angles) / half_width, scale * radius * np.sin(angles) / half_height
    values = coil_field(spec, u, v)
    low, high = float(values.min()), float(values.max())
    if c and d:
        flat = np.array([-a / (2 * c)]), np.array([-b / (2 * d)])
        x, y = flat[0] * half_width, flat[1] * half_height
        if np.hypot(x, y)[0] <= scale * _radius_mm(spec, *_unit(x, y))[0]:
            top = float(coil_field(spec, *flat)[0])
            low, high = min(low, top), max(high, top)
    return low, high


def mr_diameter_mm(spec: MrFlood, angle_deg: float) -> float:
    """Return the chord through the centre at `angle_deg` in the image (0 to the right, 90 down), air left out."""
    angle, turn = np.deg2rad(angle_deg), np.deg2rad(spec.rotation_deg)
    x, y = np.cos(angle) / spec.stretch[0], np.sin(angle) / spec.stretch[1]
    u, v = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    length = np.hypot(u, v)
    return float(2 * _radius_mm(spec, np.array([u / length]), np.array([v / length]))[0] / length)


def mr_psg(spec: MrFlood, phantom: npt.NDArray[np.bool_], *air: npt.NDArray[np.bool_]) -> float:
    """Return the percent signal ghosting of the noise-free drawing.

    `100 · |(T + B) - (L + R)| / (2 S)` from the means in the masks
    `phantom` and, in this order, `air`: top, bottom, left, right; all of
    shape `spec.acquired_matrix`.
    """
    image = draw_mr_flood(spec)
    top, bottom, left, right = (float(image[mask].mean()) for mask in air)
    return 100.0 * abs(top + bottom - left - right) / (2.0 * float(image[phantom].mean()))


def air_noise(channels: int) -> tuple[float, float]:
    """Return mean and standard deviation, over `sigma`, of the root sum of squares of `channels` in air.

    Central chi with 2n degrees of freedom: mean `√2 Γ(n + ½)/Γ(n)`, second moment `2n`.
    """
    mean = sqrt(2.0) * exp(lgamma(channels + 0.5) - lgamma(channels))
    return mean, sqrt(2.0 * channels - mean**2)


def _unit(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    length = np.hypot(x, y)
    safe = np.where(length > 0, length, 1.0)
    return np.where(length > 0, x / safe, 1.0), y / safe


def _radius_mm(spec: MrFlood, cosine: FloatArray, sine: FloatArray) -> FloatArray:
    """Return the distance of the outline from the centre in directions along the phantom's own axes."""
    half_width, half_height = spec.size_mm[0] / 2, spec.size_mm[1] / 2
    if spec.shape != "rectangle":
        ellipse: FloatArray = 1.0 / np.hypot(cosine / half_width, sine / half_height)
        return ellipse
    c, s, r = np.abs(cosine), np.abs(sine), spec.corner_mm
    with np.errstate(divide="ignore"):
        sharp: FloatArray = np.minimum(half_width / c, half_height / s)
    at_u, at_v = half_width - r, half_height - r  # centre of the rounding
    rounded = (sharp * c > at_u) & (sharp * s > at_v)
    along = at_u * c + at_v * s
    inner = np.maximum(along**2 - at_u**2 - at_v**2 + r**2, 0.0)
    return np.where(rounded, along + np.sqrt(inner), sharp)
