# SPDX-License-Identifier: LGPL-3.0-or-later
"""The hooks a plugin can implement; the reference page is made of these docstrings."""

from collections.abc import Iterable
from pathlib import Path

import pluggy

from optimage.document.block import ReportBlock
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule

PROJECT = "optimage"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def optimage_register_phantoms() -> Iterable[PhantomModule]:
    """Return the phantom modules this plugin offers.

    Called once when plugins are loaded, in any order. A module whose card
    breaks the contract is left out, and so is one whose `info.id` is taken;
    the plugin is then listed with the reason.
    """
    return ()


@hookspec
def optimage_profile_folders() -> Iterable[Path]:
    """Return folders with example profiles.

    Called once when plugins are loaded. Examples are listed beside the
    shipped ones and judge nothing until a person applies them.
    """
    return ()


@hookspec
def optimage_report_blocks() -> Iterable[ReportBlock]:
    """Return blocks that report templates can name.

    Called once when plugins are loaded. A kind is two words joined by a dot,
    the plugin's and the block's, so that no shipped one is in its way. A
    block that breaks the contract makes its plugin broken; one whose kind is
    taken is left out; the plugin is then listed with the reason. An exception
    while it is written stands in the report in its place and in the log.
    """
    return ()


@hookspec
def optimage_result_stored(result: Result) -> None:
    """Take notice of a judged result that is safe in the database.

    Called after each stored result, in the process that stored it. An
    exception is logged and changes nothing.
    """
