# SPDX-License-Identifier: LGPL-3.0-or-later
"""The contrast of every rod with the material beside it."""

from dataclasses import dataclass
from math import hypot, nan, pi, sqrt
from weakref import WeakKeyDictionary

import numpy as np

from optimage.api import AnalysisError, Box, Disc, FloatArray, Image, Overlay
from optimage.imaging.disc_grid import discs_on_pixels
from optimage.imaging.rois import box_of, clipped, mask_of, measure_roi, weighted_mean
from optimage_phantoms.catphan.contrast.section import ContrastSection, RodAt
from optimage_phantoms.catphan.finding.polar import offsets_px
from optimage_phantoms.parts import Value

WEIGHTED_BELOW_PX = 100  # smaller regions count their rim pixels in part


@dataclass(frozen=True, eq=False)
class Measured:
    """A rod with its region, those beside it, and its contrast, on the mean of the slices."""

    rod: RodAt
    region: Disc
    beside: tuple[Disc, ...]
    contrast: Value


Rods = tuple[tuple[Measured, ...], AnalysisError | None]
_RODS: WeakKeyDictionary[ContrastSection, Rods] = WeakKeyDictionary()
"""What was measured in sections that are still in use: several sub-tests ask."""


def measure_rods(section: ContrastSection) -> Rods:
    """Return every rod that lies inside the image, and why one is not there."""
    if section not in _RODS:
        _RODS[section] = _measure_all(section)
    return _RODS[section]


def _measure_all(section: ContrastSection) -> Rods:
    scatter = _Scatter(section)
    found, problem = [], None
    for rod in section.rods:
        try:
            found.append(_measure(section, rod, scatter))
        except AnalysisError as error:
            problem = error
    return tuple(found), problem


def _measure(section: ContrastSection, rod: RodAt, scatter: "_Scatter") -> Measured:
    view, rules = section.stack.mean, section.rules
    region = view.polar_disc(rod.radius_mm, rod.angle_deg, rules.regions_mm[rod.diameter_mm])
    beside = tuple(
        view.polar_disc(rod.radius_mm * share, rod.angle_deg, rules.background.radius_mm)
        for share in shares(section, rod.radius_mm)
    )
    ground = sum(mean_in(view.image, disc) for disc in beside) / len(beside)
    contrast = mean_in(view.image, region) - ground
    radius = rules.regions_mm[rod.diameter_mm]
    return Measured(rod, region, beside, (contrast, hypot(scatter.of_region(radius), scatter.of_ground)))


def shares(section: ContrastSection, radius_mm: float) -> tuple[float, ...]:
    """Return where discs lie beside a rod, over its distance from the axis: those within the module."""
    rules = section.rules
    reach = rules.section.radius_mm - rules.background.radius_mm
    return tuple(share for share in rules.background.shares if radius_mm * share <= reach)


def mean_in(image: Image, disc: Disc) -> float:
    """Return the mean in `disc`, rim pixels weighted where it is small; AnalysisError as `measure_roi`."""
    box = box_of(disc)
    inside = clipped(box, image.shape)
    if inside == box:
        values = image.values(box)
        down, across = disc.radii_px
        small = pi * down * across < WEIGHTED_BELOW_PX
        mean = weighted_mean(image, disc) if small else float(values[mask_of(disc, box)].mean())
        if mean == mean:  # noqa: PLR0124 - no gap in it
            return mean
    return measure_roi(image, disc).statistics.mean


class _Scatter:
    """How uncertain means are: those of equal discs on the rings of the background, about a smooth curve."""

    def __init__(self, section: ContrastSection) -> None:
        self._section = section
        self._view = section.stack.mean
        self._values = self._view.image.values()
        self._known: dict[float, float] = {}
        rings = [self._along(share, section.rules.background.radius_mm, self._count()) for share in self._shares]
        self.of_ground = self._sd(np.mean(rings, axis=0))

    @property
    def _shares(self) -> tuple[float, ...]:
        return shares(self._section, self._section.place.radius_mm)

    def _count(self) -> int:
        """Return how many discs of the background fit round the inner ring."""
        inner = min(self._shares) * self._section.place.radius_mm
        return int(2 * pi * inner / (2 * self._section.rules.background.radius_mm))

    def of_region(self, radius_mm: float) -> float:
        """Return the standard uncertainty of the mean in a disc of `radius_mm`.

        Discs larger than those of the background would reach rods: theirs is taken
        from the latter and the larger area, as if the noise was white, which is too much rather than too little.
        """
        if radius_mm not in self._known:
            size = min(radius_mm, self._section.rules.background.radius_mm)
            parts = [self._sd(self._along(share, size, self._count())) for share in self._shares]
            self._known[radius_mm] = sqrt(float(np.mean(np.square(parts)))) * size / radius_mm
        return self._known[radius_mm]

    def _along(self, share: float, radius_mm: float, count: int) -> FloatArray:
        ring = share * self._section.place.radius_mm * self._view.scale
        spacing = self._view.image.required_spacing_mm
        down, across = offsets_px(np.array([ring]), np.arange(count) * 360.0 / count, spacing)
        rows = np.rint(self._view.row + down[0]).astype(np.intp)
        columns = np.rint(self._view.column + across[0]).astype(np.intp)
        return discs_on_pixels(self._values, rows, columns, radius_mm=radius_mm * self._view.scale, spacing_mm=spacing)

    def _sd(self, means: FloatArray) -> float:
        """Return the standard deviation of `means` round a ring about its lowest harmonics; NaN for too few."""
        order = self._section.rules.background.harmonics
        if np.isnan(means).any() or means.size < 2 * (2 * order + 1):
            return nan
        waves = np.fft.rfft(means)
        waves[: order + 1] = 0.0
        left = np.fft.irfft(waves, means.size)
        return sqrt(float((left**2).sum()) / (means.size - 2 * order - 1))


def overlays_of(section: ContrastSection, one: Measured, name: str, keys: tuple[str, ...]) -> tuple[Overlay, ...]:
    """Return the rod and what lies beside it, as they lie on the middle slice; `name` comes first in their names."""
    stack, image = section.stack, section.stack.middle.image
    rod = Overlay(f"{name}_{one.rod.key}", stack.on_middle(one.region), image.uid, image.frame, keys)
    beside = (
        Overlay(f"{rod.name}_beside_{number}", stack.on_middle(disc), image.uid, image.frame, keys)
        for number, disc in enumerate(one.beside, start=1)
    )
    return rod, *beside


def ground_noise(section: ContrastSection, measured: Measured) -> Value:
    """Return the standard deviation of the pixels beside a rod in single slices, and its standard uncertainty.

    The variances of all discs of all slices are averaged; how they scatter tells the uncertainty.
    """
    box = Box(0, 0, *section.stack.values.shape[1:])
    inside = [section.stack.values[:, mask_of(disc, box)] for disc in measured.beside]
    found = np.concatenate([np.nanvar(values, axis=1, ddof=1) for values in inside])
    variance = float(found.mean())
    if variance <= 0.0:
        return 0.0, 0.0
    slices = section.stack.independent / len(section.stack.views)
    many = found.size * slices
    spread = float(found.std(ddof=1)) / sqrt(many) if found.size > 2 else nan
    return sqrt(variance), spread / (2 * sqrt(variance))
