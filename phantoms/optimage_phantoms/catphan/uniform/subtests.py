# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-tests of the uniformity module and of the header, each on its own."""

from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.uniform import discs, header, noise, power, profiles
from optimage_phantoms.parts import Subtests

SUBTESTS: Subtests[CatphanCase] = {
    "header": header.of_scan,
    "uniformity": discs.of_discs,
    "uniformity_profiles": profiles.of_mean,
    "noise": noise.of_disc,
    "noise_power": power.of_squares,
}
