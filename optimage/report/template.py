# SPDX-License-Identifier: LGPL-3.0-or-later
"""Report templates: TOML lists of blocks, and the document they make of a context."""

import tomllib
from functools import cache
from typing import Any

from optimage.document.block import Scope
from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Document
from optimage.errors import UsageError
from optimage.i18n import _, language
from optimage.messages import N_
from optimage.report.registry import blocks
from optimage.resources import data_folder

DEFAULT = "measurement"


def create_document(context: MeasurementContext) -> Document:
    """Fill the template that the profile names with `context`."""
    known = blocks(Scope.MEASUREMENT)
    template = load_template(context.profile.report if context.profile else DEFAULT)
    parts = tuple(part for kind, settings in template for part in known[kind].write(context, **settings))
    device = context.result.acquisition.device.title
    software = f"Optimage {context.result.provenance.software_version}"
    return Document(
        title=f"{context.phantom_title} – {device}" if device else context.phantom_title,
        author=context.result.provenance.operator or "Optimage",
        subject=_("Quality control of medical imaging equipment"),
        language=language(),
        footer=f"{software} · {_('Quality control only, not for diagnostic use')}",
        parts=parts,
    )


@cache
def load_template(name: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return kind and settings of each block of the template `name`.

    Raises
    ------
    UsageError
        There is no such template, or it names a block that does not exist.
    """
    found = {path.stem: path for path in data_folder("report_templates").glob("*.toml")}
    if name not in found:
        raise UsageError(
            "unknown_report_template",
            N_("there is no report template {name}"),
            advice=N_("choose one of {known}"),
            name=name,
            known=", ".join(sorted(found)),
        )
    with found[name].open("rb") as stream:
        listed = tomllib.load(stream)["block"]
    allowed = blocks(Scope.MEASUREMENT)
    for block in listed:
        if block["kind"] not in allowed:
            raise UsageError(
                "unknown_report_block",
                N_("the report template {name} names an unknown block {kind}"),
                advice=N_("use blocks among {known}"),
                name=name,
                kind=block["kind"],
                known=", ".join(allowed),
            )
    return tuple((block["kind"], {k: v for k, v in block.items() if k != "kind"}) for block in listed)
