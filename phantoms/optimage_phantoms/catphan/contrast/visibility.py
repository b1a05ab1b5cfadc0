# SPDX-License-Identifier: LGPL-3.0-or-later
"""The smallest rod of each group that can be told from noise."""

from collections.abc import Mapping

from optimage.api import N_, AnalysisError, Overlay
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.contrast.detectability import threshold_key
from optimage_phantoms.catphan.contrast.section import (
    ContrastSection,
    contrast_section,
    layout_known,
    percent_key,
    rod_key,
)
from optimage_phantoms.parts import Part, Value


def of_groups(case: CatphanCase, before: Mapping[str, Value]) -> Part:
    """Compare the contrast of each rod with the threshold of its diameter, from large to small.

    A rod is seen where its contrast is positive and reaches the threshold,
    and all larger ones of its group are seen.
    """
    section = contrast_section(case)
    if not layout_known(section.low):
        raise AnalysisError(
            "rods_unknown",
            N_("too little is known of the small rods of the {title} to tell the smallest that is seen"),
            title=section.low.title,
        )
    values: dict[str, Value] = {}
    unseen: list[float] = []
    overlays: list[Overlay] = []
    diameters = sorted((rod.diameter_mm for rod in section.low.rods), reverse=True)
    for percent in sorted(section.place.percents, reverse=True):
        seen = smallest_seen(diameters, percent, before)
        if seen is None:
            unseen.append(percent)
        else:
            values[f"lc_visible_{percent_key(percent)}"] = seen, float("nan")
            overlays.append(_shown(section, percent, seen))
    return Part(values, tuple(overlays), problem=_none_seen(unseen) if unseen else None)


def smallest_seen(diameters_mm: list[float], percent: float, before: Mapping[str, Value]) -> float | None:
    """Return the smallest of the falling `diameters_mm` that is seen, None for none.

    Raises
    ------
    AnalysisError
        `needed_value_missing` where contrast or threshold of the next rod was not measured.
    """
    seen = None
    for diameter in diameters_mm:
        contrast, threshold = before.get(f"contrast_{rod_key(diameter, percent)}"), before.get(threshold_key(diameter))
        if contrast is None or threshold is None:
            raise AnalysisError(
                "needed_value_missing",
                N_("needs the contrast of every rod and the scatter of disc means, which could not be measured"),
            )
        if contrast[0] < threshold[0]:
            break
        seen = diameter
    return seen


def _shown(section: ContrastSection, percent: float, diameter_mm: float) -> Overlay:
    """Return the outline of the smallest rod that is seen, on the middle slice."""
    rod = next(one for one in section.rods if (one.percent, one.diameter_mm) == (percent, diameter_mm))
    middle, key = section.stack.middle, f"lc_visible_{percent_key(percent)}"
    disc = middle.polar_disc(rod.radius_mm, rod.angle_deg, diameter_mm / 2)
    return Overlay(key, disc, middle.image.uid, middle.image.frame, (key,))


def _none_seen(percents: list[float]) -> AnalysisError:
    return AnalysisError(
        "rods_not_seen",
        N_("no rod of {percents} % can be told from noise"),
        percents=", ".join(f"{percent:g}" for percent in percents),
    )
