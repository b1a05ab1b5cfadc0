# SPDX-License-Identifier: LGPL-3.0-or-later
"""Acceptance images -> acquisitions of one device, each measured; anything else is refused with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimage.dicom.reader import FoundObject, find_objects
from optimage.errors import AnalysisError, OptimageError, UsageError
from optimage.i18n import say
from optimage.messages import N_, Message
from optimage.model.images import Header
from optimage.model.outcome import Acquisition
from optimage.model.phantom import Parameters, PhantomInfo
from optimage.model.profile import InputRule, Profile, ProfileRevision
from optimage.model.results import Failure, Measurement
from optimage.workflow.gather import Task, for_module, for_profile, without_strangers
from optimage.workflow.learning.roles import learn_inputs
from optimage.workflow.orders import WorkOutcome
from optimage.workflow.work import carry_out

IDENTITY = ("Manufacturer", "ManufacturerModelName", "DeviceSerialNumber")


@dataclass(frozen=True, slots=True)
class Acquired:
    """One measurement set: the header of each of its images, its summaries by key, and the inputs it came under."""

    headers: tuple[Header, ...]
    acquisition: Acquisition
    summaries: Mapping[str, Measurement]
    inputs: tuple[InputRule, ...] = ()


def acquire(paths: Sequence[Path], info: PhantomInfo, parameters: Parameters) -> tuple[Acquired, ...]:
    """Group, check and measure images as `analyse --phantom` does; those of several roles by what tells them apart.

    Raises
    ------
    UsageError
        `no_images`; `several_modalities` or `several_devices` among them; `roles_ambiguous`.
    AnalysisError
        `images_refused`: files that cannot be read, or sets that the module refuses, each with its reason.
    """
    found = tuple(without_strangers(find_objects(paths), frozenset(map(str, paths))))
    tasks = for_module(found, info, parameters)
    if not tasks:
        raise UsageError(
            "no_images",
            N_("no DICOM image was found"),
            advice=N_("choose a file, folder or zip with DICOM images"),
        )
    unread = [(task.order.failures[0].subtest, task.order.failures[0]) for task in tasks if not task.order.sources]
    if unread:
        raise _refused(unread, len(tasks))
    by_hash = {item.found.sha256: item for item in found if item.found}
    _check_one_device([_header(item) for item in by_hash.values()])
    inputs = learn_inputs([_header(item) for item in by_hash.values() if item.found and item.found.is_image], info)
    if len(inputs) > 1:
        tasks = for_profile(found, _provisional(info, inputs), parameters)
    return _measured(tasks, by_hash, inputs)


def _provisional(info: PhantomInfo, inputs: tuple[InputRule, ...]) -> ProfileRevision:
    """Return a profile that groups images as the learnt one will."""
    return ProfileRevision(Profile("learning", "", info.id, inputs=inputs), 0, "", "")


def _measured(
    tasks: Sequence[Task], by_hash: Mapping[str, FoundObject], inputs: tuple[InputRule, ...]
) -> tuple[Acquired, ...]:
    measured, refused = [], []
    for task in tasks:
        items = [by_hash[source.sha256] for source in task.order.sources]
        outcome = carry_out(task.order)
        summaries = {m.key: m for m in reversed(outcome.analysis.measurements) if not m.item}
        if summaries:
            measured.append(Acquired(tuple(map(_header, items)), outcome.acquisition, summaries, inputs))
        else:
            refused.append((items[0].location, _reason(outcome)))
    if refused:
        raise _refused(refused, len(tasks))
    return tuple(measured)


def _header(item: FoundObject) -> Header:
    """Return the header that matching looks at, that of the first frame."""
    assert item.found is not None  # noqa: S101 - only read objects come here
    return item.found.headers[0].header


def _reason(outcome: WorkOutcome) -> Failure:
    nothing = Failure("", "not_measured", Message(N_("the module measured nothing")))
    return next(iter(outcome.analysis.failures), nothing)


def _refused(refused: Sequence[tuple[str, Failure]], total: int) -> AnalysisError:
    return AnalysisError(
        "images_refused",
        N_("{count} of {total} acquisitions cannot be used: {reasons}"),
        advice=N_("take these images out or repeat them; a profile is learnt from good images only"),
        count=len(refused),
        total=total,
        reasons="; ".join(f"{location}: {say(failure.message)}" for location, failure in refused),
    )


def _check_one_device(headers: Sequence[Header]) -> None:
    modalities = _distinct(headers, "Modality")
    if len(modalities) > 1:
        raise _several("several_modalities", N_("the images come from several modalities: {found}"), modalities)
    for keyword in IDENTITY:
        values = _distinct(headers, keyword)
        if len(values) > 1:
            found = (f"{keyword} {value}" for value in values)
            raise _several("several_devices", N_("the images come from several devices: {found}"), found)


def _distinct(headers: Iterable[Header], keyword: str) -> tuple[str, ...]:
    """Return the different texts of an attribute, as matching compares them; absent ones do not count."""
    texts = (str(header.get(keyword, "")).strip() for header in headers)
    return tuple({text.casefold(): text for text in texts if text}.values())


def _several(code: str, template: str, found: Iterable[str]) -> OptimageError:
    advice = N_("learn one profile for each device, from its own images")
    return UsageError(code, template, advice=advice, found=", ".join(found))
