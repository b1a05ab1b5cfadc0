# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every kind of block that a template can name."""

from collections.abc import Callable, Iterable, Mapping

from optimage.document.block import ReportBlock, Scope, Setting, Wording
from optimage.document.parts import Part
from optimage.messages import N_
from optimage.plugins.manager import load_blocks
from optimage.report import blocks as of_measurement
from optimage.report.general_blocks import GENERAL
from optimage.report.montage_block import montage
from optimage.report.period.all import PERIOD_BLOCKS
from optimage.report.picture_block import picture


def blocks(scope: Scope) -> Mapping[str, ReportBlock]:
    """Return the blocks that may stand in templates of `scope`, by kind: the shipped ones, then those of plugins."""
    return {block.kind: block for block in (*ALL, *load_blocks().values()) if scope in block.scopes}


def block_of(kind: str, scope: Scope) -> ReportBlock | None:
    """Return one block, None where there is none; plugins are loaded only for a kind that was not shipped."""
    shipped = {block.kind: block for block in ALL if scope in block.scopes}
    return shipped.get(kind) or blocks(scope).get(kind)


def is_shipped(block: ReportBlock) -> bool:
    """Whether a block came with the program."""
    return block in ALL


def _measured(write: Callable[..., Iterable[Part]], text: str, *settings: Setting) -> ReportBlock:
    return ReportBlock(write.__name__, text, frozenset({Scope.MEASUREMENT}), write, settings)


ALL = (
    _measured(
        of_measurement.title,
        N_("what was measured, on what, when, with the overall verdict"),
        Setting("text", Wording, "", N_("what stands there instead of the name of the phantom")),
    ),
    _measured(of_measurement.results, N_("every summary value with its limits and verdict")),
    _measured(of_measurement.readings, N_("what a person read")),
    _measured(of_measurement.failures, N_("what could not be measured, and what to do")),
    _measured(of_measurement.notes, N_("remarks of the module and of people")),
    _measured(
        picture,
        N_("the central image with its regions"),
        Setting("rows", int, 16, N_("regions listed at most"), minimum=1),
    ),
    _measured(
        montage,
        N_("one image of each kind with its regions"),
        Setting("most", int, 6, N_("images shown at most"), minimum=1),
    ),
    _measured(of_measurement.curves, N_("the curves behind the numbers")),
    _measured(of_measurement.charts, N_("control charts of the judged values")),
    _measured(of_measurement.recorded, N_("what was read from the header")),
    _measured(
        of_measurement.items,
        N_("values of single images and parts"),
        Setting("rows", int, 40, N_("values listed at most"), minimum=1),
    ),
    _measured(of_measurement.provenance, N_("what is needed to get the same numbers again")),
    *GENERAL,
    *PERIOD_BLOCKS,
)
