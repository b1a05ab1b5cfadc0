# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values in units of their lines: what every rule looks at."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimage.model.control import ControlLines
from optimage.model.control_rule import Spread

FloatArray = NDArray[np.float64]


def standardised(values: ArrayLike, lines: ControlLines) -> FloatArray:
    """Return the distance of values from the centre line, in sigma.

    Parameters
    ----------
    values : array_like (n,)
        In the unit of the lines. NaN stays NaN.
    lines : ControlLines
        Symmetric lines give (value - centre) / sigma, lines of logarithms
        the same of the logarithms (a value of zero or less is minus
        infinity). Otherwise LAL, LCL, centre, UCL and UAL become -3, -2, 0, 2
        and 3 (the multiples that the lines carry), straight between, and
        beyond them as from the centre to the alarm line.

    Returns
    -------
    float array (n,)
        All NaN where symmetric lines have a sigma of zero. A value that lies
        on a line or inside never exceeds its multiple through rounding.
    """
    x: FloatArray = np.asarray(values, dtype=float)
    z: FloatArray
    if lines.spread is Spread.LOG:
        positive = x > 0
        logarithms = np.log(x, where=positive, out=np.where(np.isnan(x), np.nan, -np.inf))
        z = (logarithms - np.log(lines.centre)) / lines.sigma
    elif lines.levels is not None:
        z = _piecewise(x, lines)
    elif lines.sigma > 0:
        z = (x - lines.centre) / lines.sigma
    else:
        return np.full_like(x, np.nan)
    for low, high, multiple in ((lines.lcl, lines.ucl, lines.control_sigma), (lines.lal, lines.ual, lines.alarm_sigma)):
        inside = (x >= low) & (x <= high)
        z = np.where(inside, np.clip(z, -multiple, multiple), z)
    return z


def _piecewise(x: FloatArray, lines: ControlLines) -> FloatArray:
    near, far = lines.control_sigma, lines.alarm_sigma
    z: FloatArray = np.interp(
        x, [lines.lal, lines.lcl, lines.centre, lines.ucl, lines.ual], [-far, -near, 0.0, near, far]
    )
    z = np.where(x == lines.centre, 0.0, z)
    above = far * (1 + (x - lines.ual) / max(lines.ual - lines.centre, np.finfo(float).tiny))
    below = -far * (1 + (lines.lal - x) / max(lines.centre - lines.lal, np.finfo(float).tiny))
    outside: FloatArray = np.where(x > lines.ual, above, np.where(x < lines.lal, below, z))
    return outside
