# SPDX-License-Identifier: LGPL-3.0-or-later
"""Numbers, limits, times and verdicts as people read them."""

from datetime import UTC, datetime, tzinfo
from math import floor, isfinite, isinf, log10

from optimage.i18n import _, local_date, localised, ngettext, say
from optimage.messages import N_
from optimage.model.control import ControlLines
from optimage.model.outcome import Assignment
from optimage.model.signature import Signed
from optimage.model.tolerance import Limits, Verdict
from optimage.model.units import digits

NOTHING = "–"
SIGNS = {
    Verdict.PASS: "✔",
    Verdict.WARNING: "▲",
    Verdict.FAIL: "✖",
    Verdict.NOT_JUDGED: "○",
    Verdict.NOT_MEASURED: "–",
}
WORDS = {
    Verdict.PASS: N_("pass"),
    Verdict.WARNING: N_("warning"),
    Verdict.FAIL: N_("fail"),
    Verdict.NOT_JUDGED: N_("not judged"),
    Verdict.NOT_MEASURED: N_("not measured"),
}
ACTIONS = {
    "accept": N_("accepted"),
    "reject": N_("rejected"),
    "comment": N_("commented"),
    "exclude": N_("excluded"),
    "include": N_("included"),
}
MOST_DECIMALS = 6


def verdict_text(verdict: Verdict) -> str:
    """Return sign and word of `verdict`."""
    return f"{SIGNS[verdict]} {_(WORDS[verdict])}"


def action_text(action: str) -> str:
    """Return what a person did to a result."""
    return _(ACTIONS.get(action, action))


def by_hand(assignment: Assignment) -> str:
    """Return who put how many images into the set of a profile that had not taken them, when and why."""
    count = len(assignment.uids)
    told = ngettext(
        "{n} image was assigned to this profile by hand, by {operator}, {at}: {reason}",
        "{n} images were assigned to this profile by hand, by {operator}, {at}: {reason}",
        count,
    )
    return told.format(n=count, operator=assignment.operator, at=moment(assignment.at), reason=assignment.text)


def signed_text(signed: Signed) -> str:
    """Return who signed, when and why, and what changed behind it since."""
    one = signed.signature
    told = _("✔ signed by {name}, {at}: {reason}").format(name=one.name, at=moment(one.at), reason=one.reason)
    if not signed.changes:
        return told
    changes = "; ".join(say(change) for change in signed.changes)
    return " · ".join((told, _("▲ changed since: {changes}").format(changes=changes)))


def number(value: float | None, unit: str) -> str:
    """Return `value` with the digits of its unit; a dash for None, NaN and infinities."""
    if value is None or not isfinite(value):
        return NOTHING
    return localised(f"{value:z.{digits(unit)}f}")


def uncertainty(value: float, unit: str) -> str:
    """Return a standard uncertainty with the digits of its unit, more where it would show as zero."""
    if not isfinite(value) or value <= 0:
        return number(value, unit)
    decimals = min(MOST_DECIMALS, max(digits(unit), -floor(log10(value))))
    return localised(f"{value:.{decimals}f}")


def unit_text(unit: str) -> str:
    """Return `unit`; nothing for the unit one."""
    return "" if unit == "1" else unit


def limits_text(limits: Limits | None, unit: str) -> tuple[str, ...]:
    """Return the interval without warning and the one without failure, each with its sign where it exists."""
    if limits is None:
        return ()
    intervals = (
        (Verdict.WARNING, _interval(limits.warning_low, limits.warning_high, unit)),
        (Verdict.FAIL, _interval(limits.fail_low, limits.fail_high, unit)),
    )
    return tuple(f"{SIGNS[verdict]} {interval}" for verdict, interval in intervals if interval)


def line_values(lines: ControlLines, unit: str) -> str:
    """Return control lines by name and value."""
    values = (("LAL", lines.lal), ("LCL", lines.lcl), ("CL", lines.centre), ("UCL", lines.ucl), ("UAL", lines.ual))
    return " · ".join(f"{name} {number(value, unit)}" for name, value in values)


def _interval(low: float, high: float, unit: str) -> str:
    if isinf(low) and isinf(high):
        return ""
    if isinf(low):
        return f"≤ {number(high, unit)}"
    if isinf(high):
        return f"≥ {number(low, unit)}"
    return f"{number(low, unit)} … {number(high, unit)}"


def moment(at: datetime | None) -> str:
    """Return a time in UTC to the second; a dash where it is unknown."""
    return NOTHING if at is None else f"{day(at)} {at.astimezone(UTC):%H:%M:%S} UTC"


def day(at: datetime | None, zone: tzinfo | None = None) -> str:
    """Return the day of a time in `zone`, None being UTC; a dash where it is unknown."""
    return NOTHING if at is None else local_date(at.astimezone(zone or UTC).date())
