# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the regions of one slice lie, and the mean of one with its uncertainty."""

from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt

import numpy as np

from optimage.api import Disc, Image, Parameters
from optimage.imaging.noise import mean_scatter
from optimage.imaging.rois import Roi, box_of, clipped, mask_of, measure_roi
from optimage_phantoms.ct_water.geometry import Geometry
from optimage_phantoms.parts import Value

SIDES = {"right": 0.0, "bottom": 90.0, "left": 180.0, "top": -90.0}


@dataclass(frozen=True, slots=True)
class SliceDiscs:
    """What was located on one slice; `air` is None where there is no room for it."""

    phantom: Disc
    water: Disc
    air: Disc | None


@dataclass(frozen=True, slots=True)
class SliceCase:
    """One slice with all that its sub-tests need."""

    image: Image
    discs: SliceDiscs
    parameters: Parameters
    geometry: Geometry

    @property
    def centre_disc(self) -> Disc:
        """The central disc for means, in the size that was asked for."""
        layout, water = self.geometry.rois, self.discs.water
        radii = {
            "fraction": layout.centre_fraction * water.radius_mm,
            "area_500_mm2": sqrt(layout.fixed_area_mm2 / pi),
            "disc_20_mm": layout.small_disc_diameter_mm / 2,
        }
        return water.with_radius(radii[str(self.parameters["mean_roi"])])

    @property
    def noise_disc(self) -> Disc:
        """The central disc for noise."""
        return self.discs.water.scaled(self.geometry.rois.noise_fraction)

    def peripheral_disc(self, side: str) -> Disc:
        """Return the disc for means on one side, its edge the prescribed gap inside the water's edge."""
        disc = self.centre_disc
        distance = self.discs.water.radius_mm - self.geometry.rois.edge_gap_mm - disc.radius_mm
        angle = radians(SIDES[side])
        return disc.moved(right_mm=distance * cos(angle), down_mm=distance * sin(angle))

    def mean(self, disc: Disc) -> tuple[Roi, Value]:
        """Measure `disc`; the uncertainty of its mean is the scatter such a mean shows over all of the water."""
        roi = measure_roi(self.image, disc)
        return roi, (roi.statistics.mean, self._scatter(disc) * roi.statistics.sd)

    def mean_of_air(self, disc: Disc) -> tuple[Roi, Value]:
        """Measure `disc` as `mean` does, its noise taken from more of the air around it.

        So small a disc holds too little of coarse noise to tell its SD. What
        is far off the values in the disc is no air (padding without mark).
        """
        roi = measure_roi(self.image, disc)
        mean, sd = roi.statistics.mean, roi.statistics.sd
        free = min(float(self.parameters["air_clearance_mm"]), self.geometry.air.noise_margin_mm)
        wide = disc.with_radius(disc.radius_mm + free)
        box = clipped(box_of(wide), self.image.shape)
        around = self.image.values(box)[mask_of(wide, box)]
        around = around[np.abs(around - mean) <= self.geometry.air.noise_sigma * sd]
        return roi, (mean, self._scatter(disc) * float(around.std(ddof=1)))

    def _scatter(self, disc: Disc) -> float:
        area = self.geometry.measuring_area(self.discs.water)
        return mean_scatter(self.image, area, radius_mm=disc.radius_mm)
