# SPDX-License-Identifier: LGPL-3.0-or-later
"""The picture of the central slice with its regions."""

from collections.abc import Iterator, Sequence

from optimage.charts.picture import picture as picture_spec
from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Align, Cell, Column, Heading, Part, Picture, Table
from optimage.i18n import _, localised
from optimage.model.images import Image
from optimage.model.shapes import Overlay, RoiStatistics

FIGURES = 4  # significant figures of pixel statistics, whose unit is the image's own


def picture(context: MeasurementContext, *, rows: int = 16) -> Iterator[Part]:
    """Show the central image that was measured, its regions by name and what they hold."""
    image = central_image(context)
    if image is None:
        return
    overlays = _overlays(context, image)
    spec = picture_spec(image, overlays)
    caption = _("Window {low} to {high}; image {uid}, frame {frame}").format(
        low=_figure(spec.low), high=_figure(spec.high), uid=image.uid, frame=image.frame
    )
    yield Heading(_("Regions"))
    yield Picture(spec, caption, _regions([o for o in overlays if o.statistics][:rows]))


def central_image(context: MeasurementContext) -> Image | None:
    """Return the middle one of the chosen slices with regions, else of any with regions, else of all."""
    result = context.result
    chosen = list(result.localisation.slices) if result.localisation else []
    with_regions = list(dict.fromkeys((overlay.uid, overlay.frame) for overlay in result.overlays))
    chosen_regions = [place for place in chosen if place in with_regions]
    for places in (chosen_regions, with_regions, chosen, list(context.images)):
        images = [context.images[place] for place in places if place in context.images]
        if images:
            images.sort(key=lambda image: (image.slice_position_mm, image.frame))
            return images[(len(images) - 1) // 2]
    return None


def _overlays(context: MeasurementContext, image: Image) -> tuple[Overlay, ...]:
    located = context.result.localisation.shapes if context.result.localisation else ()
    drawn: dict[object, Overlay] = {}
    for overlay in (*context.result.overlays, *located):
        if (overlay.uid, overlay.frame) == (image.uid, image.frame):
            drawn.setdefault(overlay.shape, overlay)
    return tuple(drawn.values())


def _regions(overlays: Sequence[Overlay]) -> Table:
    columns = (
        Column(_("Region"), 0.38),
        Column(_("Mean"), 0.23, Align.NUMBER),
        Column(_("SD"), 0.2, Align.NUMBER),
        Column(_("Pixels"), 0.19, Align.NUMBER),
    )
    return Table(columns, tuple(_region_row(o.name, o.statistics) for o in overlays if o.statistics))


def _region_row(name: str, statistics: RoiStatistics) -> tuple[Cell, ...]:
    mean, sd = statistics.mean, statistics.sd
    pixels = Cell(str(statistics.n), value=statistics.n, unit="1")
    return Cell(name), Cell(_figure(mean), value=mean), Cell(_figure(sd), value=sd), pixels


def _figure(value: float) -> str:
    return localised(f"{value:.{FIGURES}g}")
