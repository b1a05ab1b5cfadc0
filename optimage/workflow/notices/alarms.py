# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tell people of a result that failed or stands out from its history: once, with what to do."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from optimage.document.words import limits_text, moment, number, unit_text
from optimage.i18n import _, say
from optimage.model.addressee import Addressee, Topic, told
from optimage.model.notice import Notice
from optimage.model.outcome import JudgedMeasurement, Result
from optimage.model.phantom import PhantomModule
from optimage.model.tolerance import Verdict
from optimage.store.engine import Store
from optimage.workflow.open_signals import OpenSignal, signals_of


def tell_alarms(
    store: Store, modules: Mapping[str, PhantomModule], addressees: Iterable[Addressee], result: Result, now: datetime
) -> tuple[Notice, ...]:
    """Queue what recipients and log are to be told of a stored result; nothing where nothing stands out.

    A later result of the same set that fails and stands out alike is told no more. Nor are signals that somebody took
    note of, results that are superseded already, and values from files of older results.
    """
    if result.profile is None or not result.current or result.provenance.imported:
        return ()
    failed = [one for one in result.measurements if one.judgement.verdict is Verdict.FAIL]
    signals = signals_of(store, result)
    if not failed and not signals:
        return ()
    device, named = result.acquisition.device.title, result.profile.title or result.profile.id
    subject = _("Alarm: {profile}, {device}").format(profile=named, device=device)
    text = "\n".join(_lines(modules.get(result.phantom), result, failed, signals))
    payload = {
        "kind": "alarm",
        "result": result.id,
        "profile": result.profile.id,
        "device": device,
        "failed": [one.measurement.key for one in failed],
        "signals": [one.signal.id for one in signals],
    }
    recipients = told(addressees, Topic.ALARMS, profile_id=result.profile.id, site=_site(store, result))
    about = _about(result, failed, signals)
    return tuple(store.notices.add(Notice(about, one, subject, text, payload), now=now) for one in recipients)


def _about(result: Result, failed: Iterable[JudgedMeasurement], signals: Iterable[OpenSignal]) -> str:
    """Return what is the same for results of one set that fail and stand out alike."""
    what = sorted({f"fail:{one.measurement.key}:{one.measurement.item}" for one in failed})
    what += sorted(f"{one.signal.rule}:{one.signal.key}" for one in signals)
    return f"alarm:{result.set_id}:{sha256('|'.join(what).encode()).hexdigest()[:16]}"


def _site(store: Store, result: Result) -> str:
    """Return the site of the profile, else of the image."""
    revision = store.profiles.get(result.profile.id, result.profile.revision) if result.profile else None
    return (revision.profile.site if revision else "") or result.acquisition.institution


def _lines(
    module: PhantomModule | None, result: Result, failed: Iterable[JudgedMeasurement], signals: Iterable[OpenSignal]
) -> Iterator[str]:
    yield _("Result {id}, acquired {at}:").format(id=result.id, at=moment(result.acquisition.at))
    for judged in failed:
        measured, limits = judged.measurement, judged.judgement.limits
        titled = f"{_title(module, measured.key)} {measured.item}".strip()
        value = f"{number(measured.value, measured.unit)} {unit_text(measured.unit)}".strip()
        yield _("✖ {title}: {value}; limits {limits}").format(
            title=titled, value=value, limits=", ".join(limits_text(limits, measured.unit))
        )
    for one in signals:
        value = f"{number(one.signal.value, one.unit)} {unit_text(one.unit)}".strip()
        yield _("▲ {title}: {value}; {words}").format(
            title=_title(module, one.signal.key), value=value, words=say(one.words)
        )
    yield _("Look at its report, repeat the measurement if in doubt, and say what came of it:")
    yield f"  optimage results show {result.id}"
    for one in signals:
        yield f'  optimage signals acknowledge {one.signal.id} --reason "..."'


def _title(module: PhantomModule | None, key: str) -> str:
    spec = module.info.measure(key) if module else None
    return _(spec.title) if spec else key
