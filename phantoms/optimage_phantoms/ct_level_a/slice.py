# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measure one slice: every sub-test on its own, so that one that fails hides no other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import cos, hypot, log, log10, nan, pi, radians, sin, sqrt

from optimage.api import N_, AnalysisError, Disc, Image, Message, Note, OptimageError, Overlay, Parameters
from optimage.imaging.noise import detrended_sd, mean_scatter, sd_uncertainty
from optimage.imaging.rois import Roi, measure_roi
from optimage_phantoms.ct_level_a.geometry import Geometry

SIDES = {"right": 0.0, "bottom": 90.0, "left": 180.0, "top": -90.0}
ALWAYS_DETRENDED = 2  # order of the surface for `noise_detrended`

Value = tuple[float, float]
"""A value and its standard uncertainty (k = 1)."""


@dataclass(frozen=True, slots=True)
class SliceDiscs:
    """What was located on one slice; `air` is None where there is no room for it."""

    phantom: Disc
    water: Disc
    air: Disc | None


@dataclass(slots=True)
class SliceResult:
    """What one slice gave, filled sub-test by sub-test."""

    values: dict[str, Value] = field(default_factory=dict)
    overlays: list[Overlay] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    failures: dict[str, OptimageError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SliceMeasurer:
    """One slice with all that its sub-tests need."""

    image: Image
    discs: SliceDiscs
    parameters: Parameters
    geometry: Geometry
    result: SliceResult = field(default_factory=SliceResult)

    def measure(self) -> SliceResult:
        """Run the sub-tests in order; a later one may use the values of an earlier one."""
        subtests: Mapping[str, Callable[[], None]] = {
            "geometry": self._geometry,
            "ct_number": self._ct_number,
            "noise": self._noise,
            "uniformity": self._uniformity,
            "air": self._air,
            "relative": self._relative,
        }
        for name, subtest in subtests.items():
            try:
                subtest()
            except AnalysisError as error:
                self.result.failures[name] = error
        return self.result

    def _geometry(self) -> None:
        phantom, water = self.discs.phantom, self.discs.water
        rows, columns = self.image.shape
        down = (phantom.row - (rows - 1) / 2) * phantom.spacing_mm[0]
        across = (phantom.column - (columns - 1) / 2) * phantom.spacing_mm[1]
        self.result.values |= {
            "diameter": (2 * water.radius_mm, nan),
            "diameter_outer": (2 * phantom.radius_mm, nan),
            "centre_offset": (hypot(down, across), nan),
        }
        uid, frame = self.image.uid, self.image.frame
        self.result.overlays += [
            Overlay("phantom", phantom, uid, frame, ("diameter_outer", "centre_offset")),
            Overlay("water", water, uid, frame, ("diameter",)),
        ]

    def _ct_number(self) -> None:
        roi = self._roi("centre", self._mean_disc(), ("ct_water", "uniformity_max_dev", "cupping"))
        self.result.values["ct_water"] = self._mean(roi)

    def _noise(self) -> None:
        disc = self.discs.water.scaled(self.geometry.rois.noise_fraction)
        roi = self._roi("noise", disc, ("noise", "noise_detrended", "noise_rel", "snr", "snr_db"))
        order = int(self.parameters["detrend"])
        sd = detrended_sd(self.image, disc, order=order) if order else roi.statistics.sd
        flat = detrended_sd(self.image, disc, order=ALWAYS_DETRENDED)
        side = self.geometry.block_fraction * 2 * self.discs.water.radius_mm
        self.result.values |= {
            "noise": (sd, sd_uncertainty(self.image, disc, sd=sd, side_mm=side)),
            "noise_detrended": (flat, sd_uncertainty(self.image, disc, sd=flat, side_mm=side)),
        }

    def _uniformity(self) -> None:
        problem: AnalysisError | None = None
        for side, angle in SIDES.items():
            key = f"ct_periphery_{side}"
            try:
                roi = self._roi(
                    f"periphery_{side}", self._peripheral_disc(angle), (key, "uniformity_max_dev", "cupping")
                )
            except AnalysisError as error:
                problem = error
            else:
                self.result.values[key] = self._mean(roi)
        if problem:
            raise problem
        centre, u_centre = self._needed("ct_water", N_("the CT number of water could not be measured"))
        edges = [self.result.values[f"ct_periphery_{side}"] for side in SIDES]
        furthest = max(edges, key=lambda edge: abs(edge[0] - centre))
        five = [*edges, (centre, u_centre)]
        low, high = min(five), max(five)
        total = high[0] + low[0] + 2000.0
        self.result.values |= {
            "uniformity_max_dev": (furthest[0] - centre, hypot(furthest[1], u_centre)),
            "cupping": (sum(edge[0] for edge in edges) / 4 - centre, hypot(u_centre, *(edge[1] / 4 for edge in edges))),
            "integral_nonuniformity": ((high[0] - low[0]) / total, hypot(high[1], low[1]) / total),
        }

    def _air(self) -> None:
        if self.discs.air is None:
            raise AnalysisError(
                "no_room_for_air",
                N_("the image shows no air {clearance:.0f} mm away from phantom and couch"),
                advice=N_("reconstruct with a larger field of view, or lower the parameter air_clearance_mm"),
                clearance=float(self.parameters["air_clearance_mm"]),
            )
        roi = self._roi("air", self.discs.air, ("ct_air", "noise_rel", "snr", "snr_db"))
        self.result.values["ct_air"] = self._mean(roi)
        clipped = float((roi.values == self.image.smallest_value).mean())
        if clipped > self.geometry.air.clipped_share:
            template = N_(
                "{share:.0f} % of the air pixels hold the smallest value the image can represent, {smallest:.0f} HU: "
                "the CT number of air is cut off"
            )
            values = {"share": 100.0 * clipped, "smallest": self.image.smallest_value}
            self.result.notes.append(Note("air_clipped", Message(template, values)))

    def _relative(self) -> None:
        water, u_water = self._needed("ct_water", N_("the CT number of water could not be measured"))
        air, u_air = self._needed("ct_air", N_("the CT number of air could not be measured"))
        scale, u_scale = water - air, hypot(u_water, u_air) / abs(water - air)
        if "uniformity_max_dev" in self.result.values:
            deviation, u_deviation = self.result.values["uniformity_max_dev"]
            relative = 100.0 * deviation / scale
            self.result.values["uniformity_rel"] = relative, hypot(100.0 * u_deviation / scale, relative * u_scale)
        noise, u_noise = self._needed("noise", N_("the noise could not be measured"))
        if noise == 0.0:
            self.result.values["noise_rel"] = 0.0, 0.0
            raise AnalysisError("no_noise", N_("the image shows no noise at all, so that SNR has no value"))
        share = hypot(u_noise / noise, u_scale)
        snr = scale / noise
        self.result.values |= {
            "noise_rel": (100.0 / snr, 100.0 / snr * share),
            "snr": (snr, snr * share),
            "snr_db": (20.0 * log10(snr), 20.0 / log(10.0) * share),
        }

    def _roi(self, name: str, disc: Disc, keys: tuple[str, ...]) -> Roi:
        roi = measure_roi(self.image, disc)
        self.result.overlays.append(roi.overlay(name, self.image, keys))
        self.result.notes += [note for note in roi.notes if note not in self.result.notes]
        return roi

    def _mean(self, roi: Roi) -> Value:
        """Return the mean with the scatter that such a mean shows over all of the water."""
        assert isinstance(roi.shape, Disc)  # noqa: S101 - tells mypy what this module draws
        area = self.discs.water.with_radius(self.discs.water.radius_mm - self.geometry.rois.edge_gap_mm)
        scatter = mean_scatter(self.image, area, radius_mm=roi.shape.radius_mm)
        return roi.statistics.mean, scatter * roi.statistics.sd

    def _mean_disc(self) -> Disc:
        """Return the central disc for means in the size that was asked for."""
        layout, water = self.geometry.rois, self.discs.water
        radii = {
            "fraction": layout.centre_fraction * water.radius_mm,
            "area_500_mm2": sqrt(layout.fixed_area_mm2 / pi),
            "disc_20_mm": layout.small_disc_diameter_mm / 2,
        }
        return water.with_radius(radii[str(self.parameters["mean_roi"])])

    def _peripheral_disc(self, angle_deg: float) -> Disc:
        disc = self._mean_disc()
        distance = self.discs.water.radius_mm - self.geometry.rois.edge_gap_mm - disc.radius_mm
        return disc.moved(right_mm=distance * cos(radians(angle_deg)), down_mm=distance * sin(radians(angle_deg)))

    def _needed(self, key: str, problem: str) -> Value:
        if key not in self.result.values:
            raise AnalysisError("not_measured_before", problem)
        return self.result.values[key]
