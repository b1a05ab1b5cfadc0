# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every kind of report says what is stored: the text of its PDF is read back and compared."""

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from statistics import fmean, stdev

import pytest
from pypdf import PdfReader

from optimage.document.period import Period, Selection
from optimage.document.words import number
from optimage.errors import UsageError
from optimage.i18n import Manner, speaking
from optimage.model.tolerance import Verdict
from optimage.report.templates.files import load_template, templates
from optimage.report.templates.template import in_language
from optimage.store.engine import Store
from optimage.workflow.reporting.make import Made, Order, make_report
from tests.integration.reporting.conftest import BERLIN, MODULES, YEAR, report_site

PERIODS = ("device_year", "parameter", "tasks", "configuration", "alarms", "site")
NOBODY = Period(datetime(2020, 1, 1, tzinfo=BERLIN), datetime(2021, 1, 1, tzinfo=BERLIN), BERLIN)


def made(store: Store, template: str, language: str = "en", **order: object) -> Made:
    asked = Order(**{"now": report_site.NOW, "period": YEAR, "operator": "M. Weber"} | order)
    return make_report(store, MODULES, in_language(load_template(template), language), asked)


def text_of(report: Made) -> str:
    """Return the words of the PDF, line breaks as blanks."""
    pages = PdfReader(BytesIO(report.write("pdf"))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_table_of_values_holds_every_value_with_mean_and_scatter(site: Store) -> None:
    chosen = Selection(profiles=("ct1_water",), keys=("noise", "dose_index"))
    report = made(site, "parameter", selection=chosen)
    text = text_of(report)
    results = site.results.current(profile_id="ct1_water", since=YEAR.begin, until=YEAR.end)
    assert len(results) == 53
    for key, unit in (("noise", "HU"), ("dose_index", "mGy")):
        values = [result.find(key).measurement.value for result in results]
        shown = Counter(number(value, unit) for value in values)
        found = Counter(re.findall(r"\d+\.\d+", text))
        assert all(found[value] >= count for value, count in shown.items())
        view = next(view for view in _views(site, chosen) if view.key == key)
        assert number(view.mean, unit) in text
        assert number(2 * view.sd, unit) in text
    assert "(5.1" in text or "(4.9" in text or "(5.0" in text, "the rejected value stands in brackets"
    assert "52" in text


def _views(site: Store, chosen: Selection):
    from tests.integration.reporting.conftest import asked

    return asked(site, chosen).trends


def test_the_list_of_measurements_names_each_result_with_its_verdict(site: Store) -> None:
    text = text_of(made(site, "tasks"))
    current = site.results.current(since=YEAR.begin, until=YEAR.end)
    numbers = Counter(int(found) for found in re.findall(r"result (\d+)", text))
    assert numbers == Counter(result.id for result in current)
    counts = Counter(result.verdict for result in current)
    assert f"116 measurements: ✔ {counts[Verdict.PASS]} pass" in text
    assert f"✖ {counts[Verdict.FAIL]} fail" in text
    assert "rejected: phantom not centred, measured again" in text
    assert "1 superseded result is not listed." in text
    for state in ("✖ overdue for 28 days", "▲ due", "✔ done", "never"):
        assert state in text


def test_the_configuration_tells_limits_with_source_since_when_and_why(site: Store) -> None:
    text = text_of(made(site, "configuration"))
    for revision in site.profiles.current():
        assert revision.profile.title in text
        assert f"{revision.profile.id} · revision {revision.revision}" in text
        assert revision.reason in text
        for key in revision.profile.tolerances:
            assert key in squeezed(text)
    assert "▲ 4.50 … 5.50" in text
    assert "✖ 4.00 … 6.00" in text
    assert "1 Apr 2025 (revision 2)" in text
    assert "noise limits as in the new house rule" in text
    assert "thirty weeks after acceptance, nothing to report" in text
    assert "✖ -4.00 … 4.00 *" in text
    assert "* limit not yet checked against the printed text of its source." in text
    (baseline,) = site.baselines.list()
    for level in (baseline.lines.lal, baseline.lines.centre, baseline.lines.ual):
        assert number(level, "HU") in text


def test_alarms_come_with_value_words_and_what_was_done(site: Store) -> None:
    text = text_of(made(site, "alarms"))
    assert "27 signals; 2 failed measurements; " in text
    for signal in site.signals.list():
        if signal.acknowledged and signal.rule != "R1w":
            assert number(signal.value, "HU") in text
    assert "M. Weber, 6 Nov 2025: tube ageing, replaced" in text
    assert "then 5 Nov 2025, tube: new tube, calibrated" in text
    assert "✖ fail: Uniformity, largest deviation" in text
    assert "rejected, M. Weber, 16 Jun 2025: phantom not centred, measured again" in text
    assert "▲ open" in text
    assert "six results in a row rising" in text


def test_the_site_stands_on_one_page(site: Store) -> None:
    report = made(site, "site")
    assert len(PdfReader(BytesIO(report.write("pdf"))).pages) == 1
    text = text_of(report)
    for revision in site.profiles.current():
        assert revision.profile.title in text
    assert "St Anna Hospital" in text
    assert "SNR by subtraction" in text


def test_the_year_of_a_device_tells_of_no_other(site: Store) -> None:
    text = text_of(made(site, "device_year", selection=Selection(device="CT 1")))
    assert "CT 1, water phantom, weekly" in text
    assert "CT 2" not in text
    assert "MR 1" not in text
    assert "1 Jan 2025 – 31 Dec 2025" in text
    assert "from 10 Nov 2025" in text, "statistics begin anew with the tube"


def test_how_values_fit_is_told_of_the_values_themselves_drift_included(site: Store) -> None:
    chosen = Selection(profiles=("ct1_water",), keys=("noise",))
    (view,) = _views(site, chosen)
    points = [point for point in view.history.segments[0].points if point.counts]
    values = [point.value for point in points]
    limits = points[-1].judgement.limits
    room = min(limits.fail_high - fmean(values), fmean(values) - limits.fail_low)
    ppk = room / (3 * stdev(values))
    assert ppk < 1, "the noise drifted out of its limits"
    text = text_of(made(site, "parameter", selection=chosen))
    assert re.search(rf"Ppk .* {ppk:.2f} ", text)


def test_several_results_are_opened_by_a_list_of_them(site: Store) -> None:
    report = made(site, "measurement", results=(64, 43), period=Period(zone=BERLIN))
    assert report.result_ids == (43, 64)
    text = text_of(report)
    assert "2 measurements: ✖ 2 fail" in text
    assert Counter(re.findall(r"result (\d+)", text)) == {"43": 1, "64": 1}
    first, second = text.index("Result 64"), text.index("Result 43")
    assert first < second, "one by one as they were named"
    alone = made(site, "measurement", results=(64,), period=Period(zone=BERLIN))
    assert "2 measurements" not in text_of(alone)


def test_results_are_chosen_by_device_and_period_too(site: Store) -> None:
    december = replace(YEAR, begin=datetime(2025, 12, 20, tzinfo=BERLIN))
    report = made(site, "measurement", selection=Selection(device="MR 1"), period=december)
    stored = site.results.current(profile_id="mr1_flood", since=december.begin, until=december.end)
    assert report.result_ids == tuple(result.id for result in stored)


@pytest.mark.parametrize("template", PERIODS)
def test_a_period_without_anything_is_told_as_such(site: Store, template: str) -> None:
    report = made(site, template, period=NOBODY)
    text = text_of(report)
    assert any(said in text for said in ("Nothing", "There are no values in this period.", "No profile was applied"))
    assert report.empty == (template not in ("tasks", "site")), "what is overdue is something to say"


def test_results_that_there_are_none_of_are_told_as_such(site: Store) -> None:
    report = made(site, "measurement", selection=Selection(device="CT 1"), period=NOBODY)
    assert "Nothing was measured in this period." in text_of(report)
    assert report.empty


def test_a_template_takes_what_it_reports_on(site: Store) -> None:
    with pytest.raises(UsageError) as refused:
        made(site, "tasks", results=(1,))
    assert refused.value.code == "results_not_taken"
    with pytest.raises(UsageError) as refused:
        made(site, "measurement", period=Period(zone=BERLIN))
    assert refused.value.code == "results_needed"
    with pytest.raises(UsageError) as refused:
        made(site, "measurement", results=(9999,))
    assert refused.value.code == "unknown_result"


@pytest.mark.parametrize("language", ["de", "fr"])
@pytest.mark.parametrize("template", PERIODS)
def test_numbers_and_dates_are_those_of_the_language(site: Store, template: str, language: str) -> None:
    report = made(site, template, language)
    assert report.document.language == language
    text = text_of(report)
    assert ("01.01.2025" if language == "de" else "1 janv. 2025") in text
    chosen = {"parameter", "device_year", "configuration", "alarms"}
    with speaking(Manner(language)):
        level = number(5.5, "HU")
    assert level == "5,50"
    assert (re.search(r"\d,\d\d", text) is not None) or template not in chosen
    assert re.search(r" \d\.\d\d ", text) is None


@pytest.mark.parametrize("form", ["html", "rtf", "json"])
def test_every_form_holds_the_values_of_the_store(site: Store, form: str) -> None:
    report = made(site, "parameter", selection=Selection(profiles=("ct1_water",), keys=("noise",)))
    content = report.write(form).decode("utf-8" if form != "rtf" else "ascii")
    shown = Counter(re.findall(r"(?<![\d.])\d\.\d\d(?![\d.])", content))
    results = site.results.current(profile_id="ct1_water", since=YEAR.begin, until=YEAR.end)
    wanted = Counter(number(result.find("noise").measurement.value, "HU") for result in results)
    assert all(shown[value] >= count for value, count in wanted.items()), wanted - shown


def test_the_documentation_shows_every_shipped_kind_in_every_language() -> None:
    report_pictures = pytest.importorskip("report_pictures", reason="the documentation is not beside these tests")
    assert set(report_pictures.KINDS) == {one.name for one in templates() if one.shipped}
    shown = {path.stem for path in report_pictures.FOLDER.glob("*.png")}
    assert shown == {f"{kind}-{language}" for kind in report_pictures.KINDS for language in ("en", "de", "fr")}


def test_german_reports_are_german(site: Store) -> None:
    text = text_of(made(site, "alarms", "de"))
    for word in ("Alarme und was getan wurde", "Zeitraum", "sechs Ergebnisse in Folge", "Röhre"):
        assert word in text
    for word in ("Period", "signals", "six results", "tube:"):
        assert word not in text


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_the_same_question_gives_the_same_bytes_and_name(site: Store, form: str) -> None:
    one, two = (made(site, "device_year", selection=Selection(device="CT 1")) for _ in range(2))
    assert one.write(form) == two.write(form)
    assert one.stem == two.stem == "device_year-device1-2025"
