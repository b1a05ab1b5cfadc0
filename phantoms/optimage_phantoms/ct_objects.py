# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is no CT slice: another modality, a localiser, a screen save, a dose page."""

from optimage.api import N_, AnalysisError, Image


def check_ct_slice(image: Image, *, sop_classes: frozenset[str], image_types: frozenset[str], advice: str) -> None:
    """Refuse an image that is no axial CT slice.

    Parameters
    ----------
    image : Image
        Any object with pixels.
    sop_classes : frozenset of str
        SOP classes of slices; an absent one counts as right.
    image_types : frozenset of str
        Components of `ImageType` that no slice has.
    advice : str
        What to send instead of another modality, a template for translation.

    Raises
    ------
    AnalysisError
        `wrong_modality` or `wrong_object`.
    """
    modality = image.text("Modality")
    if modality != "CT":
        raise AnalysisError(
            "wrong_modality",
            N_("this is no CT image: its Modality is {modality}"),
            advice=advice,
            modality=modality or "-",
        )
    kind = image.text("SOPClassUID")
    words = {word.strip().upper() for word in image.text("ImageType").split("\\")}
    if (kind and kind not in sop_classes) or words & image_types or image.pixels.ndim != 2:
        raise AnalysisError(
            "wrong_object",
            N_("this is no axial slice: ImageType is {image_type}, SOPClassUID {sop_class}"),
            advice=N_("send the axial series without localiser, screen save and dose page"),
            image_type=image.text("ImageType") or "-",
            sop_class=kind or "-",
        )
