# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether a block of a report keeps the contract."""

import re
from collections.abc import Iterator

from optimage.document.block import Need, ReportBlock, Scope, Setting, Wording
from optimage.errors import PluginError
from optimage.messages import N_

KIND = re.compile(r"[a-z0-9_]{1,64}\.[a-z0-9_]{1,64}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
TYPES: tuple[type, ...] = (str, int, float, bool, tuple, Wording)


def check_block(block: object) -> str:
    """Return the kind of a block.

    Raises
    ------
    PluginError
        `block_invalid`; says what is wrong first.
    """
    if not isinstance(block, ReportBlock):
        raise _invalid(type(block).__name__, "ReportBlock")
    wrong = next(_mistakes(block), None)
    if wrong is not None:
        raise _invalid(str(block.kind), wrong)
    return block.kind


def _mistakes(block: ReportBlock) -> Iterator[str]:
    if not isinstance(block.kind, str) or not KIND.fullmatch(block.kind):
        yield "kind"
    if not block.help:
        yield "help"
    if not block.scopes or not all(isinstance(scope, Scope) for scope in block.scopes):
        yield "scopes"
    if not callable(block.write):
        yield "write"
    if not all(isinstance(need, Need) for need in block.needs):
        yield "needs"
    names = [setting.name for setting in block.settings]
    yield from (f"settings.{name}" for name in names if names.count(name) > 1 or name == "kind")
    yield from (f"settings.{setting.name}" for setting in block.settings if not _is_sound(setting))


def _is_sound(setting: Setting) -> bool:
    if not NAME.fullmatch(setting.name) or not setting.help or setting.type not in TYPES:
        return False
    wanted = str if setting.type is Wording else setting.type
    return setting.default is None or type(setting.default) is wanted


def _invalid(block: str, part: str) -> PluginError:
    return PluginError(
        "block_invalid",
        N_("the report block {block} breaks the contract: {part} is missing or wrong"),
        advice=N_("tell the author of the plugin"),
        block=block,
        part=part,
    )
