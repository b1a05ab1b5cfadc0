# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the low-contrast module gives, by which source and method."""

from optimage.api import N_, MeasurementSpec, ParameterSpec, Unit
from optimage_phantoms.catphan.contrast.titles import CONTRASTS, RATIOS, SEEN, THRESHOLDS

HU, MM, ONE = Unit.HOUNSFIELD, Unit.MILLIMETRE, Unit.ONE
LARGEST = "contrast_15mm_"
"""How the keys of rods begin that every low-contrast module has; others may not be known."""
PYLINAC, STATISTICAL = "pylinac", "statistical low-contrast detectability, 3.29 σ"

MEASURES = (
    *(
        MeasurementSpec(
            key,
            HU,
            title,
            PYLINAC,
            method="rod_less_two_discs@1",
            formula="mean of the rod - mean of two discs on its ray, on the mean of the slices of the module",
            optional=not key.startswith(LARGEST),
        )
        for key, title in CONTRASTS.items()
    ),
    *(
        MeasurementSpec(
            key,
            ONE,
            title,
            PYLINAC,
            method="contrast_over_sd_beside@1",
            formula="|contrast| / SD of the pixels of the two discs beside, in single slices",
        )
        for key, title in RATIOS.items()
    ),
    MeasurementSpec(
        "figure_of_merit",
        "1/mGy",
        N_("Figure of merit"),
        "design",
        method="cnr2_over_ctdi@1",
        formula="cnr_15mm_1_0² / ctdi_vol",
        optional=True,
    ),
    *(
        MeasurementSpec(
            key,
            HU,
            title,
            STATISTICAL,
            method="packed_discs_quadratic@1",
            formula="3.29 · SD of the means of discs that do not overlap, uniformity module less a quadratic surface",
        )
        for key, title in THRESHOLDS.items()
    ),
    *(
        MeasurementSpec(
            key,
            MM,
            title,
            STATISTICAL,
            method="contrast_at_least_threshold@1",
            formula="smallest diameter whose contrast, and that of all larger rods, reaches its lcd_threshold",
        )
        for key, title in SEEN.items()
    ),
)

PARAMETERS: tuple[ParameterSpec, ...] = ()
