# SPDX-License-Identifier: LGPL-3.0-or-later
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from pypdf import PdfReader

from optimage.charts.labels import spread
from optimage.charts.palette import OVERLAY
from optimage.document.measurement import MeasurementContext
from optimage.document.parts import Charts, Paragraph
from optimage.document.words import WORDS, number, uncertainty
from optimage.errors import UsageError
from optimage.messages import Message
from optimage.model.images import Image
from optimage.model.outcome import Acquisition, DeviceIdentity, Provenance, Result
from optimage.model.profile import Profile
from optimage.model.results import Failure
from optimage.model.tolerance import Verdict
from optimage.model.units import digits
from optimage.report.aligned import aligned
from optimage.report.measurement import build_measurement_report, create_document


def opened(context):
    return PdfReader(BytesIO(build_measurement_report(context)))


def text_of(context):
    """Return the text of all pages with line breaks and special blanks made plain."""
    return " ".join(" ".join(page.extract_text() for page in opened(context).pages).split())


def test_every_key_has_its_value_limits_and_verdict_on_paper(context):
    text = text_of(context)
    for judged in (*context.summaries, *context.recorded):
        measured, judgement = judged.measurement, judged.judgement
        places = digits(measured.unit)
        assert measured.key in text
        assert measured.method in text
        assert WORDS[judgement.verdict] in text
        if np.isfinite(measured.value):
            assert f"{measured.value:.{places}f}" in text
        limits = judgement.limits
        for limit in (limits.warning_low, limits.warning_high, limits.fail_low, limits.fail_high) if limits else ():
            if np.isfinite(limit):
                assert f"{limit:.{places}f}" in text


TOLD = (
    "CT water phantom",
    "Daily water check",
    "Maker Model 64 SN-42",
    "Radiology, room 3",
    "PH-007",
    "2026-03-04 05:06:07 UTC",
    "ct_daily · revision 3",
    "✖ fail",
    "▲ warning",
    "✔ pass",
    "no ramp found in 256 rows; check that the phantom has a ramp and lies level",
    "the phantom lies 7.0 mm off centre",
    "bob, 2026-03-05 05:06:07 UTC, accepted: tube was replaced",
    "LAL 3.72 · LCL 3.78 · CL 3.90 · UCL 4.02 · UAL 4.08",
    "▲ ≤ 4.00 *",
    "* limit not yet checked against the printed text of its source",
    "Sources of limits: IEC 61223-3-5",
    "10 more values are stored with the result",
    "noise_fraction = 0.4",
    "numpy = 2.3.1",
    "Optimage 1.0.0",
    "ab" * 32,
    "cd" * 32,
    "ef" * 32,
    "2026-03-04 05:11:07 UTC",
    "Measured by anna",
    "Reviewed by",
    "not for diagnostic use",
    "page 1/4",
    "page 4/4",
)


def test_the_report_tells_what_when_on_what_by_whom_and_with_which_software(context):
    text = text_of(context)
    assert [expected for expected in TOLD if expected not in text] == []


def test_rebuilding_gives_the_same_bytes_also_in_another_process(context):
    first = build_measurement_report(context)
    assert build_measurement_report(context) == first
    plain = replace(context, result=Result("ct", Verdict.PASS, Acquisition(), Provenance("1", "1")), images={})
    code = (
        "import sys; from optimage.model.outcome import *; from optimage.model.tolerance import Verdict\n"
        "from optimage.document.measurement import MeasurementContext; from optimage.report.measurement import *\n"
        "result = Result('ct', Verdict.PASS, Acquisition(), Provenance('1', '1'))\n"
        "sys.stdout.buffer.write(build_measurement_report(MeasurementContext(result)))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert other == build_measurement_report(MeasurementContext(plain.result))


def test_every_font_is_embedded(context):
    fonts = {}
    for page in opened(context).pages:
        fonts |= {font["/BaseFont"]: font for font in (f.get_object() for f in page["/Resources"]["/Font"].values())}
    assert len(fonts) == 2
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts.values())


def test_the_file_says_what_it_is(context):
    reader = opened(context)
    assert reader.metadata.title == "CT water phantom – Maker Model 64 SN-42"
    assert reader.metadata.author == "anna"
    assert reader.trailer["/Root"]["/Lang"] == "en"


@pytest.mark.parametrize(
    "evil",
    [
        "<b>bold</b>",
        '<font color="red">red</font>',
        "a & b &amp; c &#65;",
        '<img src="file:///etc/hostname"/>',
        "<para>",
        "{0} {key!r} %s",
        "]]> --> </para>",
        "$x^2$",
    ],
)
def test_markup_in_header_texts_appears_literally(context, evil):
    result = context.result
    device = DeviceIdentity(name=evil)
    failure = Failure(evil, "code", Message("saw {text}", {"text": evil}), Message("mind {text}", {"text": evil}))
    provenance = replace(result.provenance, operator=evil, phantom_serial=evil)
    changed = replace(
        result,
        acquisition=Acquisition(result.acquisition.at, device=device),
        failures=(failure,),
        provenance=provenance,
    )
    text = text_of(replace(context, result=changed, profile=None))
    assert text.count(evil) >= 5  # device, serial number, failure and its advice, operator


def test_overlong_texts_and_many_values_only_make_more_pages(context):
    long = "x" * 20_000
    result = replace(
        context.result,
        acquisition=Acquisition(context.result.acquisition.at, device=DeviceIdentity(name=long), institution=long),
        measurements=context.result.measurements * 8,
        failures=(Failure("subtest", "code", Message(long.replace("x", "word "))),) * 3,
    )
    reader = opened(replace(context, result=result, profile=None))
    assert len(reader.pages) > 4


@pytest.mark.parametrize("text", ["\x00\x07bell", "line\nbreak\ttab", "Ωµ±≥é", "\u202eright to left", ""])
def test_any_header_text_can_be_printed(context, text):
    result = replace(context.result, acquisition=Acquisition(device=DeviceIdentity(name=text), institution=text))
    assert opened(replace(context, result=result)).pages


def test_a_refused_result_gets_a_report_that_says_why():
    refused = Result(
        "ct_level_a",
        Verdict.NOT_MEASURED,
        Acquisition(),
        Provenance("1.0", "2"),
        failures=(Failure("", "phantom_not_found", Message("no phantom found"), Message("scan it again")),),
    )
    text = text_of(MeasurementContext(refused))
    assert "no phantom found; scan it again" in text
    assert "– not measured" in text


def test_a_german_report_has_decimal_commas(context, monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "de")
    text = text_of(context)
    assert "4,05" in text
    assert "4.05" not in text


def test_a_french_report_speaks_french_with_decimal_commas(context, monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "fr")
    text = text_of(context)
    assert "4,05" in text
    assert all(word in text for word in ("Nombre CT de l'eau", "non évalué", "Cartes de contrôle", "Provenance"))
    assert not any(word in text for word in ("CT number", "not judged", "Control charts", "Measured by"))


def test_charts_hold_the_history_and_this_result(context):
    (charts,) = [part for part in create_document(context).parts if isinstance(part, Charts)]
    assert [len(chart.spec.markers) for chart in charts.charts] == [40, 40, 40]
    assert all(chart.spec.markers[-1].highlighted for chart in charts.charts)
    noise = next(chart for chart in charts.charts if chart.spec.title == "Noise")
    assert noise.spec.series[0].y[-1] == 4.05


def test_a_history_that_holds_this_result_already_is_not_lengthened(context):
    judged = context.summaries[0]
    whole = replace(context, trends={"ct_water": context.history(judged)})
    assert len(whole.history(judged)) == 40


def test_without_history_the_report_says_so_instead_of_drawing_one_point(context):
    parts = create_document(replace(context, trends={})).parts
    assert not any(isinstance(part, Charts) for part in parts)
    assert any("charts begin with the second" in part.text for part in parts if isinstance(part, Paragraph))


def test_outlines_on_the_page_lie_where_the_regions_lie_in_the_image(context):
    image_matrix, rings = drawn(opened(context))
    width, _, _, height, left, bottom = image_matrix
    rows, columns = 256, 256
    truth = {overlay.shape for overlay in context.result.overlays} | {context.result.localisation.shapes[0].shape}
    found = []
    for ring in rings:
        # the outline is a polygon with equally spaced corners: their mean is its centre
        x, y = np.mean(ring, axis=0)
        column, row = (x - left) / width * columns - 0.5, (bottom + height - y) / height * rows - 0.5
        radius = np.ptp(np.array(ring)[:, 0]) / 2 / width * columns
        found.append((round(row, 3), round(column, 3), round(radius, 3)))  # the page keeps 6 decimals of points
    assert sorted(found) == sorted((disc.row, disc.column, disc.radii_px[1]) for disc in truth)


def drawn(reader):
    """Return the matrix of the picture and the closed outlines drawn in its colour, in page coordinates."""
    state = {"colour": None, "path": [], "image": None, "rings": []}
    shade = tuple(int(OVERLAY[i : i + 2], 16) / 255 for i in (1, 3, 5))

    def visit(operator, operands, matrix, _text_matrix):
        if operator == b"RG":
            state["colour"] = tuple(map(float, operands))
        elif operator in (b"m", b"l"):
            x, y = map(float, operands)
            a, b, c, d, e, f = matrix
            state["path"] = [*(state["path"] if operator == b"l" else []), (a * x + c * y + e, b * x + d * y + f)]
        elif operator == b"S" and state["colour"] == pytest.approx(shade, abs=1e-3):
            state["rings"].append(state["path"])
        elif operator == b"Do" and state["image"] is None:
            state["image"] = tuple(matrix)

    for page in reader.pages:
        if "/XObject" in page["/Resources"]:
            page.extract_text(visitor_operand_before=visit)
    return state["image"], state["rings"]


def test_a_large_image_is_reduced_and_a_thin_one_still_fits(context):
    large = Image(np.random.default_rng(0).integers(0, 4095, (3000, 2400)).astype(np.uint16), uid="1.2")
    result = replace(context.result, localisation=None, overlays=())
    report = build_measurement_report(replace(context, result=result, images={("1.2", 0): large}))
    assert len(report) < 2_000_000  # 7.2 million bytes of noise would not compress
    thin = Image(np.arange(5000, dtype=np.uint16).reshape(1, 5000), uid="1.2")
    assert build_measurement_report(replace(context, result=result, images={("1.2", 0): thin})).startswith(b"%PDF")


def test_an_unknown_template_is_told_with_the_known_ones(context):
    with pytest.raises(UsageError, match="measurement") as refused:
        create_document(replace(context, profile=Profile("p", "P", "ct", report="../../secrets")))
    assert refused.value.code == "unknown_report_template"


def test_the_report_needs_no_matplotlib():
    code = "import sys, optimage.report.measurement; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_decimal_marks_stand_one_below_the_other():
    padded = aligned(["1.25", "10", "–", "0,5"])
    assert [text.rstrip("\u2007\u2008") for text in padded] == ["1.25", "10", "–", "0,5"]
    assert padded[1] == "10\u2008\u2007\u2007"
    assert padded[3] == "0,5\u2007"


def test_labels_that_would_overlap_are_moved_apart_about_their_centre():
    places = spread([10.0, 11.0, 50.0], [6.0] * 3, low=0.0, high=100.0)
    assert places[1] - places[0] >= 6.0
    assert sum(places) == pytest.approx(71.0)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(-0.001, "HU", "0.00"), (float("nan"), "HU", "–"), (None, "HU", "–"), (1.5, "1", "1.5000")],
)
def test_numbers_have_the_digits_of_their_unit(value, unit, shown):
    assert number(value, unit) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.08, "0.08"), (0.0043, "0.004"), (0.0, "0.00"), (1e-12, "0.000000")])
def test_a_small_uncertainty_is_not_shown_as_zero_while_digits_last(value, shown):
    assert uncertainty(value, "HU") == shown
