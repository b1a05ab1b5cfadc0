# SPDX-License-Identifier: LGPL-3.0-or-later
"""Find the phantom on every scan, and refuse what shows something else."""

from collections.abc import Mapping

from optimage.api import AnalysisError, Image, ImageSet, Localisation, Overlay, Polyline
from optimage.imaging.masks import outlines
from optimage_phantoms.mr_flood.area import Area, find_area, touches_border
from optimage_phantoms.mr_flood.case import CIRCLE, FLOOD, OUTLINE, PLATES, inner_part
from optimage_phantoms.mr_flood.method import Method
from optimage_phantoms.mr_flood.objects import check_object, is_real
from optimage_phantoms.mr_flood.pairs import Scan, scans_of
from optimage_phantoms.mr_flood.structure import find_structure

ODD_SHAPE = 0.5  # confidence in an outline that is neither circle nor rectangle
MOST_TELLING = (
    "not_homogeneous",
    "phantom_not_found",
    "missing_attribute",
    "phase_image",
    "wrong_object",
    "wrong_modality",
)


def locate_phantom(images: ImageSet, method: Method) -> Localisation:
    """Find the phantom on the first image of every scan.

    A series is measured where at least half of its slices show a
    homogeneous phantom, or the slice-width plates.

    Raises
    ------
    AnalysisError
        The most telling reason if too little can be measured.
    """
    found: dict[str, Localisation] = {}
    refused: dict[str, AnalysisError] = {}
    scans = scans_of(images, method.pairs)
    for scan in scans:
        try:
            found[scan.item] = _locate(scan, method)
        except AnalysisError as error:
            refused[scan.item] = error
    if len(found) < method.homogeneity.series_share * len(scans):
        raise min(refused.values(), key=_rank)
    return _joined(found, refused)


def _locate(scan: Scan, method: Method) -> Localisation:
    image = scan.first
    for one in (image, *([scan.second] if scan.second else [])):
        check_object(one, method)
    values, spacing = image.values(), image.required_spacing_mm
    area = find_area(values, spacing, method.area)
    shapes = _shapes(image, area)
    outline = shapes[0].shape
    points = outline.points if isinstance(outline, Polyline) else ()
    inner = area.mask & inner_part(area.circle, points, image.shape, method.region.area_share)
    level = area.background if is_real(image) else 0.0
    structure = find_structure(values - level, area.mask, inner, spacing_mm=spacing, rules=method.homogeneity)
    model = FLOOD
    if structure.share > structure.limit:
        rods = _rods(image, area)
        if not rods:
            raise structure.refusal()
        model, shapes = PLATES, shapes + rods
    return Localisation(
        shapes,
        ((image.uid, image.frame),),
        model=model,
        confidence=1.0 if area.circle or area.rectangle else ODD_SHAPE,
        reasons=_remarks(area, method),
        figures={"structure_percent": 100.0 * structure.share},
    )


def _rods(image: Image, area: Area) -> tuple[Overlay, ...]:
    """Return the rods of slice width plates; empty where there are none."""
    from optimage_phantoms.mr_flood.plates import find_plates
    from optimage_phantoms.mr_flood.slice_width import rod_overlays

    plates = find_plates(image, area.mask)
    return () if plates is None else tuple(rod_overlays(image, plates))


def _shapes(image: Image, area: Area) -> tuple[Overlay, ...]:
    outline = Overlay(OUTLINE, Polyline(outlines(area.mask)[0], closed=True), image.uid, image.frame)
    if area.circle is None:
        return (outline,)
    return outline, Overlay(CIRCLE, area.circle, image.uid, image.frame)


def _remarks(area: Area, method: Method) -> tuple[str, ...]:
    remarks = []
    if area.others >= method.area.second_area:
        remarks.append("several_phantoms")
    if touches_border(area.mask, method.area.border_px):
        remarks.append("phantom_cut_off")
    if area.circle is None and not area.rectangle:
        remarks.append("odd_shape")
    return tuple(remarks)


def _joined(found: Mapping[str, Localisation], refused: Mapping[str, AnalysisError]) -> Localisation:
    reasons = [f"{item}:{code}" for item, one in found.items() for code in one.reasons]
    reasons += [f"{item}:{error.code}" for item, error in refused.items()]
    models = {one.model for one in found.values()}
    return Localisation(
        tuple(shape for one in found.values() for shape in one.shapes),
        tuple(key for one in found.values() for key in one.slices),
        model=models.pop() if len(models) == 1 else "",
        confidence=sum(one.confidence for one in found.values()) / (len(found) + len(refused)),
        reasons=tuple(reasons),
        figures={
            f"{item}:{name}" if item else name: value
            for item, one in found.items()
            for name, value in one.figures.items()
        },
    )


def _rank(error: AnalysisError) -> int:
    return MOST_TELLING.index(error.code) if error.code in MOST_TELLING else len(MOST_TELLING)
