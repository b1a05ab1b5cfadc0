# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measurement × tolerance -> verdict; pure, so that judging again never needs the images."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import inf, isfinite, isinf, nan

from optimage.model.outcome import JudgedMeasurement
from optimage.model.profile import READING_METHOD, RECORDED_METHOD
from optimage.model.results import AnalysisResult, Failure, Measurement
from optimage.model.tolerance import Band, Bound, Judgement, Limits, Tolerance, Verdict

NOT_JUDGED = Judgement(Verdict.NOT_JUDGED)
NOT_MEASURED = Judgement(Verdict.NOT_MEASURED)
NOT_FROM_IMAGES = frozenset({RECORDED_METHOD, READING_METHOD})


def limits_of(tolerance: Tolerance) -> Limits:
    """Return the closed intervals that `tolerance` means, in the unit of the value.

    Notes
    -----
    Limits are added up in decimal, as on paper: 0.7 ± 0.1 ends at 0.8 and not
    at the 0.7999999999999999 of binary floating point. A value that equals
    the limit as written is therefore inside; one that misses it by rounding
    errors of its own calculation is not.
    """
    if isinstance(tolerance, Bound):
        if tolerance.upper:
            return Limits(warning_high=tolerance.warning, fail_high=tolerance.fail)
        return Limits(warning_low=tolerance.warning, fail_low=tolerance.fail)
    warning, fail = (_half_width(tolerance, width) for width in (tolerance.warning, tolerance.fail))
    reference = tolerance.reference
    return Limits(
        warning_low=_plus(reference, -warning),
        warning_high=_plus(reference, warning),
        fail_low=_plus(reference, -fail),
        fail_high=_plus(reference, fail),
    )


def judge(measurement: Measurement, tolerance: Tolerance | None) -> Judgement:
    """Return the verdict with the limits that led to it; a limit itself is inside.

    A value that is not finite (NaN, infinite) was not measured, whatever
    the tolerance; without tolerance a finite value is not judged.
    """
    measured = isfinite(measurement.value)
    if tolerance is None:
        return NOT_JUDGED if measured else NOT_MEASURED
    limits = limits_of(tolerance)
    verdict = _verdict(measurement.value, limits) if measured else Verdict.NOT_MEASURED
    return Judgement(verdict, tolerance.reference, limits, tolerance.source, tolerance.verified)


def judge_all(analysis: AnalysisResult, tolerances: Mapping[str, Tolerance]) -> tuple[JudgedMeasurement, ...]:
    """Judge every summary of `analysis`, and tell of toleranced keys that are not there.

    Parameters
    ----------
    analysis : AnalysisResult
        Values of single slices, heads or steps (`item` not empty) explain a
        summary and are not judged.
    tolerances : mapping of key to Tolerance

    Returns
    -------
    tuple of JudgedMeasurement
        In the order measured, then one NaN for each toleranced key without a
        summary, in the order of `tolerances`. Key, item and method occur
        together once; of repeated ones the first counts.
    """
    unique = {(m.key, m.item, m.method): m for m in reversed(analysis.measurements)}
    given = [m for m in analysis.measurements if unique[m.key, m.item, m.method] is m]
    summaries = {m.key for m in given if not m.item}
    units = {m.key: m.unit for m in given}
    absent = [Measurement(key, nan, units.get(key, "")) for key in tolerances if key not in summaries]
    return tuple(JudgedMeasurement(m, judge(m, None if m.item else tolerances.get(m.key))) for m in (*given, *absent))


def overall(judged: Sequence[JudgedMeasurement], failures: Sequence[Failure]) -> Verdict:
    """Return the verdict of a whole result.

    In this order: `fail` if any value failed; `not_measured` if there is no
    value, or after a failure none but attributes read from the header and
    values read by a person; `warning` if any value warns, or a value with
    limits or one that a person has to read is missing; `pass` if any passed;
    else `not_judged`.
    """
    verdicts = {one.judgement.verdict for one in judged}
    if Verdict.FAIL in verdicts:
        return Verdict.FAIL
    measured = [one.measurement for one in judged if isfinite(one.measurement.value)]
    if all(failures and m.method in NOT_FROM_IMAGES for m in measured):
        return Verdict.NOT_MEASURED
    if Verdict.WARNING in verdicts or any(_is_missed(one) for one in judged):
        return Verdict.WARNING
    return Verdict.PASS if Verdict.PASS in verdicts else Verdict.NOT_JUDGED


def _is_missed(one: JudgedMeasurement) -> bool:
    wanted = one.judgement.limits is not None or one.measurement.method == READING_METHOD
    return wanted and one.judgement.verdict is Verdict.NOT_MEASURED


def _verdict(value: float, limits: Limits) -> Verdict:
    if limits.warning_low <= value <= limits.warning_high:
        return Verdict.PASS
    if limits.fail_low <= value <= limits.fail_high:
        return Verdict.WARNING
    return Verdict.FAIL


def _half_width(band: Band, width: float) -> float:
    if isinf(width):
        return inf
    absolute = _decimal(width) * abs(_decimal(band.reference)) if band.relative else _decimal(width)
    return float(max(absolute, _decimal(band.floor)))


def _plus(reference: float, width: float) -> float:
    return float(_decimal(reference) + _decimal(width))


def _decimal(number: float) -> Decimal:
    return Decimal(repr(float(number)))  # the shortest decimal that reads back as `number`: what was written
