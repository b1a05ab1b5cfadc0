# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reads error codes with their sentences out of source code, without running it."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
Texts = Mapping[str, tuple[str, ...]]


class Reason(NamedTuple):
    """A code with its sentence and advice, both as templates."""

    code: str
    sentence: str
    advice: str


def reasons(source: str) -> Iterator[Reason]:
    """Yield every reason in `source`: a code as text, followed by a marked sentence, in the same call.

    This is how errors, failures and notes are made, and how helpers that
    make them are called. To an error, a failure or a note the sentence may
    also be handed by a name it was given before, or out of a table.
    """
    tree = ast.parse(source)
    texts = dict(_named_texts(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _reasons_of(node, texts if _is_reason(node) else {})


def _reasons_of(call: ast.Call, texts: Texts) -> Iterator[Reason]:
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    arguments = [*call.args, *(named[name] for name in ("code", "template", "message") if name in named)]
    for position, (first, second) in enumerate(pairwise(arguments)):
        code = first.value if isinstance(first, ast.Constant) else None
        if isinstance(code, str) and CODE.fullmatch(code):
            advice = named.get("advice") or next(iter(arguments[position + 2 :]), None)
            hints = _sentences(advice, texts) or ("",)
            yield from (Reason(code, sentence, hints[0]) for sentence in _sentences(second, texts))


def _is_reason(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name.endswith("Error") or name in {"Failure", "Note"}


def _sentences(node: ast.expr | None, texts: Texts) -> tuple[str, ...]:
    """Return the marked texts behind an expression: one, or all that a choice or a table can give."""
    if isinstance(node, ast.Name):
        return texts.get(node.id, ())
    if isinstance(node, ast.Subscript):
        return _sentences(node.value, texts)
    if isinstance(node, ast.IfExp):
        return _sentences(node.body, texts) + _sentences(node.orelse, texts)
    if isinstance(node, ast.Dict):
        return tuple(sentence for value in node.values for sentence in _sentences(value, texts))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        return _marked(node.func.id, node.args[0], texts)
    return ()


def _marked(function: str, argument: ast.expr, texts: Texts) -> tuple[str, ...]:
    if function == "Message":
        return _sentences(argument, texts)
    is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return (argument.value,) if function == "N_" and is_text else ()


def _named_texts(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            texts = _sentences(node.value, {})
            if texts:
                yield node.targets[0].id, texts
