# SPDX-License-Identifier: LGPL-3.0-or-later
"""What can be set for this module."""

from optimage.api import N_, ParameterSpec, ParameterValue

PARAMETERS = (
    ParameterSpec(
        "squares",
        str,
        "five_px",
        "",
        N_("five squares of 20 pixels, 40 pixels off the middle, or of 20 mm, 0.45 of the radius off the middle"),
        choices=("five_px", "five_mm"),
    ),
    ParameterSpec(
        "smoothing_kernel",
        int,
        9,
        "px",
        N_("width of the moving mean of the smoothing method: 9 for head coils, 25 for body coils"),
        minimum=3,
        maximum=51,
    ),
    ParameterSpec(
        "detrend",
        int,
        0,
        "",
        N_("order of the polynomial taken away from the difference of a pair, 0 for none"),
        minimum=0,
        maximum=2,
    ),
    ParameterSpec(
        "channels",
        int,
        0,
        "",
        N_("channels of the coil whose magnitudes were added, 0 to tell them by the background"),
        minimum=0,
        maximum=256,
    ),
    ParameterSpec(
        "nine_point_kernel",
        bool,
        True,
        "",
        N_("smooth by the nine-point kernel before the extremes and deviations are taken"),
    ),
    ParameterSpec(
        "profiles",
        str,
        "160_px",
        "",
        N_("length of the profiles of the fractional uniformity; 10 pixels or mm wide"),
        choices=("160_px", "160_mm"),
    ),
    ParameterSpec(
        "profile_reference",
        str,
        "mode",
        "",
        N_("level that the profiles are compared with: the most frequent value of the middle, or the median"),
        choices=("mode", "median"),
    ),
    ParameterSpec(
        "diameter_mm",
        float,
        0.0,
        "mm",
        N_("known diameter of a round phantom, 0 to compare with its mean diameter"),
        minimum=0.0,
        maximum=600.0,
    ),
    ParameterSpec(
        "slice_width_mm",
        float,
        0.0,
        "mm",
        N_("measured slice width for the normalisation, 0 to take the nominal one"),
        minimum=0.0,
        maximum=100.0,
    ),
)

DEFAULTS: dict[str, ParameterValue] = {parameter.name: parameter.default for parameter in PARAMETERS}
