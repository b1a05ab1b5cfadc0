# SPDX-License-Identifier: LGPL-3.0-or-later
"""The frames of an acquisition: which head and energy window each shows, and what it is called in the result."""

from collections import Counter
from dataclasses import dataclass

from optimage.api import N_, AnalysisError, Image, ImageSet, Parameters
from optimage_phantoms.nm_flood.method import Method

ROLE = "series"


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One flood; `item` names it in the result and is empty where it is the only one."""

    item: str
    image: Image

    @property
    def key(self) -> tuple[str, int]:
        """What identifies the image in a localisation."""
        return self.image.uid, self.image.frame


def frames_of(images: ImageSet, parameters: Parameters) -> tuple[Frame, ...]:
    """Return the frames to measure, in order of instance number and frame.

    Items are put together from what tells the frames apart: `head=2`
    (DetectorVector), `window=1` (EnergyWindowVector) and, where several
    frames share both, `frame=3`, counted from 1 among them.

    Raises
    ------
    AnalysisError
        `missing_images` where there is none, `no_such_window` where no frame
        shows the energy window that was asked for.
    """
    found = sorted(images.images(ROLE), key=lambda image: (image.number("InstanceNumber", 0.0), image.uid, image.frame))
    if not found:
        images.middle(ROLE)  # says which input is missing
    wanted = int(parameters["energy_window"])
    kept = [image for image in found if wanted in (0, _entry(image, "EnergyWindowVector"))]
    if not kept:
        raise AnalysisError(
            "no_such_window",
            N_("no frame shows energy window {window}"),
            advice=N_("choose another number for the parameter energy_window, or 0 for all"),
            window=wanted,
        )
    return _named(kept)


def check_object(image: Image, method: Method) -> None:
    """Refuse what is no planar image of a gamma camera."""
    modality = image.text("Modality")
    if modality != "NM":
        raise AnalysisError(
            "wrong_modality",
            N_("this is no image of a gamma camera: its Modality is {modality}"),
            advice=N_("send the flood image of the gamma camera, or choose another phantom module"),
            modality=modality or "-",
        )
    kind = image.text("SOPClassUID")
    words = {word.strip().upper() for word in image.text("ImageType").split("\\")}
    if (kind and kind not in method.sop_classes) or words & method.image_types or image.pixels.ndim != 2:
        raise AnalysisError(
            "wrong_object",
            N_("this is no planar flood image: ImageType is {image_type}, SOPClassUID {sop_class}"),
            advice=N_("send the static flood acquisition, not a reconstruction, whole-body image or screen copy"),
            image_type=image.text("ImageType") or "-",
            sop_class=kind or "-",
        )


def _named(images: list[Image]) -> tuple[Frame, ...]:
    heads = [_entry(image, "DetectorVector") for image in images]
    windows = [_entry(image, "EnergyWindowVector") for image in images]
    labels = [
        ([f"head={head}"] if len(set(heads)) > 1 else []) + ([f"window={window}"] if len(set(windows)) > 1 else [])
        for head, window in zip(heads, windows, strict=True)
    ]
    shared = Counter(map(tuple, labels))
    seen: Counter[tuple[str, ...]] = Counter()
    frames = []
    for image, label in zip(images, labels, strict=True):
        seen[tuple(label)] += 1
        several = [f"frame={seen[tuple(label)]}"] if shared[tuple(label)] > 1 else []
        frames.append(Frame(",".join((*label, *several)), image))
    return tuple(frames)


def _entry(image: Image, keyword: str) -> int:
    """Return what the vector `keyword` says of this frame; 1 where it says nothing."""
    value = image.header.get(keyword, 1)
    if isinstance(value, tuple):
        value = value[image.frame] if image.frame < len(value) else 1
    return value if isinstance(value, int) else 1
