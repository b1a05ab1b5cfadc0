# SPDX-License-Identifier: LGPL-3.0-or-later
"""The logo of a site: read once, as small as paper needs it, without what else its file holds."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image as Bitmap
from PIL import UnidentifiedImageError

from optimage.errors import UsageError
from optimage.messages import N_

MOST_PIXELS = 900, 240  # 450 dpi at the largest size in a page head
WIDTH_MM, HEIGHT_MM = 50.0, 12.0


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG and its size on paper, as large as fits into 50 mm x 12 mm."""

    png: bytes
    width_mm: float
    height_mm: float


@lru_cache(maxsize=8)
def read_logo(data: bytes) -> Logo:
    """Return the picture in the bytes of a PNG or JPEG file.

    Raises
    ------
    UsageError
        `bad_logo`: it is no such file, or a broken one.
    """
    try:
        with Bitmap.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
            bitmap = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Bitmap.DecompressionBombError) as error:
        raise UsageError(
            "bad_logo",
            N_("the logo cannot be read: {reason}"),
            advice=N_("save it as PNG or JPEG"),
            reason=str(error),
        ) from error
    bitmap.thumbnail(MOST_PIXELS)
    stream = BytesIO()
    bitmap.save(stream, "PNG")
    scale = min(WIDTH_MM / bitmap.width, HEIGHT_MM / bitmap.height)
    return Logo(stream.getvalue(), bitmap.width * scale, bitmap.height * scale)


def logo_or_reason(data: bytes) -> Logo | UsageError:
    """Return the picture, or why there is none: a site's logo must not cost it the report."""
    try:
        return read_logo(data)
    except UsageError as error:
        return error
