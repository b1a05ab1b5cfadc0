# SPDX-License-Identifier: LGPL-3.0-or-later
"""The images that a report shows: those its result's overlays lie on, read again."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from optimage.dicom.reader import load_images
from optimage.errors import ImageError, StoreError
from optimage.model.images import Image
from optimage.model.outcome import Result

log = logging.getLogger(__name__)


def load_shown(result: Result, origin_of: Callable[[str], Path | bytes | None]) -> Mapping[tuple[str, int], Image]:
    """Return the images that the overlays of `result` lie on, by UID and frame.

    `origin_of` tells where an image is, by its UID; None where that is not
    known. An image that has gone or cannot be read is left out and logged:
    the numbers of the report stand without its picture.
    """
    wanted = {(overlay.uid, overlay.frame) for overlay in result.overlays}
    images = {}
    for uid in dict.fromkeys(uid for uid, _ in sorted(wanted)):
        try:
            origin = origin_of(uid)
            loaded = load_images(origin) if origin is not None else ()
        except (ImageError, StoreError):
            log.warning("the image %s of result %s cannot be shown", uid, result.id, exc_info=True)
            continue
        images.update({(image.uid, image.frame): image for image in loaded if (image.uid, image.frame) in wanted})
    return images
