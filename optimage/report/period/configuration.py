# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which tests, references and limits a device has, since when, by whose decision and why."""

from collections.abc import Iterator, Sequence

from optimage.document.block import Need, ReportBlock, Scope, Setting
from optimage.document.parts import Align, Cell, Column, Facts, Heading, Paragraph, Part, Table, Tone
from optimage.document.period import Configured, PeriodContext
from optimage.document.words import NOTHING, limits_text, number
from optimage.i18n import _
from optimage.judge import limits_of
from optimage.messages import N_
from optimage.model.baseline import Baseline
from optimage.model.profile import ProfileRevision
from optimage.model.tolerance import Tolerance
from optimage.report.period.figures import figure
from optimage.report.period.words import day_of, said_by
from optimage.schedule import SCHEDULES

UNVERIFIED = " *"


def configuration(context: PeriodContext, *, revisions: bool, baselines: bool) -> Iterator[Part]:
    """Tell of each profile what it tests, by which references and limits, since when and why."""
    if not context.configuration:
        yield Heading(_("Configuration"))
        yield Paragraph(_("No profile was applied by then."))
        return
    for one in context.configuration:
        yield from _profile(context, one)
        if revisions:
            yield _revisions(context, one.revisions)
        if baselines and one.baselines:
            yield _baselines(context, one)
    if any(not tolerance.verified for one in context.configuration for tolerance in _tolerances(one)):
        yield Paragraph(_("* limit not yet checked against the printed text of its source."), Tone.QUIET)


def _tolerances(one: Configured) -> Iterator[Tolerance]:
    return iter(one.revisions[-1].profile.tolerances.values())


def _profile(context: PeriodContext, one: Configured) -> Iterator[Part]:
    profile, latest = one.revisions[-1].profile, one.revisions[-1]
    devices = ", ".join(device.identity.title or NOTHING for device in one.devices) or profile.device
    yield Heading(profile.title)
    yield Facts(
        (
            (_("Profile"), f"{profile.id} · {_('revision')} {latest.revision}"),
            (_("Device"), devices or NOTHING),
            (_("Site"), profile.site or next((device.site for device in one.devices if device.site), NOTHING)),
            (_("Phantom"), " · ".join(part for part in (profile.phantom, profile.phantom_serial) if part)),
            (_("Schedule"), _(SCHEDULES[profile.schedule]) if profile.schedule else NOTHING),
        )
    )
    if profile.tolerances:
        yield _limits(context, one)
    else:
        yield Paragraph(_("It judges nothing: no limits are set."))


def _limits(context: PeriodContext, one: Configured) -> Table:
    columns = (
        Column(_("Measurement"), 0.25),
        Column(_("Reference"), 0.1, Align.NUMBER),
        Column(_("Limits"), 0.2),
        Column(_("Source"), 0.21),
        Column(_("Since"), 0.24),
    )
    return Table(columns, tuple(_row(context, one, key) for key in one.revisions[-1].profile.tolerances))


def _row(context: PeriodContext, one: Configured, key: str) -> tuple[Cell, ...]:
    tolerance, unit = one.revisions[-1].profile.tolerances[key], one.units.get(key, "")
    mark = "" if tolerance.verified else UNVERIFIED
    shown = [text + mark for text in limits_text(limits_of(tolerance), unit)]
    title = one.titles.get(key, key)
    since = _since(one.revisions, key)
    return (
        Cell(f"{title}, {unit}" if unit not in ("", "1") else title, below=key),
        Cell(number(tolerance.reference, unit), value=tolerance.reference, unit=unit),
        Cell(shown[0] if shown else NOTHING, more=shown[1] if len(shown) > 1 else ""),
        Cell(tolerance.source + mark if tolerance.source else NOTHING),
        Cell(
            f"{day_of(context, since.applied_at)} ({_('revision')} {since.revision})",
            below=": ".join(part for part in (since.author, since.reason) if part),
        ),
    )


def _since(revisions: Sequence[ProfileRevision], key: str) -> ProfileRevision:
    """Return the revision from which on a limit has been as it is."""
    holding = revisions[-1]
    for earlier in reversed(revisions[:-1]):
        if earlier.profile.tolerances.get(key) != holding.profile.tolerances[key]:
            break
        holding = earlier
    return holding


def _revisions(context: PeriodContext, revisions: Sequence[ProfileRevision]) -> Table:
    columns = (
        Column(_("Revision"), 0.12),
        Column(_("Applied"), 0.15),
        Column(_("By"), 0.18),
        Column(_("Why"), 0.55),
    )
    return Table(
        columns,
        tuple(
            (
                Cell(str(one.revision), value=one.revision),
                Cell(day_of(context, one.applied_at)),
                Cell(one.author or NOTHING),
                Cell(one.reason or NOTHING),
            )
            for one in revisions
        ),
    )


def _baselines(context: PeriodContext, one: Configured) -> Table:
    columns = (
        Column(_("Frozen baseline of"), 0.3),
        Column(_("Frozen"), 0.34),
        Column("n", 0.06, Align.NUMBER),
        *(Column(name, 0.1, Align.NUMBER) for name in ("LAL", "CL", "UAL")),
    )
    return Table(columns, tuple(_baseline(context, one, baseline) for baseline in one.baselines))


def _baseline(context: PeriodContext, one: Configured, baseline: Baseline) -> tuple[Cell, ...]:
    title, lines = one.titles.get(baseline.trend.key, baseline.trend.key), baseline.lines
    names = {device.id: device.identity.title for device in one.devices}
    several = names.get(baseline.trend.device_id, "") if len(one.devices) > 1 else ""
    return (
        Cell(" ".join(part for part in (title, baseline.trend.item) if part), below=several),
        Cell(said_by(context, baseline.operator, baseline.at, baseline.reason)),
        Cell(str(lines.n), value=lines.n),
        *(figure(level, baseline.unit) for level in (lines.lal, lines.centre, lines.ual)),
    )


BLOCK = ReportBlock(
    "configuration",
    N_("tests, references and limits, since when and why; frozen baselines in use"),
    frozenset({Scope.PERIOD}),
    configuration,
    (
        Setting("revisions", bool, True, N_("whether every revision is listed")),
        Setting("baselines", bool, True, N_("whether frozen baselines are listed")),
    ),
    frozenset({Need.CONFIGURATION}),
)
