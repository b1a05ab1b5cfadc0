# SPDX-License-Identifier: LGPL-3.0-or-later
"""What every phantom module measures and can be set to, out of the modules' own cards."""

from collections.abc import Iterator

from tables import code, table

from optimage.model.phantom import ParameterSpec, PhantomInfo
from optimage.plugins.manager import load_plugins

INTRODUCTION = """# Measurements of every phantom

Made from the cards of the modules that come with Optimage. A key is stable for ever; *summary* says how the judged
value comes out of several slices, heads or repeats.

"""


def cards() -> list[PhantomInfo]:
    """Return the cards of the product's own modules, by id."""
    modules = load_plugins().modules.values()
    own = [module.info for module in modules if type(module).__module__.startswith("optimage_phantoms.")]
    return sorted(own, key=lambda info: info.id)


def measurement_page() -> str:
    """Return the page with one section a module."""
    return INTRODUCTION + "\n".join("\n".join(_section(info)) for info in cards())


def _section(info: PhantomInfo) -> Iterator[str]:
    yield f"## {info.id}\n"
    yield f"{info.title}, version {info.version}, for {', '.join(sorted(info.modalities))}.\n"
    yield "### Images\n"
    inputs = (
        (code(i.role), f"{i.minimum} to {i.maximum or 'any number'}", ", ".join(map(code, i.same))) for i in info.inputs
    )
    yield table(("Role", "How many", "Together by"), inputs)
    yield "### Measurements { #" + f"{info.id}-measurements" + " }\n"
    yield table(
        ("Key", "Unit", "Title", "Summary", "Method", "Formula", "Source"),
        ((code(m.key), str(m.unit), m.title, m.summary, code(m.method), m.formula, m.source) for m in info.measures),
    )
    if info.parameters:
        yield "### Parameters { #" + f"{info.id}-parameters" + " }\n"
        yield table(("Name", "Type", "Default", "Unit", "Allowed", "Meaning"), map(_parameter_row, info.parameters))


def _parameter_row(spec: ParameterSpec) -> tuple[str, ...]:
    limits = [
        f"{word} {limit:g}" for word, limit in (("from", spec.minimum), ("to", spec.maximum)) if limit is not None
    ]
    allowed = ", ".join(map(code, spec.choices)) or " ".join(limits)
    return code(spec.name), spec.type.__name__, code(str(spec.default)), spec.unit, allowed, spec.help
