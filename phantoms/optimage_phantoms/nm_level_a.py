# SPDX-License-Identifier: LGPL-3.0-or-later
"""NM level A: intrinsic non-uniformity of a gamma camera from flood images."""

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
from optimage_phantoms.nm_flood.method import Method, load_method

NEMA = "NEMA NU 1, IEC 60789"
DESIGN = "design"
PERCENT, MM, COUNTS = Unit.PERCENT, Unit.MILLIMETRE, Unit.COUNTS
FIELD_METHOD = "{mode}_RxC{variant}@1"
INTEGRAL = "100 · (max - min) / (max + min) of the smoothed counts; of several frames the largest"
RUN_OF_FIVE = (
    "largest 100 · (max - min) / (max + min) of five smoothed pixels in a {line}; of several frames the largest"
)
LARGER = "the larger of X and Y; of several frames the largest"

MEASURES = (
    MeasurementSpec("iu_ufov", PERCENT, N_("Integral uniformity, UFOV"), NEMA, "worst", FIELD_METHOD, INTEGRAL),
    MeasurementSpec("iu_cfov", PERCENT, N_("Integral uniformity, CFOV"), NEMA, "worst", FIELD_METHOD, INTEGRAL),
    MeasurementSpec("du_ufov", PERCENT, N_("Differential uniformity, UFOV"), NEMA, "worst", FIELD_METHOD, LARGER),
    MeasurementSpec("du_cfov", PERCENT, N_("Differential uniformity, CFOV"), NEMA, "worst", FIELD_METHOD, LARGER),
    MeasurementSpec(
        "du_x_ufov",
        PERCENT,
        N_("Differential uniformity along X, UFOV"),
        NEMA,
        "worst",
        FIELD_METHOD,
        RUN_OF_FIVE.format(line="row"),
    ),
    MeasurementSpec(
        "du_y_ufov",
        PERCENT,
        N_("Differential uniformity along Y, UFOV"),
        NEMA,
        "worst",
        FIELD_METHOD,
        RUN_OF_FIVE.format(line="column"),
    ),
    MeasurementSpec(
        "du_x_cfov",
        PERCENT,
        N_("Differential uniformity along X, CFOV"),
        NEMA,
        "worst",
        FIELD_METHOD,
        RUN_OF_FIVE.format(line="row"),
    ),
    MeasurementSpec(
        "du_y_cfov",
        PERCENT,
        N_("Differential uniformity along Y, CFOV"),
        NEMA,
        "worst",
        FIELD_METHOD,
        RUN_OF_FIVE.format(line="column"),
    ),
    MeasurementSpec(
        "mean_counts_per_pixel",
        COUNTS,
        N_("Mean counts per analysis pixel"),
        NEMA,
        "worst",
        FIELD_METHOD,
        "mean over the UFOV; of several frames the smallest",
    ),
    MeasurementSpec(
        "noise_floor",
        PERCENT,
        N_("Integral uniformity expected of counting statistics alone"),
        DESIGN,
        "worst",
        FIELD_METHOD,
        "expected IU of a uniform UFOV with these counts; of several frames the largest",
    ),
    MeasurementSpec(
        "cv_ufov",
        PERCENT,
        N_("Coefficient of variation, UFOV"),
        DESIGN,
        "worst",
        FIELD_METHOD,
        "100 · SD / mean of the counts, not smoothed; of several frames the largest",
    ),
    MeasurementSpec(
        "centre_edge_difference",
        PERCENT,
        N_("Centre against edge"),
        DESIGN,
        "worst",
        FIELD_METHOD,
        "100 · (mean of the CFOV - mean of the rest of the UFOV) / mean of the UFOV; "
        "of several frames the one of largest magnitude",
    ),
    MeasurementSpec(
        "pmt_pattern",
        PERCENT,
        N_("Pattern of the photomultipliers"),
        DESIGN,
        "worst",
        "{mode}_hann_band{band}_RxC{variant}@1",
        "100 · root of the relative variance at periods of the tubes, that of Poisson noise taken away; "
        "of several frames the largest",
    ),
    MeasurementSpec(
        "ufov_width",
        MM,
        N_("Width of the UFOV"),
        NEMA,
        "median",
        FIELD_METHOD,
        "columns of the UFOV times their width; of several frames the median",
    ),
    MeasurementSpec(
        "ufov_height",
        MM,
        N_("Height of the UFOV"),
        NEMA,
        "median",
        FIELD_METHOD,
        "rows of the UFOV times their height; of several frames the median",
    ),
    MeasurementSpec(
        "total_counts",
        COUNTS,
        N_("Total counts"),
        DESIGN,
        "worst",
        "sum@1",
        "sum over the whole image; of several frames the smallest",
    ),
    MeasurementSpec(
        "count_rate",
        Unit.PER_SECOND,
        N_("Count rate"),
        NEMA,
        "worst",
        "sum_over_actual_frame_duration@1",
        "total counts / ActualFrameDuration; of several frames the largest",
    ),
)

PARAMETERS = (
    ParameterSpec(
        "mode",
        str,
        "nema",
        "",
        N_("order of the steps: NEMA NU 1, or that of the IAEA toolkit"),
        choices=("nema", "nmqc"),
    ),
    ParameterSpec(
        "ufov_width_mm",
        float,
        0.0,
        "mm",
        N_("width of the useful field of view that the maker states, 0 to find it"),
        minimum=0.0,
        maximum=2000.0,
    ),
    ParameterSpec(
        "ufov_height_mm",
        float,
        0.0,
        "mm",
        N_("height of the useful field of view that the maker states, 0 to find it"),
        minimum=0.0,
        maximum=2000.0,
    ),
    ParameterSpec(
        "ufov_shape",
        str,
        "rectangle",
        "",
        N_("shape of the stated field of view"),
        choices=("rectangle", "ellipse", "hexagon", "octagon"),
    ),
    ParameterSpec(
        "ufov_corner_mm",
        float,
        0.0,
        "mm",
        N_("how much of either side a cut corner of the octagon takes"),
        minimum=0.0,
        maximum=1000.0,
    ),
    ParameterSpec(
        "edge_of_matrix_is_zero",
        bool,
        True,
        "",
        N_("what lies beyond the matrix counts as empty; switch it off for floods that fill the matrix"),
    ),
    ParameterSpec(
        "dome_correction",
        str,
        "none",
        "",
        N_("take away the dome of a near source: not, at its given distance, or at the distance that fits"),
        choices=("none", "given", "fit"),
    ),
    ParameterSpec(
        "source_distance_mm",
        float,
        0.0,
        "mm",
        N_("distance of the point source from the detector, 0 if unknown"),
        minimum=0.0,
        maximum=100000.0,
    ),
    ParameterSpec(
        "pmt_pitch_mm",
        float,
        0.0,
        "mm",
        N_("distance of neighbouring photomultipliers, 0 for tubes of any usual size"),
        minimum=0.0,
        maximum=200.0,
    ),
    ParameterSpec(
        "energy_window", int, 0, "", N_("number of the energy window to measure, 0 for all"), minimum=0, maximum=99
    ),
    ParameterSpec(
        "pattern",
        str,
        "refuse",
        "",
        N_("what to do with an image that shows a pattern like bars: refuse it, or measure it with a remark"),
        choices=("refuse", "remark"),
    ),
)

DEFAULTS = {parameter.name: parameter.default for parameter in PARAMETERS}


class NmLevelA:
    """A uniform irradiation of the bare detector: one image, or several heads, windows or frames."""

    def __init__(self) -> None:
        self._method: Method = load_method()
        self.info = PhantomInfo(
            id="nm_level_a",
            title=N_("Gamma camera, intrinsic non-uniformity (level A)"),
            version="1",
            modalities=frozenset({"NM"}),
            inputs=(InputSpec("series", title=N_("flood images of the gamma camera")),),
            measures=tuple(_with_method(spec, DEFAULTS) for spec in MEASURES),
            parameters=PARAMETERS,
            subtests=("field", "counts", "count_rate", "uniformity", "spread", "pmt_pattern"),
            geometry_sha256=self._method.sha256,
        )

    def locate(self, images: ImageSet, parameters: Parameters) -> Localisation:
        """Find the useful and the central field of view on every frame."""
        from optimage_phantoms.nm_flood.locate import locate_fields

        return locate_fields(images, parameters, self._method)

    def measure(self, images: ImageSet, localisation: Localisation, parameters: Parameters) -> AnalysisResult:
        """Measure every located frame and report the worst."""
        from optimage_phantoms.nm_flood.measure import measure_floods

        specs = tuple(_with_method(spec, parameters) for spec in MEASURES)
        return measure_floods(images, localisation, parameters, method=self._method, specs=specs)


def _with_method(spec: MeasurementSpec, parameters: Parameters) -> MeasurementSpec:
    """Return `spec` with the method that `parameters` make of it; R and C are told by the image."""
    pitch = float(parameters["pmt_pitch_mm"])
    method = spec.method.replace("{mode}", str(parameters["mode"])).replace("{variant}", _variant(parameters))
    return replace(spec, method=method.replace("{band}", f"{pitch:g}mm" if pitch else ""))


def _variant(parameters: Parameters) -> str:
    """Return what of the parameters makes values incomparable."""
    if parameters["mode"] == "nmqc":
        return ""
    stated = bool(parameters["ufov_width_mm"]) and bool(parameters["ufov_height_mm"])
    return (
        ("_stated" if stated else "")
        + ("_dome" if parameters["dome_correction"] != "none" else "")
        + ("" if parameters["edge_of_matrix_is_zero"] else "_full")
    )


@hookimpl
def optimage_register_phantoms() -> list[NmLevelA]:
    """Offer the gamma camera's flood."""
    return [NmLevelA()]
