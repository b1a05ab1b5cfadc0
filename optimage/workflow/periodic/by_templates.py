# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports of schedules, made by the templates of the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from optimage.document.period import Period
from optimage.model.periodic import ReportRun, ReportSchedule
from optimage.model.phantom import PhantomModule
from optimage.occurrences import find_zone
from optimage.report.templates.files import load_template
from optimage.report.templates.template import in_language
from optimage.schedule import Grace
from optimage.settings import Settings
from optimage.store.engine import Store
from optimage.workflow.due import grace_of
from optimage.workflow.jobs.workers import own_name
from optimage.workflow.periodic.made import Made
from optimage.workflow.periodic.run_due import Reporter
from optimage.workflow.reporting.make import Order, make_report


@dataclass(frozen=True, slots=True)
class ByTemplates:
    """Makes the report of a run by the template of its schedule, read anew each time.

    It is made as of the moment it was due, however late that is, so that it is the same whenever it is tried.
    """

    store: Store
    modules: Mapping[str, PhantomModule]
    folder: Path
    grace: Grace
    operator: str

    def __call__(self, schedule: ReportSchedule, run: ReportRun, /) -> Made:
        """Return the report as files."""
        template = in_language(load_template(schedule.template, self.folder), schedule.language)
        order = Order(
            now=run.due_at,
            selection=schedule.selection,
            period=Period(run.begin, run.end, find_zone(schedule.zone)),
            grace=self.grace,
            operator=self.operator,
        )
        made = make_report(self.store, self.modules, template, order)
        return Made({form: made.write(form) for form in schedule.forms}, made.behind, made.empty)


def reporter_of(settings: Settings, store: Store, modules: Mapping[str, PhantomModule]) -> Reporter:
    """Return who carries out the schedules of this installation."""
    make = ByTemplates(store, modules, settings.templates, grace_of(settings), settings.operator)
    return Reporter(store, make, settings.reports, own_name(), settings.operator)
