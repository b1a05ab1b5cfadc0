# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the module promises: the cards of its parts, joined."""

from optimage.api import ParameterValue
from optimage_phantoms.catphan.contrast import card as contrast
from optimage_phantoms.catphan.finding import card as finding
from optimage_phantoms.catphan.resolution import card as resolution
from optimage_phantoms.catphan.sensitometry import card as sensitometry
from optimage_phantoms.catphan.uniform import card as uniform

PARTS = (sensitometry, resolution, uniform, contrast)
MEASURES = tuple(spec for part in PARTS for spec in part.MEASURES)
PARAMETERS = (*finding.PARAMETERS, *(parameter for part in PARTS for parameter in part.PARAMETERS))
DEFAULTS: dict[str, ParameterValue] = {parameter.name: parameter.default for parameter in PARAMETERS}
SUBTESTS = (
    "ct_numbers",
    "geometry",
    "slice_thickness",
    "increment",
    "line_pairs",
    "bead",
    "header",
    "uniformity",
    "uniformity_profiles",
    "noise",
    "noise_power",
    "low_contrast",
    "low_contrast_cnr",
    "low_contrast_detectability",
    "low_contrast_visibility",
)
"""In the order they run in; `measure.SUBTESTS` are the functions, which need more than a card should import."""
