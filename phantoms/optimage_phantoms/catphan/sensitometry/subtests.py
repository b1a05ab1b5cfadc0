# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-tests of the sensitometry module, each on its own."""

from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.sensitometry.hu_part import measure_inserts
from optimage_phantoms.catphan.sensitometry.pin_part import measure_pins
from optimage_phantoms.catphan.sensitometry.ramp_part import measure_increment, measure_thickness
from optimage_phantoms.parts import Subtests

SUBTESTS: Subtests[CatphanCase] = {
    "ct_numbers": measure_inserts,
    "geometry": measure_pins,
    "slice_thickness": measure_thickness,
    "increment": measure_increment,
}
