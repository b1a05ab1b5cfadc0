# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level A: CT number, noise and uniformity of a water phantom."""

from dataclasses import replace

from optimage.api import (
    N_,
    AnalysisResult,
    ImageSet,
    InputSpec,
    Localisation,
    MeasurementSpec,
    Parameters,
    ParameterSpec,
    PhantomInfo,
    Unit,
    hookimpl,
)
from optimage_phantoms.ct_water.geometry import Geometry, load_geometry

IEC = "IEC 61223-3-5, IEC 61223-2-6"
HU, ONE, PERCENT, MM = Unit.HOUNSFIELD, Unit.ONE, Unit.PERCENT, Unit.MILLIMETRE
MEAN_ROIS = ("fraction", "area_500_mm2", "disc_20_mm")
ROI_METHODS = {"fraction": "10pct", "area_500_mm2": "500mm2", "disc_20_mm": "20mm"}

MEASURES = (
    MeasurementSpec(
        "ct_water", HU, N_("CT number of water"), IEC, "median", "centre_disc_{roi}@1", "mean of the central disc"
    ),
    MeasurementSpec("ct_air", HU, N_("CT number of air"), "design", "median", "air_disc@1", "mean of the air disc"),
    MeasurementSpec("noise", HU, N_("Noise"), IEC, "median", "disc_40pct_sd_detrend{order}@1", "SD of the 40 % disc"),
    MeasurementSpec(
        "noise_detrended",
        HU,
        N_("Noise without slow trends"),
        "design",
        "median",
        "disc_40pct_sd_detrend2@1",
        "SD of the 40 % disc about its fitted quadratic surface",
    ),
    MeasurementSpec(
        "noise_difference",
        HU,
        N_("Noise from the difference of two slices"),
        "design",
        "median",
        "disc_40pct_sd_difference@1",
        "SD of the difference of two neighbouring slices in the 40 % disc, over √2",
        optional=True,
    ),
    MeasurementSpec(
        "noise_rel",
        PERCENT,
        N_("Noise, relative"),
        IEC,
        "median",
        "water_air_scale_detrend{order}@1",
        "100 · noise / (ct_water - ct_air)",
    ),
    MeasurementSpec(
        "snr",
        ONE,
        N_("Signal-to-noise ratio"),
        "design",
        "median",
        "water_air_scale_detrend{order}@1",
        "(ct_water - ct_air) / noise",
    ),
    MeasurementSpec(
        "snr_db",
        Unit.DECIBEL,
        N_("Signal-to-noise ratio in decibel"),
        "design",
        "median",
        "water_air_scale_detrend{order}@1",
        "20 · log10(snr)",
    ),
    MeasurementSpec(
        "uniformity_max_dev",
        HU,
        N_("Uniformity, largest deviation"),
        IEC,
        "median",
        "five_discs_{roi}@1",
        "signed peripheral mean - ct_water of largest magnitude; of a series, that of the median magnitude",
    ),
    MeasurementSpec(
        "uniformity_rel",
        PERCENT,
        N_("Uniformity, relative"),
        "design",
        "median",
        "five_discs_{roi}@1",
        "100 · uniformity_max_dev / (ct_water - ct_air)",
    ),
    MeasurementSpec(
        "integral_nonuniformity",
        ONE,
        N_("Integral non-uniformity"),
        "Elstrøm et al., Acta Oncol 2011",
        "median",
        "five_discs_{roi}@1",
        "(max - min) / (max + min + 2000) over the five means",
    ),
    MeasurementSpec(
        "cupping",
        HU,
        N_("Cupping"),
        "design",
        "median",
        "five_discs_{roi}@1",
        "mean of the four peripheral means - ct_water",
    ),
    MeasurementSpec(
        "ct_periphery_right",
        HU,
        N_("CT number at the right"),
        IEC,
        "median",
        "five_discs_{roi}@1",
        "mean of the disc at 0°",
    ),
    MeasurementSpec(
        "ct_periphery_bottom",
        HU,
        N_("CT number at the bottom"),
        IEC,
        "median",
        "five_discs_{roi}@1",
        "mean of the disc at 90°",
    ),
    MeasurementSpec(
        "ct_periphery_left",
        HU,
        N_("CT number at the left"),
        IEC,
        "median",
        "five_discs_{roi}@1",
        "mean of the disc at 180°",
    ),
    MeasurementSpec(
        "ct_periphery_top",
        HU,
        N_("CT number at the top"),
        IEC,
        "median",
        "five_discs_{roi}@1",
        "mean of the disc at -90°",
    ),
    MeasurementSpec(
        "diameter",
        MM,
        N_("Diameter of the water"),
        "design",
        "median",
        "circle_fit@1",
        "twice the radius inside the wall",
    ),
    MeasurementSpec(
        "diameter_outer",
        MM,
        N_("Outer diameter"),
        "design",
        "median",
        "circle_fit@1",
        "twice the radius of the fitted outline",
    ),
    MeasurementSpec(
        "centre_offset",
        MM,
        N_("Offset of the phantom from the middle of the image"),
        "design",
        "median",
        "circle_fit@1",
        "distance of the fitted centre from the middle of the matrix",
    ),
)

PARAMETERS = (
    ParameterSpec(
        "mean_roi",
        str,
        "fraction",
        "",
        N_("size of the discs for means: 10 % of the diameter, 500 mm², or 20 mm"),
        choices=MEAN_ROIS,
    ),
    ParameterSpec(
        "detrend",
        int,
        0,
        "",
        N_("order of the polynomial taken away before the noise is measured, 0 for none"),
        minimum=0,
        maximum=2,
    ),
    ParameterSpec(
        "air_clearance_mm",
        float,
        15.0,
        "mm",
        N_("distance of the air region from phantom and couch"),
        minimum=0.0,
        maximum=100.0,
    ),
    ParameterSpec(
        "water_diameter_mm",
        float,
        0.0,
        "mm",
        N_("inner diameter of the phantom, 0 to measure it"),
        minimum=0.0,
        maximum=500.0,
    ),
)


DEFAULTS = {parameter.name: parameter.default for parameter in PARAMETERS}


class CtLevelA:
    """A homogeneous water or water-equivalent cylinder, scanned across its axis: one slice or a series."""

    def __init__(self) -> None:
        self._geometry: Geometry = load_geometry()
        self.info = PhantomInfo(
            id="ct_level_a",
            title=N_("CT water phantom (level A)"),
            version="1",
            modalities=frozenset({"CT"}),
            inputs=(InputSpec("series", title=N_("axial slices of the water phantom")),),
            measures=tuple(_with_method(spec, DEFAULTS) for spec in MEASURES),
            parameters=PARAMETERS,
            subtests=("geometry", "ct_number", "noise", "uniformity", "air", "relative"),
            geometry_sha256=self._geometry.sha256,
        )

    def locate(self, images: ImageSet, parameters: Parameters) -> Localisation:
        """Find outline, water and air on every slice and choose the slices to measure."""
        from optimage_phantoms.ct_water.locate import locate_phantom

        return locate_phantom(images, parameters, self._geometry)

    def measure(self, images: ImageSet, localisation: Localisation, parameters: Parameters) -> AnalysisResult:
        """Measure every chosen slice and report the median slice."""
        from optimage_phantoms.ct_water.measure import measure_phantom

        specs = tuple(_with_method(spec, parameters) for spec in MEASURES)
        return measure_phantom(images, localisation, parameters, geometry=self._geometry, specs=specs)


def _with_method(spec: MeasurementSpec, parameters: Parameters) -> MeasurementSpec:
    """Return `spec` with the method that `parameters` make of it."""
    roi, order = ROI_METHODS[str(parameters["mean_roi"])], int(parameters["detrend"])
    return replace(spec, method=spec.method.replace("{roi}", roi).replace("{order}", str(order)))


@hookimpl
def optimage_register_phantoms() -> list[CtLevelA]:
    """Offer the water phantom."""
    return [CtLevelA()]
