# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports as files, remembered in the store."""

from hashlib import sha256
from pathlib import Path

from optimage.files import write_atomically
from optimage.model.records import NewReport, ReportRecord
from optimage.store.engine import Store
from optimage.workflow.reporting.make import Made, Order

PERIOD, RESULTS = "period", "results"
"""Kinds in the store of reports that a person asked for; `measurement` is that of the service."""


def keep_report(store: Store, made: Made, order: Order, form: str, path: Path) -> ReportRecord:
    """Write the file of a report, whole or not at all, and remember it.

    Parameters
    ----------
    store : Store
        Remembers it.
    made : Made
        The report.
    order : Order
        What was asked for.
    form : str
        In which form.
    path : Path
        The file; what was there is replaced.
    """
    content = made.write(form)
    write_atomically(path, content)
    report = NewReport(
        kind=RESULTS if made.result_ids else PERIOD,
        sha256=sha256(content).hexdigest(),
        file_name=path.name,
        template=made.template.name,
        form=form,
        language=made.document.language,
        result_ids=made.result_ids,
        selection=order.selection,
        begin=order.period.begin,
        end=order.period.end,
        behind=made.behind,
    )
    return store.reports.add(report, operator=order.operator)
