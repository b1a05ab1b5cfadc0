# SPDX-License-Identifier: LGPL-3.0-or-later
"""What might a stranger be? Every module that knows the modality tries to find its phantom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimage.dicom.reader import load_images
from optimage.errors import OptimageError
from optimage.model.images import Image, ImageSet
from optimage.model.phantom import PhantomModule
from optimage.plugins.parameters import check_parameters
from optimage.workflow.orders import Source


@dataclass(frozen=True, slots=True)
class Recognition:
    """A module's opinion: the confidence of its localisation, 0 where it refuses, and then why."""

    phantom: str
    title: str
    model: str = ""
    score: float = 0.0
    refusal: str = ""


def recognise(sources: Sequence[Source], modules: Mapping[str, PhantomModule]) -> tuple[Recognition, ...]:
    """Return what each module of the images' modality says, the surest first.

    Modules are tried with their default parameters; one that refuses or
    fails scores 0. Images that cannot be read are left out.
    """
    images = _readable(sources)
    if not images:
        return ()
    modality = images[0].text("Modality")
    asked = (module for module in modules.values() if modality in module.info.modalities)
    found = (_ask(module, images) for module in asked)
    return tuple(sorted(found, key=lambda opinion: (-opinion.score, opinion.phantom)))


def _ask(module: PhantomModule, images: tuple[Image, ...]) -> Recognition:
    info = module.info
    try:
        located = module.locate(ImageSet({info.inputs[0].role: images}), check_parameters(info, {}))
    except OptimageError as error:
        return Recognition(info.id, info.title, refusal=error.code)
    except Exception as error:  # a stranger's module; its opinion is not needed
        return Recognition(info.id, info.title, refusal=type(error).__name__)
    return Recognition(info.id, info.title, located.model, located.confidence)


def _readable(sources: Sequence[Source]) -> tuple[Image, ...]:
    images: list[Image] = []
    for source in sources:
        try:
            images.extend(load_images(source.origin, source.known))
        except OptimageError:
            continue
    return tuple(images)
