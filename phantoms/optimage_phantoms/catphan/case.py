# SPDX-License-Identifier: LGPL-3.0-or-later
"""One located phantom with its slices: everything that the sub-tests need."""

from dataclasses import dataclass
from functools import cached_property

from optimage.api import N_, AnalysisError, Image, Parameters
from optimage_phantoms.catphan.method import Method
from optimage_phantoms.catphan.models import Model
from optimage_phantoms.catphan.pose import Pose, View

NOT_SCANNED = {
    "sensitometry": N_("no slice shows the sensitometry module: the nearest lies {distance:.1f} mm away"),
    "line_pairs": N_("no slice shows the line pairs: the nearest lies {distance:.1f} mm away"),
    "low_contrast": N_("no slice shows the low-contrast module: the nearest lies {distance:.1f} mm away"),
    "uniformity": N_("no slice shows the uniformity module: the nearest lies {distance:.1f} mm away"),
}
NOT_IN_MODEL = {
    "line_pairs": N_("too little is known of the line pairs of the {model} to measure them"),
    "low_contrast": N_("the {model} has no low-contrast module"),
}
"""By section: what it says where it cannot be measured."""


@dataclass(frozen=True, eq=False)
class CatphanCase:
    """A located CATPHAN; `stack` are its slices in order along the slice normal."""

    stack: tuple[Image, ...]
    pose: Pose
    model: Model
    parameters: Parameters
    method: Method

    def views(self, low_mm: float, high_mm: float) -> tuple[View, ...]:
        """Return the slices whose middle lies between two places along the phantom, ends included; maybe none."""
        return tuple(view for view in self._views if low_mm <= view.z_mm <= high_mm)

    @cached_property
    def _views(self) -> tuple[View, ...]:
        return tuple(self.pose.on(image) for image in self.stack)

    def nearest(self, section: str, *, within_mm: float) -> View:
        """Return the slice nearest to the middle of a section, by its key in `NOT_SCANNED`.

        Raises
        ------
        AnalysisError
            `section_not_in_model` where this model has no such module or too
            little is known of it, `section_not_scanned` where no slice lies near enough.
        """
        place = self.place(section)
        view = min((self.pose.on(image) for image in self.stack), key=lambda view: (abs(view.z_mm - place), view.z_mm))
        if abs(view.z_mm - place) > within_mm:
            raise not_scanned(section, abs(view.z_mm - place))
        return view

    def around(self, section: str, *, half_mm: float) -> tuple[View, ...]:
        """Return the slices of a section within `half_mm` of its middle, in the order of the stack.

        Raises
        ------
        AnalysisError
            As `nearest`.
        """
        place = self.place(section)
        found = self.views(place - half_mm, place + half_mm)
        return found or (self.nearest(section, within_mm=half_mm),)

    def place(self, section: str) -> float:
        """Return where the middle of a section lies in the phantom, in mm; AnalysisError `section_not_in_model`."""
        if getattr(self.model, section) is None or section not in self.model.z_mm:
            raise AnalysisError(
                "section_not_in_model",
                NOT_IN_MODEL[section],
                model=self.model.title,
            )
        return self.model.z_mm[section]


def not_scanned(section: str, distance_mm: float) -> AnalysisError:
    """Return the error for a section that no slice shows; `distance_mm` is how far the nearest slice is away."""
    return AnalysisError(
        "section_not_scanned",
        NOT_SCANNED[section],
        advice=N_("scan the whole phantom, with slices at most as far apart as they are thick"),
        distance=distance_mm,
    )
