# SPDX-License-Identifier: LGPL-3.0-or-later
"""The slices of the low-contrast module, and its rods as they lie in them."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from optimage.api import AnalysisError
from optimage_phantoms.catphan.averaged import Stack, cut_stack
from optimage_phantoms.catphan.case import NOT_IN_MODEL, CatphanCase
from optimage_phantoms.catphan.contrast.pattern import Place, find_rods
from optimage_phantoms.catphan.contrast.rules import Rules, load_rules
from optimage_phantoms.catphan.models import LowContrast

SECTION = "low_contrast"
FEWEST_RODS = 2  # of a group whose layout is known


@dataclass(frozen=True, slots=True)
class RodAt:
    """One rod: its nominal contrast, its diameter, and where it lies in the phantom."""

    percent: float
    diameter_mm: float
    radius_mm: float
    angle_deg: float

    @property
    def key(self) -> str:
        """What its measurements end with."""
        return rod_key(self.diameter_mm, self.percent)


@dataclass(frozen=True, eq=False)
class ContrastSection:
    """The slices of the low-contrast module, cut out about the axis, and where the rods were found."""

    stack: Stack
    rules: Rules
    low: LowContrast
    place: Place

    @property
    def rods(self) -> tuple[RodAt, ...]:
        """All rods, group by group from the highest contrast, from large to small."""
        place = self.place
        found = [
            RodAt(percent, rod.diameter_mm, place.radius_mm, place.angle_deg(group.angle_deg, rod.angle_deg))
            for group, percent in zip(self.low.groups, place.percents, strict=True)
            for rod in self.low.rods
        ]
        return tuple(sorted(found, key=lambda rod: (-rod.percent, -rod.diameter_mm)))


def percent_key(percent: float) -> str:
    """Return a nominal contrast as part of a key: `0_5` for 0.5 %."""
    return f"{percent:.1f}".replace(".", "_")


def rod_key(diameter_mm: float, percent: float) -> str:
    """Return what the keys of a rod end with: `15mm_1_0`."""
    return f"{diameter_mm:g}mm_{percent_key(percent)}"


def layout_known(low: LowContrast) -> bool:
    """Return whether more than the largest rod of each group is known."""
    return len(low.rods) >= FEWEST_RODS


_SECTIONS: WeakKeyDictionary[CatphanCase, ContrastSection] = WeakKeyDictionary()
"""What was found for cases that are still in use: several sub-tests ask."""


def contrast_section(case: CatphanCase) -> ContrastSection:
    """Return the slices of the low-contrast module with its rods.

    Raises
    ------
    AnalysisError
        `section_not_in_model` where the model has no such module,
        `section_not_scanned` where no slice shows it.
    """
    if case not in _SECTIONS:
        low = case.model.low_contrast
        if low is None:
            raise AnalysisError("section_not_in_model", NOT_IN_MODEL[SECTION], model=case.model.title)
        _SECTIONS[case] = _find(case, low, case.place(SECTION), load_rules())
    return _SECTIONS[case]


def _find(case: CatphanCase, low: LowContrast, place: float, rules: Rules) -> ContrastSection:
    half = low.length_mm / 2 * rules.section.length_share
    near = case.nearest(SECTION, within_mm=half)
    inner = half - near.image.number("SliceThickness", 0.0) / 2
    views = case.views(place - inner, place + inner) or (near,)
    stack = cut_stack(views, radius_mm=rules.section.radius_mm, place_mm=place)
    return ContrastSection(stack, rules, low, find_rods(stack.mean, low, rules, verified=layout_known(low)))
