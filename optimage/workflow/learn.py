# SPDX-License-Identifier: LGPL-3.0-or-later
"""From acceptance images to a profile that a person reads, completes and applies."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from optimage.dicom.dictionary import is_keyword
from optimage.errors import UsageError
from optimage.i18n import _, say
from optimage.messages import N_, Message
from optimage.model.outcome import DeviceIdentity
from optimage.model.phantom import ParameterValue, PhantomInfo
from optimage.model.profile import Profile
from optimage.plugins.manager import load_plugins
from optimage.plugins.parameters import check_parameters
from optimage.profile_files.attributes import attributes_of
from optimage.profile_files.load import load_profile
from optimage.profile_files.write import Remarks, write_profile
from optimage.workflow.learning.acquisitions import Acquired, acquire
from optimage.workflow.learning.limits import Origin, Proposal, days_of, propose, source_of
from optimage.workflow.learning.rules import Learnt, learn_records, learn_rules
from optimage.workflow.learning.shipped import shipped_tolerances

FEW = 5
LONGEST_ID = 64
ID = re.compile(r"[a-z0-9_]{1,64}")
TOP = N_("Learnt from {source}. Judges nothing until applied; read every line first.")
ONE_DAY = N_("all acquisitions are of one day, so their spread holds no change from day to day")
TOO_FEW = N_("so few acquisitions say little of the spread; {few} or more on different days are better")
FILL_IN = N_("fill in what stands on the phantom")


@dataclass(frozen=True, slots=True)
class LearntProfile:
    """The profile, its file's text, and what a person should know of how it came about.

    `undecided` names attributes and measurements without rule or limits;
    `warnings` are sentences.
    """

    profile: Profile
    text: str
    source: str
    proposals: tuple[Proposal, ...]
    undecided: tuple[str, ...]
    warnings: tuple[Message, ...]

    def count(self, origin: Origin) -> int:
        """Return how many limits came from `origin`."""
        return sum(proposal.origin is origin for proposal in self.proposals)


def learn_profile(
    paths: Sequence[Path], phantom: str, *, profile_id: str | None = None, parameters: Mapping[str, str] | None = None
) -> LearntProfile:
    """Measure acceptance images of one device and write a profile of what they have in common.

    Parameters
    ----------
    paths : sequence of Path
        Files, folders or archives; grouped into acquisitions by the module's own inputs.
    phantom : str
        The module that measures.
    profile_id : str, optional
        Made of device and module without it.
    parameters : mapping of str to str, optional
        Parameters of the module that differ from its defaults; they become part of the profile.

    Raises
    ------
    UsageError
        `unknown_phantom`, `unknown_parameter`, `invalid_parameter`,
        `bad_profile_id`, `no_images`, `several_modalities`, `several_devices`, `roles_ambiguous`.
    AnalysisError
        `images_refused`.
    """
    info = load_plugins().module(phantom).info
    if profile_id is not None and not ID.fullmatch(profile_id):
        raise UsageError(
            "bad_profile_id",
            N_("{text} cannot name a profile"),
            advice=N_("use 1 to 64 of a-z, 0-9 and _"),
            text=profile_id,
        )
    checked = check_parameters(info, parameters or {})
    chosen = {name: checked[name] for name in parameters or {}}
    acquired = acquire(paths, info, chosen)
    return _learn(info, acquired, profile_id, chosen)


def _learn(
    info: PhantomInfo, acquired: tuple[Acquired, ...], profile_id: str | None, chosen: Mapping[str, ParameterValue]
) -> LearntProfile:
    headers = [header for one in acquired for header in one.headers]
    table = attributes_of(acquired[0].acquisition.modality)
    inputs = acquired[0].inputs
    learnt = learn_rules(headers, table).without({rule.keyword for role in inputs for rule in role.match})
    records, unrecorded = learn_records([one.headers for one in acquired], table)
    shipped = shipped_tolerances(info.id, headers)
    proposals = tuple(propose(spec, acquired, shipped) for spec in info.measures)
    device = acquired[0].acquisition.device
    name = _writable(device.title)
    profile = Profile(
        id=profile_id or _made_id(device, info.id),
        title=f"{name}, {_(info.title)}" if name else _(info.title),
        phantom=info.id,
        device=name,
        match=learnt.rules,
        inputs=inputs,
        parameters=chosen,
        record=records,
        tolerances={p.key: p.tolerance for p in proposals if p.tolerance is not None},
    )
    warnings = _warnings(acquired)
    text = write_profile(profile, _remarks(acquired, learnt, unrecorded, proposals, warnings))
    load_profile(text, is_keyword=is_keyword, modules={info.id: info}, check_parameters=check_parameters)
    undecided = [one.subject for one in learnt.undecided]
    undecided += [proposal.key for proposal in proposals if proposal.origin is Origin.UNDECIDED]
    return LearntProfile(profile, text, source_of(acquired), proposals, tuple(undecided), warnings)


def _warnings(acquired: Sequence[Acquired]) -> tuple[Message, ...]:
    warnings = []
    if len(acquired) < FEW:
        warnings.append(Message(TOO_FEW, {"few": FEW}))
    if len(acquired) > 1 and len(days_of(acquired)) == 1:
        warnings.append(Message(ONE_DAY))
    return tuple(warnings)


def _remarks(
    acquired: Sequence[Acquired],
    learnt: Learnt,
    unrecorded: Sequence[Message],
    proposals: Sequence[Proposal],
    warnings: Sequence[Message],
) -> Remarks:
    top = Message(TOP, {"source": source_of(acquired)})
    open_ones = [("", *proposal.remarks) for proposal in proposals if proposal.tolerance is None]
    return Remarks(
        top=[say(message) for message in (top, *warnings)],
        head=[f'phantom_serial = ""    # {_(FILL_IN)}'],
        sections={
            "match": [say(message) for message in (*(one.remark for one in learnt.undecided), *learnt.remarks)],
            "record": [say(message) for message in unrecorded],
            "tolerances": [line for lines in open_ones for line in lines][1:],
        },
        tolerances={proposal.key: proposal.remarks for proposal in proposals if proposal.tolerance is not None},
    )


def _made_id(device: DeviceIdentity, phantom: str) -> str:
    """Return an id of model, serial number and module; the module is never cut off."""
    named = "_".join(part for part in (device.model, device.serial) if part) or device.station
    suffix = _slug(phantom)[:LONGEST_ID]
    prefix = _slug(named)[: max(0, LONGEST_ID - len(suffix) - 1)].strip("_")
    return f"{prefix}_{suffix}" if prefix else suffix


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _writable(text: str) -> str:
    """Return a name from a header without what UTF-8 cannot write."""
    return text.encode("utf-8", "replace").decode().strip()
