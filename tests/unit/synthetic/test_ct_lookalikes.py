# SPDX-License-Identifier: LGPL-3.0-or-later
"""Phantoms that are no CATPHAN are drawn through the same machinery, and hold what they are said to hold."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest

from optimage.synthetic.catphan import Catphan, draw_catphan, render_catphan
from optimage.synthetic.catphan_layout import Layout, polar
from optimage.synthetic.ct_lookalikes import acr_464, head, quart_dvt, water_cylinder
from optimage.synthetic.ellipsoids import Ellipsoid
from optimage.synthetic.placement import Placement

SCAN = Catphan(acr_464(), matrix=(128, 128), spacing_mm=(2.0, 2.0), thickness_mm=5.0)


def at(values, place_mm):
    """Return the pixel at a place in mm of an untilted, centred phantom."""
    return values[round(63.5 + place_mm[1] / 2.0), round(63.5 + place_mm[0] / 2.0)]


@pytest.mark.parametrize("phantom", [acr_464, quart_dvt, water_cylinder, head])
def test_a_whole_scan_of_each_begins_and_ends_in_air(phantom):
    images = render_catphan(replace(SCAN, layout=phantom(), noise_hu=5.0))
    middles = [image.values()[60:68, 60:68].mean() for image in images]
    assert middles[0] < -900.0
    assert middles[-1] < -900.0
    assert max(middles) > -100.0


def test_the_acr_phantom_has_four_large_inserts_and_no_pins():
    values = draw_catphan(SCAN, 0.0)
    found = [at(values, polar(63.0, angle)) for angle in (-45.0, -135.0, 135.0, 45.0)]
    assert found == pytest.approx([955.0, -95.0, 120.0, -1000.0])
    assert at(values, (25.0, 25.0)) == pytest.approx(0.0, abs=1e-6)


def test_the_head_is_bone_around_brain():
    values = draw_catphan(replace(SCAN, layout=head()), 0.0)
    assert at(values, (0.0, 60.0)) == pytest.approx(35.0)
    assert at(values, (0.0, 89.0)) == pytest.approx(1000.0)


@pytest.mark.parametrize("place", [Placement(), Placement(roll_deg=30.0, offset_mm=(3.0, 2.0), scale=1.02)])
def test_an_ellipsoid_is_cut_where_it_is(place):
    """At half of its half axis along z the cut has 3/4 of the area; shading over a pixel errs by less than 1 %."""
    layout = Layout("one", (), ellipsoids=(Ellipsoid((5.0, -4.0, 10.0), (60.0, 40.0, 30.0), 0.0),))
    values = draw_catphan(replace(SCAN, layout=layout, place=place), 25.0) + 1000.0
    assert values.sum() * 4.0 / 1000.0 == pytest.approx(0.75 * pi * 60.0 * 40.0 * place.scale**2, rel=0.01)
    grid = SCAN.grid
    centre = (values * grid.x_mm).sum() / values.sum(), (values * grid.y_mm).sum() / values.sum()
    assert np.allclose(centre, place.at(25.0).to_image(5.0, -4.0), atol=0.02)
