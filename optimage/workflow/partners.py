# SPDX-License-Identifier: LGPL-3.0-or-later
"""Why an image stands alone that was to be acquired twice: the nearest other image, and what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from optimage.dicom.headers import acquisition
from optimage.matching.grouping import differing
from optimage.messages import N_, Message
from optimage.model.images import Header
from optimage.model.profile import InputRule
from optimage.model.results import Note

SHOWN = 3
_POSITION = "ImagePositionPatient"
_TIME = "AcquisitionDateTime"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An image that might have been the partner: what people know it by, and its header."""

    name: str
    uid: str
    header: Header


def partner_note(images: Sequence[Candidate], rule: InputRule, others: Iterable[Candidate]) -> tuple[Note, ...]:
    """Return the note `no_partner` where `images` are fewer than `rule` wants and another one of the modality is there.

    Nearest is the image that differs in the fewest attributes of `rule.same`
    and in its position; of equals the first.
    """
    if not images or len(images) >= rule.wanted:
        return ()
    alone, own = images[0].header, {image.uid for image in images}
    strangers = [one for one in others if one.uid not in own and one.header.get("Modality") == alone.get("Modality")]
    compared = ((_differences(alone, one.header, rule), one) for one in strangers)
    found = [(differences, one) for differences, one in compared if differences]  # without any, the set was full
    if not found:
        return ()
    differences, nearest = min(found, key=lambda one: len(one[0]))
    template = N_("the image has no partner; the nearest of the others, {image}, differs in {differences}")
    values = {"image": nearest.name, "differences": _told(differences)}
    return (Note("no_partner", Message(template, values)),)


def _differences(alone: Header, other: Header, rule: InputRule) -> Mapping[str, tuple[str, str]]:
    found = dict(differing(alone, other, (*rule.same, _POSITION)))
    mine, others, within_s = acquisition(alone).at, acquisition(other).at, rule.acquired_within_s
    if mine and others and within_s is not None and abs((mine - others).total_seconds()) > within_s:
        found[_TIME] = (_moment(mine), _moment(others))
    return found


def _told(differences: Mapping[str, tuple[str, str]]) -> str:
    told = [f"{keyword} ({mine} / {other})" for keyword, (mine, other) in differences.items()][:SHOWN]
    return ", ".join(told) + (", …" if len(differences) > SHOWN else "")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
