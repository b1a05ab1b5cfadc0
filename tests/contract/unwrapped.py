# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finds sentences for people that do not go through gettext, by what they are handed to."""

import ast
import re
from collections.abc import Iterable, Iterator

MARKERS = frozenset({"_", "N_", "ngettext"})
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = frozenset({"optimage", "Optimage"})  # need no translation

# Where a sentence stands: name of what is called, then positions. Keywords hold for every call.
POSITIONS: dict[str, tuple[int, ...]] = {
    "echo": (0,),
    "secho": (0,),
    "confirm": (0,),
    "prompt": (0,),
    "Message": (0,),
    "Note": (1,),
    "Failure": (2, 3),
    "PhantomInfo": (1,),
    "InputSpec": (4,),
    "ParameterSpec": (4,),
    "MeasurementSpec": (2,),
    "Option": (2,),
    "Curve": (3, 4),
    "Paragraph": (0,),
    "Heading": (0, 1),
    "drawString": (2,),
    "drawCentredString": (2,),
    "drawRightString": (2,),
}
KEYWORDS = frozenset({"help", "short_help", "epilog", "advice", "title", "x_label", "y_label", "heading", "caption"})
NOT_FOR_PEOPLE = frozenset({"FastAPI", "ConfigDict", "Figure"})
COMMANDS = frozenset({"command", "group"})


def error_names(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Return the names of all errors that are told to a user: `OptimageError` and what derives from it."""
    bases = {
        node.name: {name_of(base) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"OptimageError", "ClickException", "UsageError", "BadParameter"}
    while more := {name for name, parents in bases.items() if parents & known} - known:
        known |= more
    return frozenset(known)


def problems(tree: ast.Module, errors: frozenset[str]) -> Iterator[str]:
    """Yield one line for each sentence in `tree` that no translator would ever see."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _call_problems(node, errors)
        elif isinstance(node, ast.FunctionDef):
            yield from _command_problems(node)


def name_of(node: ast.expr) -> str:
    """Return the last name of `a.b.name` or `name`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _call_problems(call: ast.Call, errors: frozenset[str]) -> Iterator[str]:
    name = name_of(call.func)
    if name in MARKERS and isinstance(call.func, ast.Name):
        yield from _marker_problems(call, name)
        return
    if name in NOT_FOR_PEOPLE:
        return
    for argument in _sentence_arguments(call, name, errors):
        if _has_words(argument):
            yield f"{argument.lineno}: {name}() is given a sentence that is not translated: {ast.unparse(argument)}"


def _sentence_arguments(call: ast.Call, name: str, errors: frozenset[str]) -> Iterator[ast.expr]:
    # Errors of click take the sentence first, ours the code.
    positions = (0, 1) if name in errors and _is_plain(call) else POSITIONS.get(name, ())
    if name in errors and not _is_plain(call):
        positions = (1,)
    yield from (call.args[position] for position in positions if position < len(call.args))
    yield from (keyword.value for keyword in call.keywords if keyword.arg in KEYWORDS)


def _is_plain(call: ast.Call) -> bool:
    """Whether an error is one of click's (`click.UsageError`), which have no code."""
    return isinstance(call.func, ast.Attribute) and name_of(call.func.value) == "click"


def _marker_problems(call: ast.Call, name: str) -> Iterator[str]:
    sentences = call.args[: 2 if name == "ngettext" else 1]
    for argument in sentences:
        if isinstance(argument, ast.JoinedStr):
            yield f"{call.lineno}: an f-string in {name}() never matches the catalogue: {ast.unparse(argument)}"
        elif isinstance(argument, ast.BinOp) or _is_format(argument):
            yield f"{call.lineno}: {name}() is given a sentence already filled: {ast.unparse(argument)}"
        elif name == "N_" and not _is_text(argument):
            yield f"{call.lineno}: N_() marks texts, not {ast.unparse(argument)}"


def _command_problems(function: ast.FunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if not isinstance(decorator, ast.Call) or name_of(decorator.func) not in COMMANDS:
            continue
        if not any(keyword.arg == "help" for keyword in decorator.keywords):
            yield f"{function.lineno}: the command {function.name} has no help, so its docstring is shown untranslated"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_format(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) == "format"


def _has_words(node: ast.expr) -> bool:
    """Whether words stand in `node` itself: not in calls inside it, which answer for themselves."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and not NAMES.issuperset(WORD.findall(node.value))
    if isinstance(node, ast.JoinedStr):
        return any(_has_words(part) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.BinOp):
        return _has_words(node.left) or _has_words(node.right)
    if isinstance(node, ast.IfExp):
        return _has_words(node.body) or _has_words(node.orelse)
    if _is_format(node) and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _has_words(node.func.value)
    return False
