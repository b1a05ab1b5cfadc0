# SPDX-License-Identifier: LGPL-3.0-or-later
"""A named person stands for a report; whether what is behind it changed since is told by making it once more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from optimage.document.period import Period
from optimage.errors import OptimageError, UsageError
from optimage.i18n import say
from optimage.messages import N_, Message
from optimage.model.phantom import PhantomModule
from optimage.model.records import ReportRecord
from optimage.model.signature import Signature, Signed, Subject
from optimage.report.templates.files import load_template
from optimage.report.templates.template import in_language
from optimage.schedule import Grace
from optimage.store.engine import Store
from optimage.workflow.reporting.keep import keep_report
from optimage.workflow.reporting.make import Made, Order, make_report
from optimage.workflow.reporting.zone import LocalZone

OF_THE_SERVICE = "measurement"
"""Kind of the reports that the service writes of single results; these are signed themselves."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where reports come from: the store, the phantom modules, the folder of own templates, and the grace of tests."""

    store: Store
    modules: Mapping[str, PhantomModule]
    templates: Path
    grace: Grace

    def make_again(self, record: ReportRecord, signed: tuple[Signed, ...] = ()) -> tuple[Made, Order]:
        """Make a report as of the moment at which it was made, from what the store holds now."""
        period = Period(record.begin, record.end, LocalZone())
        order = Order(record.at, record.selection, period, record.result_ids, self.grace, record.operator, signed)
        template = in_language(load_template(record.template, self.templates), record.language)
        return make_report(self.store, self.modules, template, order), order

    def changes(self, record: ReportRecord) -> Iterator[Message]:
        """Yield what is not as it was when a report was made."""
        try:
            made, _order = self.make_again(record)
        except OptimageError as error:
            yield Message(N_("it cannot be made again: {reason}"), {"reason": say(error.message)})
            return
        if made.behind != record.behind:
            yield Message(N_("values, limits, reviews or notes behind it are not what they were"))

    def signed(self, record: ReportRecord) -> tuple[Signed, ...]:
        """Return who stands for a report, in whatever form, each with what changed since."""
        ids = [one.id for one in self.store.reports.list(template=record.template) if _same(one, record)]
        found = self.store.signatures.of(Subject.REPORT, ids)
        signatures = sorted((one for some in found.values() for one in some), key=lambda one: one.at)
        changes = tuple(self.changes(record)) if signatures else ()
        return tuple(Signed(one, changes) for one in signatures)


def sign_report(
    archive: Archive, report_id: int, target: Path, *, name: str, reason: str, operator: str, now: datetime
) -> ReportRecord:
    """Sign a report as a named person and write it once more, with the signature.

    Raises
    ------
    UsageError
        `unknown_report`; `report_of_result` for the report that the service wrote of one result, which is signed
        itself; `report_outdated` where what is behind the report changed since; `name_missing`, `reason_missing`.
    """
    record = archive.store.reports.get(report_id)
    if record.kind == OF_THE_SERVICE:
        raise UsageError(
            "report_of_result",
            N_("report {id} is that of a single result"),
            advice=N_("sign the result: optimage results sign {result}"),
            id=report_id,
            result=record.result_id or 0,
        )
    changes = tuple(archive.changes(record))
    if changes:
        raise UsageError(
            "report_outdated",
            N_("report {id} is out of date: {changes}"),
            advice=N_("make it again, and sign the new one"),
            id=report_id,
            changes="; ".join(map(say, changes)),
        )
    archive.store.signatures.add(Signature(Subject.REPORT, report_id, name, operator, reason, now, record.behind))
    made, order = archive.make_again(record, archive.signed(record))
    return keep_report(archive.store, made, order, record.form, target)


def _same(one: ReportRecord, other: ReportRecord) -> bool:
    """Tell whether two files are the same report, perhaps in another form or language."""
    return _about(one) == _about(other)


def _about(one: ReportRecord) -> tuple[object, ...]:
    return one.template, one.behind, one.selection, one.begin, one.end, one.result_ids
