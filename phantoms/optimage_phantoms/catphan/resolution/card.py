# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the line pairs and beads of a CATPHAN give, by which source and method, and what can be set."""

from optimage.api import N_, MeasurementSpec, ParameterSpec, Unit

ONE, PER_MM, MM = Unit.ONE, Unit.PER_MILLIMETRE, Unit.MILLIMETRE
LEVELS = (50, 30, 20, 10)
GROUPS = (2, 3, 4, 5, 6, 7, 8)
BARS_METHOD = "bars_{modulation}@1"
DEFINITIONS = ("michelson", "difference", "hu_maximum")

MODULATION_TITLES = {
    2: N_("Modulation of 2 line pairs per cm"),
    3: N_("Modulation of 3 line pairs per cm"),
    4: N_("Modulation of 4 line pairs per cm"),
    5: N_("Modulation of 5 line pairs per cm"),
    6: N_("Modulation of 6 line pairs per cm"),
    7: N_("Modulation of 7 line pairs per cm"),
    8: N_("Modulation of 8 line pairs per cm"),
}
LEVEL_TITLES = {
    50: N_("Frequency of 50 % modulation, bars"),
    30: N_("Frequency of 30 % modulation, bars"),
    20: N_("Frequency of 20 % modulation, bars"),
    10: N_("Frequency of 10 % modulation, bars"),
}
PRESAMPLED_TITLES = {
    50: N_("Frequency of 50 % modulation, bars without the blur of interpolation"),
    30: N_("Frequency of 30 % modulation, bars without the blur of interpolation"),
    20: N_("Frequency of 20 % modulation, bars without the blur of interpolation"),
    10: N_("Frequency of 10 % modulation, bars without the blur of interpolation"),
}
PYLINAC = "pylinac, CATPHAN manuals"
FALL = "where the running minimum of the relative modulation falls through {level} %, linear between groups"


def _modulations() -> tuple[MeasurementSpec, ...]:
    return tuple(
        MeasurementSpec(
            f"modulation_{group}",
            ONE,
            MODULATION_TITLES[group],
            PYLINAC,
            "single",
            BARS_METHOD,
            "(P - V) / (P + V - 2 B) over that of group 1; P bars, V gaps, B arc without bars",
            optional=True,
        )
        for group in GROUPS
    )


def _levels(suffix: str, titles: dict[int, str], method: str, definition: str) -> tuple[MeasurementSpec, ...]:
    return tuple(
        MeasurementSpec(
            f"mtf{level}{suffix}",
            PER_MM,
            titles[level],
            PYLINAC,
            "single",
            method,
            f"{FALL.format(level=level)}; {definition}",
            optional=bool(suffix) or level != LEVELS[0],
        )
        for level in LEVELS
    )


MEASURES = (
    *_modulations(),
    *_levels("", LEVEL_TITLES, BARS_METHOD, "linear interpolation on circles of 45 to 49 mm"),
    *_levels("_presampled", PRESAMPLED_TITLES, "bars_presampled@1", "Michelson above ground, splines along the bars"),
    MeasurementSpec(
        "visible_lp",
        PER_MM,
        N_("Finest visible line pairs"),
        "CATPHAN manuals",
        "single",
        "bars_10pct@1",
        "finest group of the right number of separate bars and a modulation of at least 10 %, splines along the bars",
    ),
    MeasurementSpec(
        "mtf50_droege_morin",
        PER_MM,
        N_("Frequency of 50 % MTF, spread inside line pairs"),
        "Droege and Morin, Med Phys 9 (1982)",
        "single",
        "droege_morin_harmonics@1",
        "π√2/4 · √(SD² - noise²) / (mean - B) over whole periods, odd harmonics taken away; linear between groups",
        optional=True,
    ),
    MeasurementSpec(
        "mtf10_droege_morin",
        PER_MM,
        N_("Frequency of 10 % MTF, spread inside line pairs"),
        "Droege and Morin, Med Phys 9 (1982)",
        "single",
        "droege_morin_harmonics@1",
        "π√2/4 · √(SD² - noise²) / (mean - B) over whole periods, odd harmonics taken away; linear between groups",
        optional=True,
    ),
    MeasurementSpec(
        "mtf50_bead",
        PER_MM,
        N_("Frequency of 50 % MTF, bead"),
        "CATPHAN manuals, AAPM TG-233",
        "single",
        "bead_lsf@1",
        "Fourier transform of the sums of the bead along x and y over the transform of a sphere, mean of both",
        optional=True,
    ),
    MeasurementSpec(
        "mtf10_bead",
        PER_MM,
        N_("Frequency of 10 % MTF, bead"),
        "CATPHAN manuals, AAPM TG-233",
        "single",
        "bead_lsf@1",
        "Fourier transform of the sums of the bead along x and y over the transform of a sphere, mean of both",
        optional=True,
    ),
    MeasurementSpec(
        "psf_fwhm_x",
        MM,
        N_("Width of a point along the rows"),
        "CATPHAN manuals",
        "single",
        "bead_lsf@1",
        "full width at half maximum of the sum of the bead across the rows, its own size taken away",
        optional=True,
    ),
    MeasurementSpec(
        "psf_fwhm_y",
        MM,
        N_("Width of a point along the columns"),
        "CATPHAN manuals",
        "single",
        "bead_lsf@1",
        "full width at half maximum of the sum of the bead across the columns, its own size taken away",
        optional=True,
    ),
)

PARAMETERS = (
    ParameterSpec(
        "modulation",
        str,
        DEFINITIONS[0],
        "",
        N_(
            "definition of the modulation of bars: michelson above the ground, plain difference, or "
            "hu_maximum, the maximum of seven slices as pylinac reads it"
        ),
        choices=DEFINITIONS,
    ),
)
