# SPDX-License-Identifier: LGPL-3.0-or-later
"""A picture with its regions as PNG, for forms that have no vectors."""

from io import BytesIO
from pathlib import Path

from PIL import Image as Bitmap
from PIL import ImageDraw, ImageFont

from optimage.charts.palette import OVERLAY
from optimage.charts.picture import PictureSpec
from optimage.charts.scene import Measure
from optimage.report.outlined import BASE_PT, NAME_PT, Outlined, bitmap, outlined

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
PIXELS_A_POINT = 4  # 288 dpi
BEHIND_NAMES = (0, 0, 0, 140)


def picture_png(spec: PictureSpec, *, width: float, height: float, measure: Measure) -> bytes:
    """Return a picture as large as fits into `width` x `height` points, 4 pixels a point."""
    shown = outlined(spec, width=width, height=height, measure=measure)
    size = max(1, round(shown.width * PIXELS_A_POINT)), max(1, round(shown.height * PIXELS_A_POINT))
    drawn = bitmap(spec).convert("RGB").resize(size, Bitmap.Resampling.NEAREST)
    _draw(ImageDraw.Draw(drawn, "RGBA"), shown)
    stream = BytesIO()
    drawn.save(stream, "PNG")
    return stream.getvalue()


def _draw(pen: ImageDraw.ImageDraw, shown: Outlined) -> None:
    for places, closed in shown.outlines:
        line = [_pixel(shown, *place) for place in (*places, *places[: int(closed)])]
        for shade, width_pt in (("#000000", 1.6), (OVERLAY, 0.7)):
            pen.line(line, fill=shade, width=max(1, round(width_pt * PIXELS_A_POINT)))
    font = ImageFont.truetype(str(FONT), NAME_PT * PIXELS_A_POINT)
    for name in shown.names:
        box = name.box
        pen.rectangle((*_pixel(shown, box.left, box.top), *_pixel(shown, box.right, box.bottom)), fill=BEHIND_NAMES)
        foot = _pixel(shown, (box.left + box.right) / 2, box.bottom + BASE_PT)
        pen.text(foot, name.text, fill=OVERLAY, font=font, anchor="ms")


def _pixel(shown: Outlined, x: float, y: float) -> tuple[float, float]:
    return x * PIXELS_A_POINT, (shown.height - y) * PIXELS_A_POINT
