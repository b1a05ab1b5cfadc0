# SPDX-License-Identifier: LGPL-3.0-or-later
"""Charts in the fonts they are drawn with: nothing touches, and a report of many is quick and light."""

import subprocess
import sys
from itertools import combinations
from time import process_time

import pytest

chart_examples = pytest.importorskip("chart_examples", reason="the documentation is not beside these tests")

from optimage.charts.frame import MM_PT  # noqa: E402
from optimage.charts.layout import height_for, laid_out  # noqa: E402
from optimage.document.parts import Chart, Charts, Document  # noqa: E402
from optimage.plots import chart as plot  # noqa: E402
from optimage.report import pdf_chart  # noqa: E402
from optimage.report.pdf import write_pdf  # noqa: E402
from optimage.report.pdf_style import set_up  # noqa: E402


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("measure", [pdf_chart.measure, plot.measure], ids=["pdf", "plot"])
@pytest.mark.parametrize("kind", chart_examples.EXAMPLES)
def test_no_text_touches_another_at_80_mm(kind, measure, language, monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", language)
    set_up()
    spec, width = chart_examples.EXAMPLES[kind](), 80 * MM_PT
    scene = laid_out(spec, width=width, height=height_for(spec, width=width, measure=measure), measure=measure)
    pairs = combinations([words for words in scene.words if words.text], 2)
    assert [(one.text, other.text) for one, other in pairs if one.box.meets(other.box)] == []


def test_both_renderers_measure_the_same_font():
    set_up()
    text = "Kontrolllinien aus den ersten 30 Ergebnissen, die zählen"
    for bold in (False, True):
        assert plot.measure(text, 8.0, bold) == pytest.approx(pdf_chart.measure(text, 8.0, bold), rel=0.03)


def test_a_report_of_20_charts_with_250_points_is_quick_and_light():
    spec = chart_examples.many(250)
    document = Document("", "", "", "en", "", (Charts((Chart(spec),) * 20),))
    write_pdf(document)  # fonts are read once
    taken = []
    for _ in range(3):
        began = process_time()
        pdf = write_pdf(document)
        taken.append(process_time() - began)
    assert min(taken) < 0.3  # seconds of computing
    assert len(pdf) < 300 * 1024


def test_a_report_with_charts_never_loads_matplotlib():
    code = (
        "import sys, optimage.workflow.documents, optimage.workflow.chart, optimage.report.pdf_chart;"
        "print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
