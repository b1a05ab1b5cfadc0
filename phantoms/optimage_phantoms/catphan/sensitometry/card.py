# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the card says of CT numbers, distances, slice thickness and increment, and what can be set."""

from dataclasses import dataclass

from optimage.api import N_, MeasurementSpec, ParameterSpec, Unit

HU, MM, ONE = Unit.HOUNSFIELD, Unit.MILLIMETRE, Unit.ONE
MANUAL = "CATPHAN manuals"
PINS = "CATPHAN manuals: pins 50 mm apart"
RAMPS = "CATPHAN manuals: wire ramps of 23°"

NUMBERS = {
    "air": N_("CT number of air"),
    "lung": N_("CT number of lung foam"),
    "pmp": N_("CT number of PMP"),
    "ldpe": N_("CT number of LDPE"),
    "polystyrene": N_("CT number of polystyrene"),
    "water": N_("CT number of the water vial"),
    "acrylic": N_("CT number of acrylic"),
    "bone20": N_("CT number of 20 % bone"),
    "delrin": N_("CT number of Delrin"),
    "bone50": N_("CT number of 50 % bone"),
    "teflon": N_("CT number of Teflon"),
}
DEVIATIONS = {
    "air": N_("SD in air"),
    "lung": N_("SD in lung foam"),
    "pmp": N_("SD in PMP"),
    "ldpe": N_("SD in LDPE"),
    "polystyrene": N_("SD in polystyrene"),
    "water": N_("SD in the water vial"),
    "acrylic": N_("SD in acrylic"),
    "bone20": N_("SD in 20 % bone"),
    "delrin": N_("SD in Delrin"),
    "bone50": N_("SD in 50 % bone"),
    "teflon": N_("SD in Teflon"),
}
IN_EVERY_MODEL = ("air", "ldpe", "acrylic", "teflon")
SIDES = {
    "right": N_("distance of the right pins"),
    "bottom": N_("distance of the lower pins"),
    "left": N_("distance of the left pins"),
    "top": N_("distance of the upper pins"),
}
DIAGONALS = {
    "falling": N_("diagonal of the pins from the upper left to the lower right"),
    "rising": N_("diagonal of the pins from the lower left to the upper right"),
}
THICKNESSES = (
    N_("slice thickness by the right ramp"),
    N_("slice thickness by the lower ramp"),
    N_("slice thickness by the left ramp"),
    N_("slice thickness by the upper ramp"),
)


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a kind of measurement comes from, and its method id."""

    source: str
    method: str

    def spec(self, key: str, unit: str, title: str, formula: str, *, optional: bool = False) -> MeasurementSpec:
        """Return one measurement made this way."""
        return MeasurementSpec(key, unit, title, self.source, "single", self.method, formula, optional)


def _inserts() -> tuple[MeasurementSpec, ...]:
    mean, sd = _Way(MANUAL, "insert_mean@1"), _Way(MANUAL, "insert_sd@1")
    specs: list[MeasurementSpec] = []
    for key, title in NUMBERS.items():
        formula = "mean of a disc of 4 mm radius in the insert, over the slices in the middle of the module"
        optional = key not in IN_EVERY_MODEL
        specs.append(mean.spec(f"hu_{key}", HU, title, formula, optional=optional))
        formula = "SD in the same disc, pooled over the slices"
        specs.append(sd.spec(f"hu_sd_{key}", HU, DEVIATIONS[key], formula, optional=optional))
    return tuple(specs)


def _together() -> tuple[MeasurementSpec, ...]:
    line = _Way(MANUAL, "density_line@1")
    formula = "straight line through CT number against relative electron density"
    return (
        _Way(MANUAL, "nominal_error@1").spec(
            "hu_max_error",
            HU,
            N_("largest error of a CT number"),
            "measured - nominal CT number, largest magnitude, with its sign",
        ),
        line.spec("hu_linearity_slope", HU, N_("slope of CT number against electron density"), formula),
        line.spec("hu_linearity_intercept", HU, N_("CT number at electron density 0"), formula),
        line.spec("hu_linearity_r2", ONE, N_("coefficient of determination of the linearity"), formula),
        _Way("pylinac (definition)", "lcv_two_delta@1").spec(
            "lcv",
            ONE,
            N_("low-contrast visibility"),
            "2 · |HU LDPE - HU polystyrene| / (SD LDPE + SD polystyrene)",
            optional=True,
        ),
        _Way("AAPM Report 1", "acrylic_water@1").spec(
            "contrast_scale",
            "1/(m·HU)",
            N_("contrast scale"),
            "(µ acrylic - µ water) / (HU acrylic - HU water), µ as given",
            optional=True,
        ),
    )


def _pins() -> tuple[MeasurementSpec, ...]:
    size, lines = _Way(PINS, "pins_affine@1"), _Way(PINS, "pin_centroids@1")
    pitch = "50 mm / distance in pixels, from the affine map that takes the places of the pins to pixels"
    apart = "distance of centroids by the pixel spacing of the header"
    sides = [lines.spec(f"pin_distance_{side}", MM, title, apart, optional=True) for side, title in SIDES.items()]
    diagonals = [lines.spec(f"pin_diagonal_{key}", MM, title, apart, optional=True) for key, title in DIAGONALS.items()]
    return (
        size.spec("pixel_size_x", "mm/px", N_("pixel size along rows, by the pins"), pitch),
        size.spec("pixel_size_y", "mm/px", N_("pixel size along columns, by the pins"), pitch),
        *sides,
        lines.spec("pin_distance_mean", MM, N_("mean distance of the pins"), "mean of the sides of the square"),
        *diagonals,
        lines.spec(
            "pin_aspect",
            ONE,
            N_("aspect ratio of the pins"),
            "mean of upper and lower side / mean of left and right side",
        ),
        lines.spec("distance_error_max", MM, N_("largest error of a distance of pins"), "largest |side - 50 mm|"),
    )


def _ramps() -> tuple[MeasurementSpec, ...]:
    width, travel = _Way(RAMPS, "ramp_fwhm_{ramp_factor}_psf{psf_fwhm_mm}@1"), _Way(RAMPS, "ramp_travel@1")
    formula = "full width at half maximum along the wire · tan 23°, mean over slices"
    return (
        *(
            width.spec(f"slice_thickness_{number}", MM, title, formula, optional=True)
            for number, title in enumerate(THICKNESSES, start=1)
        ),
        width.spec(
            "slice_thickness",
            MM,
            N_("slice thickness"),
            "mean over the ramps; one without its opposite counts only where there is no pair",
        ),
        travel.spec(
            "increment",
            MM,
            N_("table increment"),
            "slope of the ramps' centres against slice position · tan 23° · increment of the header",
            optional=True,
        ),
        travel.spec(
            "increment_error",
            MM,
            N_("error of the table increment"),
            "measured increment - increment of the header",
            optional=True,
        ),
    )


MEASURES = (*_inserts(), *_together(), *_pins(), *_ramps())

PARAMETERS = (
    ParameterSpec(
        "ramp_factor",
        str,
        "tangent",
        "",
        N_("factor from length along a ramp to thickness: tangent of 23°, or 0.42 as the manual rounds it"),
        choices=("tangent", "0.42"),
    ),
    ParameterSpec(
        "psf_fwhm_mm",
        float,
        0.0,
        "mm",
        N_("full width at half maximum of the blur in the slice, taken off the ramps' width in quadrature; 0 for none"),
        minimum=0.0,
        maximum=5.0,
    ),
    ParameterSpec(
        "mu_acrylic_per_mm",
        float,
        0.0,
        "1/mm",
        N_("linear attenuation of acrylic at the effective energy of the beam, for the contrast scale; 0 if not known"),
        minimum=0.0,
        maximum=1.0,
    ),
    ParameterSpec(
        "mu_water_per_mm",
        float,
        0.0,
        "1/mm",
        N_("linear attenuation of water at the effective energy of the beam, for the contrast scale; 0 if not known"),
        minimum=0.0,
        maximum=1.0,
    ),
)
