# SPDX-License-Identifier: LGPL-3.0-or-later
"""A localisation gives back the discs that were put in."""

import numpy as np
import pytest

from optimage.model.images import Image
from optimage.model.shapes import Disc, Localisation

RING = Disc(10.0, 12.0, 5.0, (1.0, 1.0))
IMAGE = Image(np.zeros((4, 4), np.int16), "1.2.3", frame=2)


def test_one_disc_on_one_image_is_a_localisation():
    localisation = Localisation.of_disc("ring", IMAGE, RING)
    assert localisation.disc("ring") == RING
    assert localisation.disc("ring", "1.2.3", 2) == RING
    assert localisation.slices == (("1.2.3", 2),)


def test_a_disc_of_another_name_or_image_is_not_there():
    localisation = Localisation.of_disc("ring", IMAGE, RING)
    with pytest.raises(KeyError):
        localisation.disc("hole")
    with pytest.raises(KeyError):
        localisation.disc("ring", "1.2.3", 0)
