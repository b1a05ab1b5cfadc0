# SPDX-License-Identifier: LGPL-3.0-or-later
"""Sampling blocks of bars along their tangent, and the arc without bars.

Linear interpolation on circles is how bars are commonly read: it blurs fine
bars, the more so the larger the pixels. Splines along straight bars do not.
"""

from dataclasses import dataclass, replace
from math import cos, degrees, radians, sin

import numpy as np

from optimage.api import FloatArray
from optimage.imaging.spline import SplinePatch, spline_response
from optimage_phantoms.catphan.models import LinePairs
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.resolution.annulus import Annulus, radii_of
from optimage_phantoms.catphan.resolution.layout import Layout
from optimage_phantoms.catphan.resolution.rules import ResolutionRules


@dataclass(frozen=True, eq=False)
class Gauge:
    """The gauge on its slices, ready to be sampled: lengths in mm of the phantom.

    Bars lie side by side where `parallel`, else each points to the axis.
    """

    view: View
    patch: SplinePatch
    layout: Layout
    radii_mm: FloatArray
    middle_mm: float
    parallel: bool

    def strip(self, middle_deg: float, along_mm: FloatArray) -> FloatArray:
        """Return the mean over the radii along the tangent at `middle_deg` of the gauge, shape of `along_mm`.

        Positive lengths lie towards finer groups.
        """
        return self._strip(middle_deg, along_mm, parallel=self.parallel)

    def free_arc(self, margin_deg: float, step_mm: float) -> FloatArray:
        """Return the mean over the radii along the arc without bars, its ends left out."""
        free = self.layout.free
        half = radians(max(free.width_deg / 2 - margin_deg, 1.0)) * self.middle_mm
        return self._strip(free.middle_deg, np.arange(-half, half + 1e-9, step_mm), parallel=False)

    def response(self, frequency_per_mm: float, middle_deg: float) -> float:
        """Return by how much the interpolation lowers a wave along the tangent at `middle_deg`; linear: 1.

        What linear interpolation does is part of the definition that goes with it.
        """
        if self.patch.order == 1:
            return 1.0
        angle, spacing = radians(self.layout.screen_deg(middle_deg)), self.view.image.required_spacing_mm
        f = frequency_per_mm / self.view.scale
        along_columns, along_rows = abs(f * sin(angle)) * spacing[1], abs(f * cos(angle)) * spacing[0]
        return spline_response(along_columns, self.patch.order) * spline_response(along_rows, self.patch.order)

    def nyquist_per_mm(self) -> float:
        """Return the highest frequency that the pixels can show in every direction, per mm of the phantom."""
        return 0.5 / self.pixel_mm()

    def pixel_mm(self) -> float:
        """Return the larger pixel spacing, in mm of the phantom."""
        return max(self.view.image.required_spacing_mm) / self.view.scale

    def degrees_of(self, along_mm: float) -> float:
        """Return the angle that a length along the middle of the bars has at the axis."""
        return degrees(along_mm / self.middle_mm)

    def _strip(self, middle_deg: float, along_mm: FloatArray, *, parallel: bool) -> FloatArray:
        angle, along = radians(self.layout.screen_deg(middle_deg)), self.layout.sense * along_mm
        across = self.radii_mm[:, None]
        if parallel:
            x, y = across * cos(angle) - along * sin(angle), across * sin(angle) + along * cos(angle)
        else:
            x, y = across * np.cos(angle + along / self.middle_mm), across * np.sin(angle + along / self.middle_mm)
        view, spacing = self.view, self.view.image.required_spacing_mm
        rows, columns = view.row + y * view.scale / spacing[0], view.column + x * view.scale / spacing[1]
        return np.asarray(self.patch.at(rows, columns).mean(axis=0))


def plain_gauge(annulus: Annulus, layout: Layout, pairs: LinePairs, rules: ResolutionRules) -> Gauge:
    """Return the gauge for linear interpolation on circles."""
    radii = radii_of(pairs, rules.annulus.half_width_mm, rules.annulus.radial_step_mm)
    return Gauge(annulus.view, annulus.patch, layout, radii, pairs.radius_mm, parallel=False)


def fine_gauge(plain: Gauge, pairs: LinePairs, rules: ResolutionRules, *, parallel: bool) -> Gauge:
    """Return the gauge for splines along bars that are `parallel` or not."""
    radii = radii_of(pairs, rules.strip.half_width_mm, rules.strip.radial_step_mm)
    patch = SplinePatch.of(plain.patch.coefficients, plain.patch.box, rules.strip.spline_order)
    return replace(plain, patch=patch, radii_mm=radii, parallel=parallel)
