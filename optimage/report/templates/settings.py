# SPDX-License-Identifier: LGPL-3.0-or-later
"""The settings that a template gives to its blocks, checked one by one."""

from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Any

from optimage.document.block import ReportBlock, Setting, Wording
from optimage.i18n import languages
from optimage.messages import N_
from optimage.report.templates.problems import Problems
from optimage.report.texts import mistakes_in

TEXT = N_("{where}: need text, got {value}")
TOO_FEW = N_("{where}: need {ge} or more, got {value}")
CHOICE = N_("{where}: need one of {expected}, got {value}")
SHOWN = 60  # characters of a wrong value


def read_settings(
    block: ReportBlock, table: Mapping[str, Any], key: Sequence[str], problems: Problems, variables: Collection[str]
) -> dict[str, Any]:
    """Return every setting of a block, given or by default; what is wrong is noted in `problems`."""
    known = {setting.name: setting for setting in block.settings}
    for name in table:
        if name != "kind" and name not in known:
            problems.unknown((*key, name), name, known)
    for name, setting in known.items():
        if name not in table and setting.default is None:
            problems.add((*key, name), N_("{where}: is missing"))
    given = {
        name: _read(known[name], table[name], (*key, name), problems, variables) for name in table if name in known
    }
    return {name: _default(setting) for name, setting in known.items()} | given


def read_wording(value: object, key: Sequence[str], problems: Problems, variables: Collection[str]) -> Wording:
    """Return a text for people, given once or as a table by language; what is wrong is noted in `problems`."""
    if isinstance(value, str):
        texts = {"": value}
    elif isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        texts = value
        for name in set(texts) - languages():
            problems.unknown((*key, name), name, languages())
    else:
        problems.add(key, N_("{where}: need text, or a table of texts by language, got {value}"), value=_short(value))
        return Wording()
    for text in texts.values():
        for template, values in mistakes_in(text, variables):
            problems.add(key, template, **values)
    return Wording(texts)


def _read(setting: Setting, value: Any, key: Sequence[str], problems: Problems, variables: Collection[str]) -> Any:
    if setting.type is Wording:
        return read_wording(value, key, problems, variables)
    if setting.type is tuple:
        return _list(setting, value, key, problems)
    if setting.type in (int, float):
        return _number(setting, value, key, problems)
    if setting.type is bool:
        return read_flag(value, key, problems)
    return read_text(value, key, problems, setting.choices)


def read_flag(value: object, key: Sequence[str], problems: Problems) -> bool:
    """Return a truth value; False after noting that it is none."""
    if not isinstance(value, bool):
        problems.add(key, N_("{where}: need true or false, got {value}"), value=_short(value))
    return value is True


def read_text(value: object, key: Sequence[str], problems: Problems, choices: Sequence[str] = ()) -> str:
    """Return a text among `choices`, where there are any; an empty one after noting that it is none."""
    if not isinstance(value, str):
        problems.add(key, TEXT, value=_short(value))
        return ""
    if choices and value not in choices:
        problems.add(key, CHOICE, expected=", ".join(choices), value=_short(value))
        return ""
    return value


def _list(setting: Setting, value: object, key: Sequence[str], problems: Problems) -> tuple[str, ...]:
    if not isinstance(value, list):
        problems.add(key, N_("{where}: need a list, got {value}"), value=_short(value))
        return ()
    return tuple(read_text(one, key, problems, setting.choices) for one in value)


def _number(setting: Setting, value: Any, key: Sequence[str], problems: Problems) -> float:
    whole = setting.type is int
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        template = (
            N_("{where}: need a whole number, got {value}") if whole else N_("{where}: need a number, got {value}")
        )
        problems.add(key, template, value=_short(value))
        return 0
    if not isfinite(value) or value < setting.minimum:
        problems.add(key, TOO_FEW, ge=f"{setting.minimum:g}", value=str(value))
        return 0
    return value if whole else float(value)


def _default(setting: Setting) -> Any:
    if setting.type is Wording:
        return Wording({"": str(setting.default or "")})
    return setting.default


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
