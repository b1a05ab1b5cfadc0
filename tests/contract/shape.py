# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the shape of the code may be; each check takes a syntax tree and yields one line a problem."""

import ast
from collections.abc import Iterator

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
LONGEST_FUNCTION = 60
LONGEST_FILE = 600
BANNED_MODULES = frozenset({"pickle", "cPickle", "marshal", "shelve", "dill", "joblib"})
BANNED_CALLS = frozenset({"eval", "exec", "compile", "__import__"})
UNITS = ("_mm", "_mm2", "_px", "_hu", "_s", "_deg")
BARE_TYPES = frozenset({"int", "float", "str", "bool", "object", "Any", "FloatArray", "BoolArray", "Vector"})
BANNED_METHODS = frozenset(
    {("os", "system"), ("os", "popen"), ("yaml", "load"), ("yaml", "unsafe_load"), ("np", "load")}
)


def long_functions(tree: ast.Module) -> Iterator[str]:
    """Yield functions of more lines than anyone reads at once; the docstring does not count."""
    for function in _functions(tree):
        lines = code_lines(function)
        if lines > LONGEST_FUNCTION:
            yield f"{function.lineno}: {function.name} has {lines} lines"


def code_lines(function: FunctionNode) -> int:
    """Return the number of lines from `def` to the end, without the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return total
    docstring = function.body[0]
    return total - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def swallowed_errors(tree: ast.Module) -> Iterator[str]:
    """Yield handlers that catch everything by silence: a bare `except`, or a wide one that does nothing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        if node.type is None:
            yield f"{node.lineno}: bare except"
        elif _is_wide(node.type) and all(isinstance(one, ast.Pass | ast.Continue) for one in node.body):
            yield f"{node.lineno}: an error of any kind is swallowed"


def dangerous_calls(tree: ast.Module) -> Iterator[str]:
    """Yield what could run code that came from outside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"{node.lineno}: imports {a.name}" for a in node.names if _top(a.name) in BANNED_MODULES)
        elif isinstance(node, ast.ImportFrom) and _top(node.module or "") in BANNED_MODULES:
            yield f"{node.lineno}: imports {node.module}"
        elif isinstance(node, ast.Call):
            yield from _dangerous_call(node)


def filled_sql(tree: ast.Module) -> Iterator[str]:
    """Yield statements of `text()` that are put together from values instead of taking parameters."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in {"text", "exec_driver_sql"} and node.args:
            statement = node.args[0]
            if isinstance(statement, ast.JoinedStr | ast.BinOp) or (
                isinstance(statement, ast.Call) and _called(statement) in {"format", "join"}
            ):
                yield f"{node.lineno}: {ast.unparse(statement)}"


def undocumented_parameters(tree: ast.Module) -> Iterator[str]:
    """Yield public functions of a module that do not say in numpydoc what goes in, what comes out and what for.

    A parameter or result needs words unless its type is a value of ours,
    documented where it is defined, or its name ends in its unit. The words stand in the
    section `Parameters`, or name it in a sentence.
    """
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        docstring = ast.get_docstring(node) or ""
        if not docstring:
            yield f"{node.lineno}: {node.name} has no docstring"
            continue
        unnamed = [a.arg for a in _parameters(node) if not _explains_itself(a) and f"`{a.arg}`" not in docstring]
        if unnamed and "Parameters\n---" not in docstring:
            yield f"{node.lineno}: {node.name} does not say what {', '.join(unnamed)} is"
        if not _says_what_returns(node, docstring):
            yield f"{node.lineno}: {node.name} does not say what it returns"


def _explains_itself(parameter: ast.arg) -> bool:
    if parameter.arg.endswith(UNITS):
        return True
    kind = parameter.annotation
    return isinstance(kind, ast.Name) and kind.id not in BARE_TYPES


def _says_what_returns(function: ast.FunctionDef, docstring: str) -> bool:
    kind = function.returns
    if isinstance(kind, ast.Constant) and kind.value is None:
        return True
    if isinstance(kind, ast.Name) and kind.id not in BARE_TYPES:
        return True
    first = docstring.split(maxsplit=1)[0].lower().rstrip(".")
    return "Returns\n---" in docstring or "Yields\n---" in docstring or first in {"return", "yield", "whether", "give"}


def _parameters(function: ast.FunctionDef) -> list[ast.arg]:
    arguments = function.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _functions(tree: ast.Module) -> Iterator[FunctionNode]:
    return (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def _is_wide(kind: ast.expr) -> bool:
    return isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"}


def _dangerous_call(call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Name) and call.func.id in BANNED_CALLS:
        yield f"{call.lineno}: calls {call.func.id}"
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        pair = (call.func.value.id, call.func.attr)
        if pair in BANNED_METHODS:
            yield f"{call.lineno}: calls {'.'.join(pair)}"
    for keyword in call.keywords:
        if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False):
            yield f"{call.lineno}: starts a shell"


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _top(module: str) -> str:
    return module.partition(".")[0]
