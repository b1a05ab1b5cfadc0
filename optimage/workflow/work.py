# SPDX-License-Identifier: LGPL-3.0-or-later
"""One analysis from files to measurements; runs in whichever process the executor gives it."""

import logging
import platform
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from optimage.dicom.headers import acquisition
from optimage.dicom.reader import is_lossy, load_images
from optimage.errors import AnalysisError, ImageError, OptimageError, PluginError
from optimage.matching.recording import recorded
from optimage.messages import N_, Message
from optimage.model.images import Image, ImageSet
from optimage.model.outcome import Acquisition
from optimage.model.phantom import Parameters, PhantomModule
from optimage.model.results import AnalysisResult, Failure, Note
from optimage.model.shapes import Localisation
from optimage.plugins.manager import load_module
from optimage.plugins.parameters import check_parameters
from optimage.plugins.promise import check_localisation, keep_promise
from optimage.workflow.orders import Source, WorkOrder, WorkOutcome

log = logging.getLogger(__name__)


def carry_out(order: WorkOrder) -> WorkOutcome:
    """Read the images of `order`, locate, measure and record; never raises for bad images.

    Raises
    ------
    UsageError
        The module or one of its parameters is unknown.
    """
    module = load_module(order.phantom)
    parameters = check_parameters(module.info, order.parameters)
    images, unreadable = _read(order.sources)
    localisation, analysis = order.localisation, AnalysisResult()
    if images.all() or not unreadable:
        localisation, analysis = analyse(module, images, parameters, replay=order.localisation)
    headers = [image.header for image in images.all()]
    measurements, missing = recorded(headers, order.record) if headers else ((), ())
    read = AnalysisResult(failures=(*order.failures, *unreadable), notes=order.notes)
    told = AnalysisResult(measurements=measurements, failures=missing)
    return WorkOutcome(
        analysis=AnalysisResult.combined((read, analysis, told)),
        acquisition=acquisition(headers[0]) if headers else Acquisition(),
        localisation=localisation,
        module_version=module.info.version,
        geometry_sha256=module.info.geometry_sha256,
        parameters=parameters,
        platform=_platform(),
    )


def analyse(
    module: PhantomModule, images: ImageSet, parameters: Parameters, *, replay: Localisation | None = None
) -> tuple[Localisation | None, AnalysisResult]:
    """Locate (or replay) and measure; a refusal or a crash of the module becomes a failure."""
    localisation = replay
    try:
        notes = _check_inputs(module, images, parameters)
        if localisation is None:
            localisation = find_phantom(module, images, parameters)
        analysis = keep_promise(module.info, module.measure(images, localisation, parameters))
    except OptimageError as error:
        return localisation, AnalysisResult(failures=(Failure.from_error("", error),))
    except (Exception, SystemExit) as error:
        return localisation, AnalysisResult(failures=(Failure.from_error("", _crash(module, error)),))
    return localisation, replace(analysis, notes=(*notes, *analysis.notes))


def find_phantom(module: PhantomModule, images: ImageSet, parameters: Parameters) -> Localisation:
    """Return where `module` finds its phantom.

    Raises
    ------
    AnalysisError
        The module refuses the images, stops unexpectedly (`module_crashed`)
        or returns something else (`contract_broken`).
    """
    try:
        return check_localisation(module.info, module.locate(images, parameters))
    except PluginError as error:  # with these images; with others it may do
        advice = error.advice.template
        raise AnalysisError(error.code, error.message.template, advice=advice, **error.message.values) from error
    except OptimageError:
        raise
    except (Exception, SystemExit) as error:
        raise _crash(module, error) from error


def _read(sources: tuple[Source, ...]) -> tuple[ImageSet, tuple[Failure, ...]]:
    roles: dict[str, list[Image]] = defaultdict(list)
    failures = []
    for source in sources:
        try:
            roles[source.role].extend(load_images(source.origin, source.known))
        except ImageError as error:
            failures.append(Failure.from_error("read", error))
    return ImageSet({role: tuple(images) for role, images in roles.items()}), tuple(failures)


def _check_inputs(module: PhantomModule, images: ImageSet, parameters: Parameters) -> tuple[Note, ...]:
    for spec in module.info.inputs:
        found = len(images.images(spec.role))
        if found < spec.minimum:
            raise AnalysisError(
                "missing_images",
                N_("the input {role} needs at least {minimum} images, {found} can be used"),
                advice=N_("send the missing images of this measurement"),
                role=spec.role,
                minimum=spec.minimum,
                found=found,
            )
    if not any(is_lossy(image.header) for image in images.all()):
        return ()
    if not parameters.get("allow_lossy"):
        raise AnalysisError(
            "lossy_compressed",
            N_("the images were compressed with loss, so noise and contrast are no longer those of the device"),
            advice=N_("send them uncompressed or compressed without loss"),
        )
    return (Note("lossy_compressed", Message(N_("the images were compressed with loss"))),)


def _crash(module: PhantomModule, error: BaseException) -> AnalysisError:
    log.exception("module %s failed", module.info.id)
    return AnalysisError(
        "module_crashed",
        N_("the module {module} stopped unexpectedly: {error}"),
        advice=N_("tell the author of the module; the log has the details"),
        module=module.info.id,
        error=f"{type(error).__name__}: {error}",
    )


@cache
def _platform() -> Mapping[str, str]:
    import numpy
    import scipy

    return {
        "python": platform.python_version(),
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
