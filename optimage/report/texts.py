# SPDX-License-Identifier: LGPL-3.0-or-later
"""Texts of templates: a few variables, filters and conditions of Jinja2, and nothing that could run away or reach out.

What is filled in is data: it is never looked at for variables again.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from optimage.messages import N_, Value

if TYPE_CHECKING:
    from jinja2.nodes import Node
    from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_WRITTEN = 8_000  # characters of a text in a template
MOST_FILLED = 20_000  # characters of what comes of it
SIGNS = ("{{", "{%", "{#")
FILTERS = ("capitalize", "default", "lower", "trim", "upper")
PARTS = (
    "Output", "TemplateData", "Name", "Const", "Getitem", "Filter", "If", "CondExpr", "Compare", "Operand", "And", "Or",
    "Not", "Concat",
)  # fmt: skip
BY_KEY = ("values", "units", "limits", "verdicts")  # variables that hold one text for each measurement
Mistake = tuple[str, dict[str, Value]]


def fill_text(text: str, values: Mapping[str, Any]) -> str:
    """Return `text` with its variables filled in from `values`; cut where it grows beyond all measure."""
    filled = text if not any(sign in text for sign in SIGNS) else _environment().from_string(text).render(values)
    return filled if len(filled) <= MOST_FILLED else f"{filled[:MOST_FILLED]}…"


def mistakes_in(text: str, variables: Collection[str]) -> Iterator[Mistake]:
    """Yield what is wrong with a text: a sentence that begins with the field `where`, and its other values."""
    if len(text) > MOST_WRITTEN:
        yield N_("{where}: the text is longer than {most} characters"), {"most": MOST_WRITTEN}
        return
    if not any(sign in text for sign in SIGNS):
        return
    from jinja2 import TemplateSyntaxError

    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as error:
        yield N_("{where}: the text cannot be understood: {problem}"), {"problem": error.message or ""}
        return
    yield from _mistakes(tree, variables)


def _mistakes(tree: "Node", variables: Collection[str]) -> Iterator[Mistake]:
    from jinja2 import nodes

    keyed = {id(node.node) for node in tree.find_all(nodes.Getitem) if _is_by_key(node)}
    for node in tree.find_all(nodes.Node):
        kind = type(node).__name__
        if kind not in PARTS or (isinstance(node, nodes.Getitem) and not _is_by_key(node)):
            yield N_("{where}: {found} is refused; texts take variables, filters and if"), {"found": _named(node)}
        elif isinstance(node, nodes.Name) and node.name not in variables:
            yield _unknown(node.name, variables)
        elif isinstance(node, nodes.Name) and node.name in BY_KEY and id(node) not in keyed:
            yield N_('{where}: {name} needs the key of a measurement: {name}["noise"]'), {"name": node.name}
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield _unknown(node.name, FILTERS)


def _is_by_key(node: Any) -> bool:
    from jinja2 import nodes

    return (
        isinstance(node.node, nodes.Name)
        and node.node.name in BY_KEY
        and isinstance(node.arg, nodes.Const)
        and isinstance(node.arg.value, str)
    )


def _named(node: Any) -> str:
    return f".{node.attr}" if type(node).__name__ == "Getattr" else type(node).__name__.lower()


def _unknown(name: str, known: Collection[str]) -> Mistake:
    near = get_close_matches(name, known, n=1)
    if near:
        return N_("{where}: {name} is unknown here; did you mean {near}?"), {"name": name, "near": near[0]}
    return N_("{where}: {name} is unknown here; known: {known}"), {"name": name, "known": ", ".join(sorted(known))}


@cache
def _environment() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment
