# SPDX-License-Identifier: LGPL-3.0-or-later
"""Draws the charts that the documentation shows: `make pictures`."""

import os
from pathlib import Path

from chart_examples import EXAMPLES, small
from PIL import Image as Bitmap

from optimage.charts.spec import ChartSpec
from optimage.plots.chart import save_chart

FOLDER = Path(__file__).resolve().parents[1] / "images" / "charts"
COLOURS = 64


def main() -> None:
    """Draw every kind, and one as small as it is meant to be readable."""
    os.environ["OPTIMAGE_LANGUAGE"] = "en"
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, build in EXAMPLES.items():
        draw(build(), FOLDER / f"{name}.png", width_mm=160.0)
    draw(small(), FOLDER / "small.png", width_mm=80.0)


def draw(spec: ChartSpec, path: Path, *, width_mm: float) -> None:
    """Draw a chart with as few colours as its lines and letters need: the file is a third as large."""
    save_chart(spec, path, width_mm=width_mm)
    with Bitmap.open(path) as bitmap:
        few = bitmap.convert("RGB").quantize(COLOURS, dither=Bitmap.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
