# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which MR images can be measured, and what was done to them before they were sent."""

from optimage.api import N_, AnalysisError, Image, Message, Note
from optimage_phantoms.mr_flood.method import FilterWords, Method

PHASE = frozenset({"P", "PHASE", "PHASE MAP", "PHASE_MAP"})
REAL = frozenset({"R", "I", "REAL", "IMAGINARY"})
KIND = 2  # index of the value of ImageType that tells magnitude from phase (PS3.3 C.8.3.1.1.1 leaves it to vendors)


def check_object(image: Image, method: Method) -> None:
    """Refuse what is no MR image of a slice, and phase images.

    Raises
    ------
    AnalysisError
        `wrong_modality`, `wrong_object`, `phase_image`.
    """
    modality = image.text("Modality")
    if modality != "MR":
        raise AnalysisError(
            "wrong_modality",
            N_("this is no MR image: its Modality is {modality}"),
            advice=N_("send the MR image of the phantom, or choose another phantom module"),
            modality=modality or "-",
        )
    kind = image.text("SOPClassUID")
    if (kind and kind not in method.sop_classes) or image_words(image) & method.image_types or image.pixels.ndim != 2:
        raise AnalysisError(
            "wrong_object",
            N_("this is no MR image of a slice: ImageType is {image_type}, SOPClassUID {sop_class}"),
            advice=N_("send the original slice, not a localiser, reformatted image or screen copy"),
            image_type=image.text("ImageType") or "-",
            sop_class=kind or "-",
        )
    if _complex_component(image) in PHASE:
        raise AnalysisError(
            "phase_image",
            N_("this is a phase image: its values are no signal"),
            advice=N_("send the magnitude image"),
        )


def image_words(image: Image) -> frozenset[str]:
    """Return the words of `ImageType`, upper case."""
    return frozenset(word.strip().upper() for word in image.text("ImageType").split("\\"))


def is_real(image: Image) -> bool:
    """Whether noise is signed and Gaussian in this image: a real or imaginary part, not a magnitude."""
    return _complex_component(image) in REAL


def is_interpolated(image: Image) -> bool:
    """Whether the matrix is finer than what was acquired, in either direction; False where the header says nothing."""
    acquired = [int(value) for value in _numbers(image, "AcquisitionMatrix") if value > 0]
    return bool(acquired) and max(image.shape) > max(acquired)


def remarks(image: Image, words: FilterWords) -> tuple[Note, ...]:
    """Tell what makes values of this image incomparable with those of others."""
    notes = []
    found = image_words(image)
    for code, chosen, template in (
        (
            "normalised",
            words.normalised,
            N_("the intensity was normalised ({words}): uniformity and noise are changed"),
        ),
        ("smoothed", words.smoothed, N_("the image was filtered ({words}): its noise is no longer that of the coil")),
        (
            "undistorted",
            words.undistorted,
            N_("the distortion was corrected ({words}): geometry is not that of the gradients"),
        ),
    ):
        if found & chosen:
            notes.append(Note(code, Message(template, {"words": ", ".join(sorted(found & chosen))})))
    if is_interpolated(image):
        acquired = "×".join(str(int(value)) for value in _numbers(image, "AcquisitionMatrix") if value > 0)
        template = N_(
            "the matrix was interpolated ({acquired} acquired): noise of neighbouring pixels is not independent"
        )
        notes.append(Note("interpolated", Message(template, {"acquired": acquired})))
    if is_real(image):
        notes.append(
            Note("real_image", Message(N_("this is a real image: noise is signed, the background tells no SNR")))
        )
    return tuple(notes)


def _complex_component(image: Image) -> str:
    """Return magnitude, phase, real or imaginary as the header says, upper case; empty where it does not."""
    told = image.text("ComplexImageComponent").strip().upper()
    if told:
        return told
    values = image.header.get("ImageType", ())
    kinds = [str(value).strip().upper() for value in values] if isinstance(values, tuple) else []
    return next((kind for kind in kinds[KIND:] if kind in PHASE | REAL), "")


def _numbers(image: Image, keyword: str) -> tuple[float, ...]:
    values = image.header.get(keyword, ())
    values = values if isinstance(values, tuple) else (values,)
    return tuple(float(value) for value in values if isinstance(value, (int, float)))
