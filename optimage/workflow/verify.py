# SPDX-License-Identifier: LGPL-3.0-or-later
"""Looking before calculating: headers against profiles, and where the phantom is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from optimage.dicom.reader import find_objects, load_images
from optimage.errors import UsageError
from optimage.matching.choice import Match, NoMatch, Tie, best_match
from optimage.matching.comparison import Comparison, compare
from optimage.messages import N_
from optimage.model.images import Image, ImageSet
from optimage.model.profile import ProfileRevision
from optimage.model.shapes import Localisation
from optimage.plugins.manager import load_module
from optimage.plugins.parameters import check_parameters
from optimage.workflow.by_hand import Request, tasks_of
from optimage.workflow.work import find_phantom


@dataclass(frozen=True, slots=True)
class Verification:
    """One image's header against one profile."""

    image: str
    profile_id: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Located:
    """Where a module finds its phantom, with the images it looked at."""

    images: ImageSet
    localisation: Localisation


def verify_headers(
    paths: Sequence[Path], revisions: Sequence[ProfileRevision], profile_id: str | None
) -> tuple[Verification, ...]:
    """Compare every image with the profile named, or with the one that fits best or is nearest.

    Images of one series whose lines all read alike are told once.

    Raises
    ------
    UsageError
        No image was found, or no profile to compare with.
    """
    chosen = [r for r in revisions if profile_id in (None, r.profile.id)]
    if not chosen:
        raise UsageError(
            "unknown_profile",
            N_("no profile to compare with"),
            advice=N_("see optimage profile list, and apply a profile first"),
        )
    told: dict[tuple[object, ...], Verification] = {}
    for item in find_objects(paths):
        if item.found is None or not item.found.is_image:
            continue
        header = item.found.headers[0].header
        revision = chosen[0] if profile_id else _nearest(best_match(header, chosen))
        comparison = compare(header, revision.profile)
        series = str(header.get("SeriesInstanceUID", item.location))
        alike = (series, revision.profile.id, *((line.keyword, line.found) for line in comparison.lines))
        told.setdefault(alike, Verification(item.location, revision.profile.id, comparison))
    if not told:
        raise UsageError("no_images", N_("no DICOM image was found"), advice=N_("choose DICOM images"))
    return tuple(told.values())


def locate(request: Request, revisions: Sequence[ProfileRevision]) -> tuple[Located, ...]:
    """Find the phantom in every set, without measuring; AnalysisError where a module does not."""
    located = []
    for task in tasks_of(request, revisions):
        if not task.order.sources:
            continue
        module = load_module(task.order.phantom)
        roles: dict[str, tuple[Image, ...]] = {}
        for source in task.order.sources:
            roles[source.role] = (*roles.get(source.role, ()), *load_images(source.origin, source.known))
        images = ImageSet(roles)
        parameters = check_parameters(module.info, task.order.parameters)
        located.append(Located(images, find_phantom(module, images, parameters)))
    return tuple(located)


def _nearest(match: Match | NoMatch | Tie) -> ProfileRevision:
    if isinstance(match, Match):
        return match.revision
    return match.revisions[0] if isinstance(match, Tie) else match.rejections[0].revision
