# SPDX-License-Identifier: LGPL-3.0-or-later
"""Things inside or beside a digital MR phantom: air bubbles, second bottles, and objects that no bottle shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MrInsert:
    """A region whose signal is `factor` times that of the phantom; later ones cover earlier ones.

    Attributes
    ----------
    at_mm, size_mm : (float, float)
        Centre, right and down of the phantom's; width and height. Both turn and stretch with the phantom.
    factor : float
        0 is air or plastic, 1 the phantom's liquid.
    shape : str
        `ellipse` or `rectangle`.
    """

    at_mm: tuple[float, float]
    size_mm: tuple[float, float]
    factor: float = 0.0
    shape: str = "ellipse"


def bubble(at_mm: tuple[float, float], diameter_mm: float) -> MrInsert:
    """Return a round bubble of air about `at_mm`."""
    return MrInsert(at_mm, (diameter_mm, diameter_mm))


def second_bottle(at_mm: tuple[float, float], diameter_mm: float, factor: float = 1.0) -> MrInsert:
    """Return a round object of the phantom's own signal times `factor`, for `at_mm` outside of the phantom."""
    return MrInsert(at_mm, (diameter_mm, diameter_mm), factor)


def ring(diameter_mm: float, width_mm: float, factor: float = 0.0) -> tuple[MrInsert, ...]:
    """Return a ring of outer diameter `diameter_mm`, `width_mm` wide, of signal `factor`, liquid within."""
    inner = diameter_mm - 2 * width_mm
    return (
        MrInsert((0.0, 0.0), (diameter_mm, diameter_mm), factor),
        MrInsert((0.0, 0.0), (inner, inner), 1.0),
    )


def bars(size_mm: float) -> tuple[MrInsert, ...]:
    """Return inserts like those of a test object in a phantom of `size_mm`: a box, a bright ramp and rows of bars."""
    unit = size_mm / 20
    box = MrInsert((0.0, 0.0), (14 * unit, 4 * unit), 0.0, "rectangle")
    ramp = MrInsert((0.0, 0.0), (9 * unit, 0.5 * unit), 0.8, "rectangle")
    rows = (MrInsert((column * unit, 5 * unit), (0.5 * unit, 3 * unit), 0.0, "rectangle") for column in range(-4, 5))
    return (box, ramp, *rows)


def head(size_mm: tuple[float, float]) -> tuple[MrInsert, ...]:
    """Return a head for an ellipse of `size_mm` (width, height): bright scalp, dark skull, brain with ventricles."""
    width, height = size_mm
    return (
        MrInsert((0.0, 0.0), (0.92 * width, 0.92 * height), 0.05),
        MrInsert((0.0, 0.0), (0.84 * width, 0.84 * height), 0.55),
        MrInsert((0.0, 0.0), (0.66 * width, 0.66 * height), 0.75),
        MrInsert((-0.08 * width, 0.0), (0.08 * width, 0.3 * height), 0.15),
        MrInsert((0.08 * width, 0.0), (0.08 * width, 0.3 * height), 0.15),
        MrInsert((0.0, 0.2 * height), (0.25 * width, 0.12 * height), 0.9),
    )
