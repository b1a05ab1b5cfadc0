# SPDX-License-Identifier: LGPL-3.0-or-later
"""The forms that a document can be written in."""

from dataclasses import replace

from optimage.document.parts import Document
from optimage.errors import UsageError
from optimage.i18n import manner, speaking
from optimage.messages import N_

FORMS = ("pdf", "html", "rtf", "json")


def write_document(document: Document, form: str) -> bytes:
    """Return `document` as the bytes of a file; the same document gives the same bytes.

    What the writer itself says, such as the number of the page, it says in the
    language of the document.

    Parameters
    ----------
    document : Document
        What to write.
    form : str
        One of `FORMS`; also the suffix of such files.

    Raises
    ------
    UsageError
        There is no such form.
    """
    if form not in FORMS:
        raise UsageError(
            "unknown_form",
            N_("there is no form {form} of reports"),
            advice=N_("choose one of {known}"),
            form=form,
            known=", ".join(FORMS),
        )
    with speaking(replace(manner(), language=document.language)):
        return _write(document, form)


def _write(document: Document, form: str) -> bytes:
    """Import only what the form needs."""
    if form == "pdf":
        from optimage.report.pdf import write_pdf

        return write_pdf(document)
    if form == "html":
        from optimage.report.html import write_html

        return write_html(document)
    if form == "rtf":
        from optimage.report.rtf import write_rtf

        return write_rtf(document)
    from optimage.report.json import write_json

    return write_json(document)
