# SPDX-License-Identifier: LGPL-3.0-or-later
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Bitmap

from optimage.charts.control_chart import control_chart
from optimage.charts.curve import curve_chart
from optimage.charts.history import of_one_piece
from optimage.charts.picture import picture
from optimage.model.results import Curve
from optimage.model.shapes import Disc, Overlay, Rectangle
from optimage.plots.chart import DPI, WIDTH_MM, save_chart
from optimage.plots.picture import enlargement, save_picture


@pytest.fixture
def chart(context):
    return control_chart(
        of_one_piece(context.trends["noise"], context.lines["noise"]), title="Noise <b> & $x$", unit="HU"
    )


def pixels(path):
    with Bitmap.open(path) as bitmap:
        return np.asarray(bitmap.convert("RGB")).astype(float)


def points_in(svg):
    groups = re.findall(r'<g id="points-[^"]*">(.*?)</g>\s*</g>', svg, re.DOTALL)
    return sum(group.count("<use ") for group in groups)


def test_the_file_has_as_many_points_as_the_history(chart, context, tmp_path):
    save_chart(chart, tmp_path / "chart.svg")
    svg = (tmp_path / "chart.svg").read_text("utf-8")
    assert points_in(svg) == len(context.trends["noise"]) == 39
    assert "Noise &lt;b&gt; &amp; $x$" in svg


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_drawing_a_chart_again_gives_the_same_bytes(chart, tmp_path, suffix):
    first, second = tmp_path / f"first.{suffix}", tmp_path / f"second.{suffix}"
    save_chart(chart, first)
    save_chart(chart, second)
    assert first.read_bytes() == second.read_bytes()


def test_a_chart_without_points_and_a_curve_can_be_drawn(tmp_path):
    save_chart(control_chart(of_one_piece([], None), title="Noise", unit="HU"), tmp_path / "empty.png")
    save_chart(curve_chart(Curve("mtf", (0.0, 1.0, 2.0), (1.0, float("nan"), 0.2))), tmp_path / "curve.svg")
    height, width, _colours = pixels(tmp_path / "empty.png").shape
    assert width == pytest.approx(WIDTH_MM / 25.4 * DPI, abs=1)
    assert height > width / 3
    assert (tmp_path / "curve.svg").stat().st_size > 0


@pytest.mark.parametrize("spacing_mm", [(1.0, 1.0), (0.5, 1.0)])
def test_a_circle_is_drawn_where_the_region_lies(image, tmp_path, spacing_mm):
    disc = Disc(100.3, 141.8, 30.0, spacing_mm)
    spec = picture(replace(image, spacing_mm=spacing_mm), [Overlay("", disc, image.uid)])
    save_picture(spec, tmp_path / "picture.png")
    bitmap = pixels(tmp_path / "picture.png")
    height, width = bitmap.shape[:2]
    assert (width, height) == (256 * enlargement(spec), 256 * enlargement(spec) * spec.aspect)
    yellow = (bitmap[:, :, 0] > 200) & (bitmap[:, :, 2] < 90)
    rows, columns = np.nonzero(yellow)
    # the middle of the outermost coloured pixels, in pixels of the image
    row = ((rows.min() + rows.max() + 1) / 2) * 256 / height - 0.5
    column = ((columns.min() + columns.max() + 1) / 2) * 256 / width - 0.5
    assert (row, column) == pytest.approx((disc.row, disc.column), abs=0.5)  # one pixel of the file, about
    radius = (columns.max() - columns.min()) / 2 * 256 / width
    assert radius == pytest.approx(disc.radii_px[1], abs=1.0)


def test_a_rectangle_touches_the_pixels_it_names(image, tmp_path):
    """Edges of a region of whole pixels lie between pixels, half a pixel from their centres."""
    spec = picture(image, [Overlay("", Rectangle(20.5, 30.5, 10, 20), image.uid)])  # rows 16-25, columns 21-40
    save_picture(spec, tmp_path / "picture.png")
    bitmap = pixels(tmp_path / "picture.png")
    factor = enlargement(spec)
    rows, columns = np.nonzero((bitmap[:, :, 0] > 200) & (bitmap[:, :, 2] < 90))
    edges = np.array([rows.min(), rows.max() + 1, columns.min(), columns.max() + 1]) / factor
    assert edges == pytest.approx([16, 26, 21, 41], abs=0.5)


def test_drawing_never_starts_pyplot():
    code = "import sys, optimage.plots.chart, optimage.plots.picture; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
