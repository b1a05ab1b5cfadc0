# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every kind of slice that was measured, with its regions."""

from collections.abc import Iterator

from optimage.charts.picture import cropped
from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Heading, Part, Pictures
from optimage.i18n import _, localised
from optimage.model.images import Image
from optimage.model.shapes import Overlay


def montage(context: MeasurementContext, *, most: int = 6) -> Iterator[Part]:
    """Show one image of each kind, where there are several: images whose regions have other names are other kinds.

    An image with some of the regions of another is of no kind of its own.
    The images stand in the order of their positions, `most` of them at most.
    """
    kinds = _kinds(context)
    if len(kinds) < 2:
        return
    shown = sorted(kinds, key=lambda kind: (kind[0].slice_position_mm, kind[0].frame))[:most]
    yield Heading(_("Slices measured"))
    yield Pictures(tuple((cropped(image, overlays), _caption(image)) for image, overlays in shown))


def _kinds(context: MeasurementContext) -> list[tuple[Image, tuple[Overlay, ...]]]:
    """Return one image of each kind, the middle one of its kind, with its overlays."""
    by_image: dict[tuple[str, int], list[Overlay]] = {}
    for overlay in context.result.overlays:
        if (overlay.uid, overlay.frame) in context.images:
            by_image.setdefault((overlay.uid, overlay.frame), []).append(overlay)
    by_names: dict[frozenset[str], list[tuple[str, int]]] = {}
    for place, overlays in by_image.items():
        by_names.setdefault(frozenset(overlay.name for overlay in overlays), []).append(place)
    kinds = (places for names, places in by_names.items() if not any(names < other for other in by_names))
    chosen = (places[(len(places) - 1) // 2] for places in kinds)
    return [(context.images[place], tuple(by_image[place])) for place in chosen]


def _caption(image: Image) -> str:
    number = image.header.get("InstanceNumber", "")
    position = localised(f"{image.slice_position_mm:.1f}")
    return _("Image {number}, at {position} mm").format(number=number or "–", position=position)
