# SPDX-License-Identifier: LGPL-3.0-or-later
"""From a localisation, whoever made it, to what the sub-tests need."""

from optimage.api import N_, AnalysisError, ImageSet, Localisation, Parameters
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.finding.slices import ROLE
from optimage_phantoms.catphan.method import Method
from optimage_phantoms.catphan.pose import Pose


def case_of(images: ImageSet, localisation: Localisation, parameters: Parameters, method: Method) -> CatphanCase:
    """Return the case that `localisation` describes.

    Raises
    ------
    AnalysisError
        `localisation_does_not_fit` where it names no slice, one that is not
        among `images`, no known model, or lacks a figure of the pose.
    """
    stack = {(image.uid, image.frame): image for image in images.stack(ROLE)}
    chosen = set(localisation.slices)
    try:
        pose, model = Pose.of(localisation), method.family[localisation.model]
    except KeyError as error:
        raise _does_not_fit() from error
    if not chosen or not chosen <= stack.keys():
        raise _does_not_fit()
    kept = tuple(image for key, image in stack.items() if key in chosen)
    return CatphanCase(kept, pose, model, parameters, method)


def _does_not_fit() -> AnalysisError:
    return AnalysisError(
        "localisation_does_not_fit",
        N_("the localisation names no slice of these images, no known model, or not how the phantom lies"),
        advice=N_("locate the phantom again"),
    )
