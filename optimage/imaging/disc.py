# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finding a bright disc without knowing the unit of the values or the size of the disc."""

from math import inf

from optimage.imaging.locate import find_disc
from optimage.imaging.rules import DiscRules
from optimage.imaging.segment import coarsen
from optimage.model.images import Image
from optimage.model.shapes import Disc

# Design: everything as a share of the shorter side of the image, so that one rule serves every modality.
PITCHES = 128  # coarse pixels along that side
OPENING = 1 / 64
WIDE_OPENING = 1 / 16
SMALLEST = 1 / 8
LARGEST = 1.5
# The means of the two halves of pure noise are 2·√(2/π) = 1.6 standard deviations apart, two clean levels at least 2.
LEAST_CONTRAST_SD = 1.8


def find_bright_disc(image: Image) -> Disc:
    """Return the outline of the one bright disc on the dark ground of `image`.

    The disc may measure an eighth of the image or more; its edge is where
    half the brightness is reached. Values need no particular unit. Noise
    alone, without a disc, is told by its one level instead of two. Use
    `optimage.imaging.locate.find_disc` where size and contrast are known:
    what is known of a phantom tells it better from other round things.

    Raises
    ------
    AnalysisError
        `phantom_not_found`, `several_phantoms`, `phantom_cut_off`, or
        `missing_attribute` without `PixelSpacing`.
    """
    spacing = image.required_spacing_mm
    side = min(count * pitch for count, pitch in zip(image.shape, spacing, strict=True))
    values, pitch_mm = image.values(), side / PITCHES
    rules = DiscRules(
        pitch_mm=pitch_mm,
        opening_mm=side * OPENING,
        wide_opening_mm=side * WIDE_OPENING,
        lowest=-inf,
        smallest_diameter_mm=side * SMALLEST,
        largest_diameter_mm=side * LARGEST,
        circularity=0.7,
        second_area=0.5,
        contrast=LEAST_CONTRAST_SD * float(coarsen(values, spacing, pitch_mm=pitch_mm).values.std()),
        edge_share=0.5,
        roundness=0.02,
    )
    return find_disc(values, spacing, rules).disc
