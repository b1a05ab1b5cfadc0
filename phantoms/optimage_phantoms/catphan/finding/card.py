# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person may set by hand where the phantom is not found, or found wrong; what is not set is found."""

from optimage.api import N_, ParameterSpec

AUTO = "auto"
MODELS = ("500", "503", "504", "600", "604", "700")

PARAMETERS = (
    ParameterSpec(
        "model",
        str,
        AUTO,
        "",
        N_("CATPHAN model, auto to recognise it"),
        choices=(AUTO, *MODELS),
    ),
    ParameterSpec(
        "origin_slice",
        int,
        0,
        "",
        N_("number of the slice through the middle of the sensitometry module, in order of position; 0 to find it"),
        minimum=0,
    ),
    ParameterSpec(
        "origin_slice_mm",
        str,
        AUTO,
        "mm",
        N_("position along the slice normal of the middle of the sensitometry module; auto to find it"),
    ),
    ParameterSpec(
        "centre_row",
        float,
        0.0,
        "px",
        N_("row of the phantom's axis on the slice through the sensitometry module, 0 to find it"),
        minimum=0.0,
    ),
    ParameterSpec(
        "centre_column",
        float,
        0.0,
        "px",
        N_("column of the phantom's axis on the slice through the sensitometry module, 0 to find it"),
        minimum=0.0,
    ),
    ParameterSpec(
        "roll_deg",
        str,
        AUTO,
        "°",
        N_("rotation of the phantom, clockwise on the screen; auto to find it"),
    ),
    ParameterSpec(
        "mirrored",
        str,
        AUTO,
        "",
        N_("whether the images show the phantom mirrored, auto to find it"),
        choices=(AUTO, "no", "yes"),
    ),
    ParameterSpec(
        "direction",
        str,
        AUTO,
        "",
        N_("whether the uniformity module lies towards larger (up) or smaller (down) slice positions"),
        choices=(AUTO, "up", "down"),
    ),
)
