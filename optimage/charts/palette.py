# SPDX-License-Identifier: LGPL-3.0-or-later
"""Colours on white, by role. Dark ones differ in lightness too, and shape always says the same."""

from optimage.charts.spec import Role

INK = "#22282e"
QUIET = "#5f6a75"
RULE = "#d5dae0"
ACCENT = "#1f4e79"
OVERLAY = "#ffd21f"

DARK = {
    Role.PASS: "#1b7f3b",
    Role.WARNING: "#a86500",
    Role.FAIL: "#c0182b",
    Role.NEUTRAL: "#5f6a75",
    Role.CENTRE: "#1f4e79",
    Role.CONTROL: "#3f7fbf",
    Role.ALARM: "#7a3fa0",
    Role.REFERENCE: "#5f6a75",
    Role.DATA: "#8c97a3",
}
PALE = {Role.PASS: "#f1f8f2", Role.WARNING: "#fdf3dd", Role.FAIL: "#fbe7e6"}
DASHES: dict[Role, tuple[float, ...]] = {
    Role.CENTRE: (),
    Role.CONTROL: (5.0, 2.5),
    Role.ALARM: (2.0, 1.5),
    Role.REFERENCE: (0.8, 1.6),
}
STROKES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.0), (1.0, 1.5), (5.0, 1.5, 1.0, 1.5))
"""Dashes of the series of one chart, in order: what is printed in black and white tells them apart, too."""
