# SPDX-License-Identifier: LGPL-3.0-or-later
"""No text of a chart touches another, whatever its width and language, and nothing that tells something vanishes."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations, pairwise
from math import nan

import pytest

chart_examples = pytest.importorskip("chart_examples", reason="the documentation is not beside these tests")

from optimage.charts.control_chart import control_chart  # noqa: E402
from optimage.charts.frame import MM_PT  # noqa: E402
from optimage.charts.history import History, Stretch, of_one_piece  # noqa: E402
from optimage.charts.labels import merged, spread, wrapped  # noqa: E402
from optimage.charts.layout import height_for, laid_out  # noqa: E402
from optimage.charts.scene import Area, Dots, Rect, Stroke  # noqa: E402
from optimage.charts.spec import ChartSpec, Entry, Role  # noqa: E402
from optimage.charts.thinning import MOST_POINTS  # noqa: E402
from optimage.model.baseline import EventKind, ServiceEvent  # noqa: E402
from optimage.model.control import ControlLines, Phase, Signal  # noqa: E402
from optimage.model.tolerance import Judgement, Verdict  # noqa: E402

EXAMPLES, START, point, results = (getattr(chart_examples, n) for n in ("EXAMPLES", "START", "point", "results"))
LINES = ControlLines(Phase.FULL, 30, 0.0, 1.0)


def measure(text: str, size: float, bold: bool) -> float:
    """Return a width as of a font with letters that are all alike."""
    return len(text) * size * (0.66 if bold else 0.6)


def scene_of(spec: ChartSpec, width_mm: float = 80.0, height_mm: float | None = None):
    """Lay a chart out, as high as it needs where nothing else is said."""
    width = width_mm * MM_PT
    height = height_for(spec, width=width, measure=measure) if height_mm is None else height_mm * MM_PT
    return laid_out(spec, width=width, height=height, measure=measure)


def touching(scene):
    """Return the pairs of texts that overlap, and the texts that leave the chart."""
    page = Rect(-0.01, -0.01, scene.width + 0.01, scene.height + 0.01)
    shown = [words for words in scene.words if words.text]
    pairs = [(one.text, other.text) for one, other in combinations(shown, 2) if one.box.meets(other.box)]
    return pairs + [words.text for words in shown if not page.holds(words.box)]


def crowded(n: int = 200) -> ChartSpec:
    """Return a chart with everything at once: events in clusters, signals in a row, reasons as long as a sentence."""
    points = [point(i, 0.2 * (i % 7)) for i in range(n)]
    for i in range(5, n, 9):
        points[i] = points[i]._replace(counts=False, reason="the phantom was not where it should have been, " * 4)
    events = tuple(
        ServiceEvent(1, START + timedelta(days=d), kind, "a long story of what was done to the scanner " * 3)
        for d in (1, 2, 3, 40, 41, 200, 390)
        for kind in EventKind
    )
    found = [Signal(rule, "", p.value, LINES, p.result_id) for p in points[20:40] for rule in ("R1", "WE2", "CUSUM")]
    provisional = replace(LINES, phase=Phase.PROVISIONAL, centre=0.01, sigma=0.001)
    numbers = frozenset(range(30))
    history = History((Stretch(tuple(points), provisional, numbers),), signals=tuple(found), events=events)
    return control_chart(
        history, title="Kontrastauflösungsvermögen bei niedrigem Kontrast " * 3, unit="1000 mm²/(s·kg)"
    )


@pytest.fixture(params=["en", "de", "fr"])
def language(request, monkeypatch):
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", request.param)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("width_mm", [80.0, 84.0, 120.0, 170.0])
@pytest.mark.parametrize("kind", EXAMPLES)
def test_no_text_touches_another_or_leaves_the_chart(kind, width_mm):
    scene = scene_of(EXAMPLES[kind](), width_mm)
    assert len(scene.words) > 8
    assert touching(scene) == []


@pytest.mark.parametrize("kind", ["moving-range", "ewma", "cusum", "curve"])
def test_the_title_of_the_axis_does_not_touch_a_tick_at_its_end(kind):
    spec = EXAMPLES[kind]()
    axis = spec.y_axis
    scene = scene_of(replace(spec, y_axis=replace(axis, high=axis.ticks[-1].at)))
    assert touching(scene) == []


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(("width_mm", "height_mm"), [(80.0, None), (84.0, 50.0), (160.0, None)])
def test_no_text_touches_another_in_a_crowded_chart(width_mm, height_mm):
    assert touching(scene_of(crowded(), width_mm, height_mm)) == []


def test_a_remark_of_several_lines_stands_in_one():
    points = [point(i, 0.0)._replace(counts=i != 1, reason="first line\nsecond\tline") for i in range(3)]
    scene = scene_of(control_chart(of_one_piece(points, None), title="a\nb", unit="HU"), 160.0)
    assert {"a b", "1 2026-01-07 does not count: first line second line"} <= {words.text for words in scene.words}


def test_the_check_for_touching_texts_sees_one():
    scene = scene_of(crowded())
    assert touching(replace(scene, outside=(*scene.outside, scene.words[0])))


def test_each_rule_that_became_true_is_framed_and_counted_even_where_its_label_finds_no_room():
    spec = crowded()
    frames = [item for item in scene_of(spec).inside if isinstance(item, Stroke) and len(item.paths[0]) == 5]
    assert len(frames[0].paths) == 60
    assert spec.legend[0] == Entry("□", "a rule became true: R1 ×20, WE2 ×20, CUSUM ×20")


def test_labels_hide_no_point_and_no_frame():
    scene = scene_of(EXAMPLES["trend"]())
    dots = [place for item in scene.inside if isinstance(item, Dots) for place in item.places]
    labels = [words.box for words in scene.words if words.backed]
    assert labels
    assert not [box for box in labels for x, y in dots if box.left < x < box.right and box.bottom < y < box.top]


def drawn(scene):
    return [(item.name, place) for item in scene.inside if isinstance(item, Dots) for place in item.places]


def test_of_5000_points_few_are_drawn_and_all_that_tell_something():
    failed = Judgement(Verdict.FAIL, 0.0, chart_examples.LIMITS)
    points = [point(i, 0.5 * (i % 3 - 1), 1.0) for i in range(5000)]
    for i in range(37, 5000, 250):
        points[i] = points[i]._replace(value=2.5 + i / 5000)  # beyond UCL, inside the tolerance
        points[i + 1] = points[i + 1]._replace(value=-9.0, judgement=failed)
        points[i + 2] = points[i + 2]._replace(counts=False)
    spec = control_chart(of_one_piece(points, LINES), title="", unit="HU")
    scene = scene_of(spec)
    found = drawn(scene)
    assert len(found) < 2.2 * MOST_POINTS
    assert len([place for name, place in found if name == "cross-fail"]) == 20
    assert len([place for name, place in found if name == "circle-pass-hollow"]) == 20
    frame = scene.frame
    ucl = frame.bottom + (2.0 - spec.y_axis.low) / (spec.y_axis.high - spec.y_axis.low) * frame.height
    assert len({place for name, place in found if place[1] > ucl and name == "circle-pass"}) == 20


def test_up_to_600_points_every_one_is_drawn():
    points = [point(i, 0.1 * (i % 5)) for i in range(MOST_POINTS)]
    names = [name for name, _ in drawn(scene_of(control_chart(of_one_piece(points, None), title="", unit="HU")))]
    assert len([name for name in names if name != "ring"]) == MOST_POINTS


def test_tolerances_are_told_apart_in_grey():
    points = [point(0, 1.0), point(1, 7.0), point(2, -7.0)]
    scene = scene_of(control_chart(of_one_piece(points, None), title="", unit="HU"))
    fills = {item.fill for item in scene.inside if isinstance(item, Area)}
    greys = sorted(0.299 * int(f[1:3], 16) + 0.587 * int(f[3:5], 16) + 0.114 * int(f[5:], 16) for f in fills)
    assert len(greys) == 3
    assert min(b - a for a, b in pairwise(greys)) > 12  # of 255: seen side by side


def test_a_line_breaks_where_a_value_is_missing():
    points = [point(i, nan if i == 2 else 1.0) for i in range(5)]
    scene = scene_of(control_chart(of_one_piece(points, None), title="", unit="HU"))
    assert [len(path) for item in scene.inside if isinstance(item, Stroke) for path in item.paths][-2:] == [2, 2]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_chart_of_hardly_any_points_can_be_laid_out(n):
    assert touching(scene_of(control_chart(of_one_piece(results(n), None), title="Noise", unit="HU"))) == []


def test_events_that_lie_close_share_a_label():
    joined = merged([(10.0, "A"), (11.0, "B"), (12.0, "C"), (90.0, "D")], measure, 6.0, low=0.0, high=100.0)
    assert [text for _place, text in joined] == ["A–C", "D"]


def test_labels_stay_in_their_room_and_keep_their_order():
    places = spread([99.0, 98.0, 97.0], [10.0] * 3, low=0.0, high=100.0)
    assert places == (95.0, 85.0, 75.0)


def test_sentences_are_cut_off_after_the_last_line():
    lines = wrapped(["one two three", "four five six"], measure("one two three", 6.0, False), measure, 6.0, most=2)
    assert lines == ("one two three", "four five six")
    assert wrapped(["one two three", "four five six seven"], 40.0, measure, 6.0, most=1) == ("one two th…",)


def test_no_line_breaks_before_the_colon_of_a_french_sentence():
    piece = "trait plein\u00a0: courbe\nmesurée"
    lines = wrapped([piece], measure("trait plein", 6.0, False), measure, 6.0, most=4)
    assert lines == ("trait", "plein\u00a0:", "courbe", "mesurée")


def test_the_second_axis_has_places_of_its_own():
    scene = scene_of(EXAMPLES["two-axes"]())
    second = [place for name, place in drawn(scene) if name.startswith(f"square-{Role.SECOND}")]
    assert len(second) == 120
    heights = [y for _x, y in second]
    assert max(heights) - min(heights) > 0.8 * scene.frame.height  # 0.06 of it are left free at either end
