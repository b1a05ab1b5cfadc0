# SPDX-License-Identifier: LGPL-3.0-or-later
"""The report of one measurement as PDF."""

from optimage.document.measurement import MeasurementContext
from optimage.report.pdf import write_pdf
from optimage.report.template import create_document


def build_measurement_report(context: MeasurementContext) -> bytes:
    """Return the PDF that the template of the profile makes of `context`.

    The same context in the same language gives the same bytes.

    Raises
    ------
    UsageError
        The profile names a report template that does not exist.
    """
    return write_pdf(create_document(context))
