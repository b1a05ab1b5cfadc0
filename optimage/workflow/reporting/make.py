# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports of every kind, from the store to a document and to the bytes of its files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import repeat

from optimage.document.block import Need, Scope
from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Document
from optimage.document.period import Configured, Period, PeriodContext, Selection
from optimage.errors import UsageError
from optimage.i18n import speaking
from optimage.messages import N_
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule
from optimage.model.signature import Signed
from optimage.report.fill import fill_measurement, fill_period
from optimage.report.formats import write_document
from optimage.report.templates.template import Placed, Template, manner_of
from optimage.schedule import DueState, Grace
from optimage.store.engine import Store
from optimage.workflow.documents import measurement_context
from optimage.workflow.reporting.behind import behind_results
from optimage.workflow.reporting.file_names import file_stem
from optimage.workflow.reporting.gather import gather
from optimage.workflow.reporting.sources import Ask, sources_of

LAST_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Attributes
    ----------
    now : datetime
        When the report is made; what is due is told for that moment.
    selection : Selection
        Of what; everything by default.
    period : Period
        For which time; all by default.
    results : tuple of int
        Results to report on one by one; only for a template of measurements. Without any, those that were chosen.
    grace : Grace
        How long what is due may wait.
    operator : str
        Who makes it.
    signatures : tuple of Signed
        Who stands for the report as a whole.
    """

    now: datetime
    selection: Selection = field(default_factory=Selection)
    period: Period = field(default_factory=Period)
    results: tuple[int, ...] = ()
    grace: Grace = field(default_factory=Grace)
    operator: str = ""
    signatures: tuple[Signed, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A report.

    Attributes
    ----------
    document : Document
        What it says.
    template : Template
        What it was made by.
    behind : str
        SHA-256 of everything in the store that stands behind it, whenever and in whatever language it is made.
    stem : str
        Name of its files without the suffix: the same whenever the same is asked for, and without a byte from images.
    result_ids : tuple of int
        Results that it reports on one by one.
    empty : bool
        Whether nothing was measured and nothing happened in its period, and nothing is overdue.
    """

    document: Document
    template: Template
    behind: str
    stem: str
    result_ids: tuple[int, ...] = ()
    empty: bool = False

    def write(self, form: str) -> bytes:
        """Return the file in one of the forms; the same report gives the same bytes."""
        with speaking(manner_of(self.template)):
            return write_document(self.document, form)


def make_report(store: Store, modules: Mapping[str, PhantomModule], template: Template, order: Order) -> Made:
    """Make a report by a template.

    Parameters
    ----------
    store : Store
        Where everything stands.
    modules : mapping of str to PhantomModule
        For the titles of measurements.
    template : Template
        With the scope period for reports on a period, else for results one by one.
    order : Order
        What is asked for.

    Raises
    ------
    UsageError
        `unknown_result`, `unknown_profile`, `unknown_device`, `several_devices`, `unknown_site`, `unknown_key`;
        `results_not_taken` for results of a template that reports on a period; `results_needed` for a report on
        results where neither results nor anything else was chosen.
    """
    with speaking(manner_of(template)):
        if template.scope is Scope.PERIOD:
            return _of_period(store, modules, template, order)
        return _of_results(store, modules, template, order)


def _of_period(store: Store, modules: Mapping[str, PhantomModule], template: Template, order: Order) -> Made:
    if order.results:
        raise UsageError(
            "results_not_taken",
            N_("the template {name} reports on a period, not on single results"),
            advice=N_("choose profiles, a device or a site, and a period"),
            name=template.name,
        )
    context = _context(store, modules, template, _ask(order, template.blocks), order)
    stem, empty = _stem(store, template, order), _says_nothing(context)
    return Made(fill_period(template, context), template, context.origin.behind, stem, empty=empty)


def _of_results(store: Store, modules: Mapping[str, PhantomModule], template: Template, order: Order) -> Made:
    if not order.results and order.selection == Selection() and order.period.begin is order.period.end is None:
        raise UsageError(
            "results_needed",
            N_("the template {name} reports on results, and none was chosen"),
            advice=N_("choose them by number, or profiles, a device, a site or a period"),
            name=template.name,
        )
    results = _results(store, modules, order)
    numbers = frozenset(result.id or 0 for result in results)
    about = replace(order, period=_period_of(results, order.period))
    ask = replace(_ask(about, template.opening), results=numbers)
    opening = _context(store, modules, template, ask, order)
    if not results:  # what opens a report of several says that there is none
        alone = replace(template, blocks=template.opening)
        stem = _stem(store, template, order)
        return Made(fill_period(alone, opening), template, opening.origin.behind, stem, empty=True)
    contexts = [_signed(measurement_context(store, modules, result), order) for result in results]
    document = fill_measurement(template, contexts, opening)
    stem = _stem(store, template, order)
    return Made(document, template, behind_results(results), stem, tuple(sorted(numbers)))


def _stem(store: Store, template: Template, order: Order) -> str:
    device_id = store.devices.find(order.selection.device).id if order.selection.device else None
    return file_stem(template.name, order.selection, order.period, device_id=device_id, result_ids=order.results)


def _results(store: Store, modules: Mapping[str, PhantomModule], order: Order) -> tuple[Result, ...]:
    """Return the results to report on: those named, as they were named, else the current ones of what was chosen."""
    if order.results:
        return tuple(store.results.get(number) for number in dict.fromkeys(order.results))
    sources = sources_of(store, modules, Ask(order.selection, order.period, order.now))
    return tuple(store.results.get(entry.result_id) for entry in sources.entries if entry.current)


def _period_of(results: Sequence[Result], asked: Period) -> Period:
    """Return the time within which results were acquired, where no other one was asked for."""
    times = [at for result in results if (at := result.acquisition.at) is not None]
    if asked.begin or asked.end or len(times) < len(results) or not times:
        return asked
    return Period(min(times), max(times) + LAST_MOMENT, asked.zone)


def _context(
    store: Store, modules: Mapping[str, PhantomModule], template: Template, ask: Ask, order: Order
) -> PeriodContext:
    placed = template.blocks if template.scope is Scope.PERIOD else template.opening
    title, needs = template.title.here(), _needs(placed)
    context = gather(store, modules, ask, needs, title=title, operator=order.operator)
    return replace(context, signatures=order.signatures)


def _signed(context: MeasurementContext, order: Order) -> MeasurementContext:
    return replace(context, signatures=(*context.signatures, *order.signatures))


def _says_nothing(context: PeriodContext) -> bool:
    said = (context.results, context.trends, context.alarms, context.failures, context.events)
    overdue = any(one.state is DueState.OVERDUE for one in context.due)
    return not any(said) and not overdue and not any(map(_changed, repeat(context), context.configuration))


def _changed(context: PeriodContext, one: Configured) -> bool:
    """Tell whether a profile was applied or a baseline frozen within the period."""
    times = [*(revision.applied_at for revision in one.revisions), *(baseline.at for baseline in one.baselines)]
    return any(at is not None and context.period.holds(at) for at in times)


def _needs(placed: Iterable[Placed]) -> frozenset[Need]:
    return frozenset(need for one in placed for need in one.block.needs)


def _ask(order: Order, placed: Sequence[Placed]) -> Ask:
    """Return what has to be read for some blocks: as much as the one of them that shows most."""
    settings = [one.settings for one in placed if Need.TRENDS in one.block.needs]
    mosts = [int(one.get("most", 0)) for one in settings]
    return Ask(
        selection=order.selection,
        period=order.period,
        now=order.now,
        grace=order.grace,
        whole=any(one.settings.get("whole") for one in placed),
        most=0 if 0 in mosts else max(mosts, default=0),
        also=tuple(dict.fromkeys(key for one in settings for key in one.get("keys", ()))),
    )
