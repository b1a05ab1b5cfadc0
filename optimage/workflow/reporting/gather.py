# SPDX-License-Identifier: LGPL-3.0-or-later
"""From the store to what a report on a period is made from: only what its blocks need."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from optimage.document.block import Need
from optimage.document.period import Origin, PeriodContext
from optimage.model.phantom import PhantomModule
from optimage.store.engine import Store
from optimage.store.schema import SCHEMA_VERSION
from optimage.version import VERSION
from optimage.workflow.reporting.alarms import alarms, failures
from optimage.workflow.reporting.behind import behind
from optimage.workflow.reporting.configuration import configuration
from optimage.workflow.reporting.due import due_of
from optimage.workflow.reporting.events import events
from optimage.workflow.reporting.names import Names
from optimage.workflow.reporting.results import results
from optimage.workflow.reporting.sources import Ask, Sources, sources_of
from optimage.workflow.reporting.trends import trends

READ: Mapping[Need, Mapping[str, Callable[[Sources], Any]]] = {
    Need.RESULTS: {"results": results},
    Need.TRENDS: {"trends": trends},
    Need.DUE: {"due": due_of},
    Need.CONFIGURATION: {"configuration": configuration},
    Need.ALARMS: {"alarms": alarms, "failures": failures},
    Need.EVENTS: {"events": events},
}


def gather(
    store: Store,
    modules: Mapping[str, PhantomModule],
    ask: Ask,
    needs: Collection[Need],
    *,
    title: str = "",
    operator: str = "",
) -> PeriodContext:
    """Read what was asked for, in the reader's language.

    Parameters
    ----------
    store : Store
        Where everything stands.
    modules : mapping of str to PhantomModule
        For the titles of measurements.
    ask : Ask
        What to report on.
    needs : collection of Need
        What of it.
    title, operator : str
        What the report is called, and who makes it.

    Raises
    ------
    UsageError
        `unknown_profile`, `unknown_device`, `several_devices`, `unknown_site`, `unknown_key`.
    """
    sources = sources_of(store, modules, ask)
    read = {name: of(sources) for need in Need if need in needs for name, of in READ[need].items()}
    return PeriodContext(
        title=title,
        selection=ask.selection,
        period=ask.period,
        now=ask.now,
        operator=operator,
        names=_names(sources),
        origin=Origin(VERSION, SCHEMA_VERSION, behind(read)),
        **read,
    )


def _names(sources: Sources) -> Mapping[str, str]:
    chosen, names, selection = sources.chosen, sources.names, sources.ask.selection
    return {
        "site": selection.site or (chosen.device.site if chosen.device else ""),
        "device": names.device(chosen.device.id) if chosen.device else "",
        "profile": ", ".join(names.profile(profile_id) for profile_id in selection.profiles),
        "parameter": ", ".join(_parameter(names, key) for key in selection.keys),
    }


def _parameter(names: Names, key: str) -> str:
    """Return what all profiles that know a measurement call it, its key where they do not agree."""
    titles = {names.measurement(profile_id, key) for profile_id in names.profiles} - {key}
    return titles.pop() if len(titles) == 1 else key
