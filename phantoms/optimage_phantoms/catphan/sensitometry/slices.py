# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which slices of the sensitometry module are measured."""

from math import nan

import numpy as np

from optimage.api import N_, Message, Note
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.models import SENSITOMETRY
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.sensitometry.rules import SliceRules


def central_slices(case: CatphanCase, rules: SliceRules) -> tuple[View, ...]:
    """Return the slices around the middle of the module, at most `most`, else the nearest one.

    Raises
    ------
    AnalysisError
        `section_not_scanned` where no slice lies in the module.
    """
    nearest = case.nearest(SENSITOMETRY, within_mm=rules.reach_mm)
    place = case.place(SENSITOMETRY)
    views = case.views(place - rules.half_mm, place + rules.half_mm)
    by_distance = sorted(views, key=lambda view: (abs(view.z_mm - place), view.z_mm))[: rules.most]
    return tuple(sorted(by_distance, key=lambda view: view.z_mm)) or (nearest,)


def spread_slices(case: CatphanCase, *, half_mm: float, most: int) -> tuple[View, ...]:
    """Return slices of the module within `half_mm` of its middle, at most `most` of them, evenly spread, by z.

    Raises
    ------
    AnalysisError
        `section_not_scanned` where no slice lies there.
    """
    views = sorted(case.around(SENSITOMETRY, half_mm=half_mm), key=lambda view: view.z_mm)
    if len(views) <= most:
        return tuple(views)
    step = (len(views) - 1) / (most - 1)
    return tuple(views[round(k * step)] for k in range(most))


def header_increment(case: CatphanCase, *, half_mm: float) -> float:
    """Return the median distance of neighbouring slices of the module by the header, in mm; NaN for a single one."""
    places = sorted(view.z_mm for view in case.around(SENSITOMETRY, half_mm=half_mm))
    return float(np.median(np.diff(places))) if len(places) > 1 else nan


def far_note(views: tuple[View, ...], place_mm: float, rules: SliceRules) -> tuple[Note, ...]:
    """Return the remark that even the nearest slice lies off the middle of the module, if so."""
    distance = min(abs(view.z_mm - place_mm) for view in views)
    if distance <= rules.far_mm:
        return ()
    template = N_("the slice nearest to the middle of the sensitometry module lies {distance:.1f} mm off it")
    return (Note("slice_off_module_middle", Message(template, {"distance": distance})),)
