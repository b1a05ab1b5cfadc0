# SPDX-License-Identifier: LGPL-3.0-or-later
"""The documentation shows every kind of chart as the code draws it."""

import numpy as np
import pytest
from PIL import Image as Bitmap

pictures = pytest.importorskip("chart_pictures", reason="the documentation is not beside these tests")

from chart_examples import EXAMPLES, small  # noqa: E402

from optimage.cli.chart import FORMS, KINDS  # noqa: E402
from optimage.plots.chart import save_chart  # noqa: E402
from optimage.workflow import chart  # noqa: E402

PAGE = pictures.FOLDER.parents[1] / "reference" / "charts.md"
WIDTHS_MM = {**dict.fromkeys(EXAMPLES, 160.0), "small": 80.0}


def grey(path):
    with Bitmap.open(path) as bitmap:
        return np.asarray(bitmap.convert("L")).astype(float)


@pytest.mark.parametrize("name", WIDTHS_MM)
def test_a_picture_of_the_documentation_is_what_the_code_draws(name, tmp_path, monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    save_chart({**EXAMPLES, "small": small}[name](), tmp_path / "now.png", width_mm=WIDTHS_MM[name])
    shown, now = grey(pictures.FOLDER / f"{name}.png"), grey(tmp_path / "now.png")
    assert shown.shape == now.shape, 'draw them again: "make pictures"'
    # Another version of the font library moves edges of letters: 2 % of pixels. A moved line or text changes more.
    assert np.mean(np.abs(shown - now) > 64) < 0.02, 'draw them again: "make pictures"'


def test_every_kind_is_shown_and_named():
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"images/charts/{name}.png" in page for name in WIDTHS_MM)
    assert all(f"`{kind}`" in page for kind in KINDS)


def test_the_command_offers_what_the_workflow_draws():
    assert (KINDS, FORMS) == (chart.KINDS, chart.FORMS)
