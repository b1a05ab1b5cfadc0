# SPDX-License-Identifier: LGPL-3.0-or-later
"""A digital slice width phantom for MR: a round flood, nine rods, two opposite inclined plates, with known truth."""

from dataclasses import dataclass, field
from math import cos, log, radians, sin, sqrt, tan

import numpy as np
import numpy.typing as npt
from scipy import special

from optimage.model.images import FloatArray, Image
from optimage.synthetic.mr_header import PLANES, MrPlace, MrScan, mr_header
from optimage.synthetic.mr_noise import ComplexArray, zero_filled
from optimage.synthetic.rendering import Grid, Storage

PROFILES = ("rectangular", "gaussian")
FWHM_PER_SIGMA = 2 * sqrt(2 * log(2))


@dataclass(frozen=True, slots=True)
class MrPlates:
    """What to draw. Pairs are (right, down) but for `matrix` and `spacing_mm` (rows, columns).

    The phantom is mirrored, turned, then stretched, then shifted.

    Attributes
    ----------
    slice_mm, profile : float, str
        Full width at half maximum of the slice profile, and its shape.
    tilt_deg : float
        Turn of the slice about the axis across the plates: it meets the
        upper plate at the plates' angle plus `tilt_deg`, the lower one at
        the angle minus `tilt_deg`.
    roll_deg : float
        Turn of the slice about the axis along the plates, which skews the shadows.
    slice_shift_mm : float
        Distance of the slice from the crossing point of the plates.
    plate_mm, plate_height_mm, plate_angle_deg : float
        Thickness of the plates, their extent across, their angle. 0 mm thick: none.
    rods : tuple of (int, int)
        Places of the rods in units of 60 mm, along and across the plates.
    signal, bias : float, tuple
        Signal at the centre; coil field `1 + a x + b y + c x² + d y²` in
        units of the radius, along the image's axes.
    sigma, rician : float, bool
        Standard deviation of the noise of either component; without `rician` it is added.
    zero_filled : bool
        Half of the matrix is acquired, zeros fill the rest of k-space.
    subsamples : int
        Points per axis at which every acquired pixel is sampled.
    """

    slice_mm: float = 5.0
    profile: str = "rectangular"
    tilt_deg: float = 0.0
    roll_deg: float = 0.0
    slice_shift_mm: float = 0.0
    plate_mm: float = 1.25
    plate_height_mm: float = 29.0
    plate_angle_deg: float = 11.3
    rod_distance_mm: float = 120.0
    rod_diameter_mm: float = 4.8
    rods: tuple[tuple[int, int], ...] = tuple((i, j) for j in (-1, 0, 1) for i in (-1, 0, 1))
    radius_mm: float = 93.0
    matrix: tuple[int, int] = (256, 256)
    spacing_mm: tuple[float, float] = (1.0, 1.0)
    offset_mm: tuple[float, float] = (0.0, 0.0)
    rotation_deg: float = 0.0
    mirrored: bool = False
    stretch: tuple[float, float] = (1.0, 1.0)
    signal: float = 1000.0
    bias: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    sigma: float = 0.0
    rician: bool = True
    zero_filled: bool = False
    subsamples: int = 4
    seed: int = 1
    scan: MrScan = field(default_factory=lambda: MrScan(text="plates", description="Digital slice width plates"))
    storage: Storage = field(default_factory=lambda: Storage(slope=1 / 16, intercept=0.0, signed=False))


def render_mr_plates(spec: MrPlates) -> Image:
    """Return the image of `spec` with its full header; the same spec gives the same image."""
    return store_mr_plates(spec, draw_mr_plates(spec))


def draw_mr_plates(spec: MrPlates) -> FloatArray:
    """Return the signal without noise, as acquired, before zero filling and rounding."""
    part = 2 if spec.zero_filled else 1
    rows, columns = (count // part for count in spec.matrix)
    fine = Grid(
        (rows * spec.subsamples, columns * spec.subsamples),
        (spec.spacing_mm[0] * part / spec.subsamples, spec.spacing_mm[1] * part / spec.subsamples),
    )
    drawn = _drawn(spec, fine)
    signal: FloatArray = drawn.reshape(rows, spec.subsamples, columns, spec.subsamples).mean(axis=(1, 3))
    return signal


def store_mr_plates(spec: MrPlates, signal: FloatArray) -> Image:
    """Return the image that the noise-free `signal` of `spec` gives with the noise of its seed."""
    rng = np.random.default_rng(spec.seed)
    acquired: ComplexArray = np.asarray(signal, np.complex128)
    acquired = acquired + spec.sigma * (rng.standard_normal(signal.shape) + 1j * rng.standard_normal(signal.shape))
    received = zero_filled(acquired) if spec.zero_filled else acquired
    values = np.abs(received) if spec.rician else received.real
    grid = Grid(spec.matrix, spec.spacing_mm)
    position = float(grid.x_mm[0, 0]), float(grid.y_mm[0, 0]), 0.0
    rows, columns = signal.shape
    place = MrPlace(0, 0, spec.matrix, spec.spacing_mm, position, (columns, rows), spec.storage)
    header = mr_header(spec.scan, place)
    return Image(
        spec.storage.store(np.asarray(values)),
        str(header["SOPInstanceUID"]),
        header,
        slope=spec.storage.slope,
        intercept=spec.storage.intercept,
        spacing_mm=spec.spacing_mm,
        position_mm=position,
        orientation=PLANES["transverse"],
    )


def plates_mask(spec: MrPlates) -> npt.NDArray[np.bool_]:
    """Return which pixel centres of the image of `spec` lie in the phantom, its rods filled, shape `spec.matrix`."""
    along, across = _places(spec, Grid(spec.matrix, spec.spacing_mm))
    return np.asarray(along**2 + across**2 <= spec.radius_mm**2)


def mr_plates_truth(spec: MrPlates) -> dict[str, float]:
    """Return what a perfect measurement of `spec` reads, by measurement key, with all rods in place.

    Along either plate the slice is `T / tan(α ± β)` wide; each plate alone
    is read with the nominal slope of 11.3°.
    """
    angle, tilt = spec.plate_angle_deg, spec.tilt_deg
    slope = tan(radians(11.3))
    turn = radians(spec.rotation_deg)
    ends = (
        (cos(turn) * spec.stretch[0], sin(turn) * spec.stretch[1]),
        (-sin(turn) * spec.stretch[0], cos(turn) * spec.stretch[1]),
    )
    along, across = (spec.rod_distance_mm * float(np.hypot(*end)) for end in ends)
    flat = abs(ends[0][0]) >= abs(ends[0][1])
    return {
        "slice_width": spec.slice_mm,
        "slice_width_top": spec.slice_mm / tan(radians(angle + tilt)) * slope,
        "slice_width_bottom": spec.slice_mm / tan(radians(angle - tilt)) * slope,
        "plate_tilt_deg": tilt,
        "rod_distance_h": along if flat else across,
        "rod_distance_v": across if flat else along,
        "rod_distortion": 100 * max(abs(length / 120.0 - 1.0) for length in (along, across)),
    }


def _drawn(spec: MrPlates, grid: Grid) -> FloatArray:
    along, across = _places(spec, grid)
    x, y = grid.x_mm / spec.radius_mm, grid.y_mm / spec.radius_mm
    a, b, c, d = spec.bias
    values: FloatArray = spec.signal * np.maximum(1.0 + a * x + b * y + c * x**2 + d * y**2, 0.0)
    values = values * (along**2 + across**2 <= spec.radius_mm**2)
    half = spec.rod_distance_mm / 2
    for i, j in spec.rods:
        values[(along - i * half) ** 2 + (across - j * half) ** 2 <= spec.rod_diameter_mm**2 / 4] = 0.0
    if spec.plate_mm:
        for sign in (-1, 1):
            inside = np.abs(across - sign * half / 2) <= spec.plate_height_mm / 2
            values[inside] *= 1.0 - _shade(spec, along[inside], across[inside], sign)
    return values


def _places(spec: MrPlates, grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Return mm along and across the plates from the phantom's centre for every point of `grid`."""
    x = (grid.x_mm - spec.offset_mm[0]) / spec.stretch[0] + 0 * grid.y_mm
    y = (grid.y_mm - spec.offset_mm[1]) / spec.stretch[1] + 0 * grid.x_mm
    turn = radians(spec.rotation_deg)
    along, across = cos(turn) * x + sin(turn) * y, cos(turn) * y - sin(turn) * x
    return (-along if spec.mirrored else along), across


def _shade(spec: MrPlates, along: FloatArray, across: FloatArray, sign: int) -> FloatArray:
    """Return the share of the slice profile that the plate takes at each place.

    `sign` is -1 for the upper plate. Its middle plane lies at the height
    `± along · tan(α ± β)` over the middle plane of the slice.
    """
    angle = radians(spec.plate_angle_deg - sign * spec.tilt_deg)
    height = -sign * along * tan(angle) + across * tan(radians(spec.roll_deg)) - spec.slice_shift_mm
    half = spec.plate_mm / cos(angle) / 2
    shade: FloatArray = _part_below(spec, height + half) - _part_below(spec, height - half)
    return shade


def _part_below(spec: MrPlates, height: FloatArray) -> FloatArray:
    """Return the part of the slice profile below `height`."""
    if spec.profile == "gaussian":
        part: FloatArray = special.ndtr(height * FWHM_PER_SIGMA / spec.slice_mm)
        return part
    if spec.profile == "rectangular":
        return np.clip(height / spec.slice_mm + 0.5, 0.0, 1.0)
    raise ValueError(f"no slice profile {spec.profile}, but {', '.join(PROFILES)}")
