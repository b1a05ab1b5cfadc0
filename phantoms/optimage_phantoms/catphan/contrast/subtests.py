# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-tests of the low-contrast module, each on its own."""

from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.contrast import detectability, ratio, rod_part, visibility
from optimage_phantoms.parts import Subtests

SUBTESTS: Subtests[CatphanCase] = {
    "low_contrast": rod_part.of_rods,
    "low_contrast_cnr": ratio.of_largest_rods,
    "low_contrast_detectability": detectability.of_discs,
    "low_contrast_visibility": visibility.of_groups,
}
