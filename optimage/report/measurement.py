# SPDX-License-Identifier: LGPL-3.0-or-later
"""The report of one measurement: its document, and that as PDF."""

from pathlib import Path

from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Document
from optimage.i18n import speaking
from optimage.report.fill import fill_measurement
from optimage.report.pdf import write_pdf
from optimage.report.templates.files import load_template
from optimage.report.templates.template import Template, manner_of

DEFAULT = "measurement"


def template_for(context: MeasurementContext, templates: Path | None = None) -> Template:
    """Return the template that the profile names; `templates` is the folder of a site's own ones.

    Raises
    ------
    UsageError
        The profile names a report template that does not exist.
    TemplateError
        The template has mistakes.
    """
    return load_template(template_name(context), templates)


def template_name(context: MeasurementContext) -> str:
    """Return the name of the template that the profile asks for."""
    return context.profile.report if context.profile else DEFAULT


def create_document(context: MeasurementContext, templates: Path | None = None) -> Document:
    """Fill the template that the profile names with `context`; raises as `template_for`."""
    return fill_measurement(template_for(context, templates), (context,))


def build_measurement_report(context: MeasurementContext, templates: Path | None = None) -> bytes:
    """Return the PDF that the template of the profile makes of `context`; raises as `template_for`.

    The same context in the same language gives the same bytes.
    """
    template = template_for(context, templates)
    with speaking(manner_of(template)):
        return write_pdf(fill_measurement(template, (context,)))
