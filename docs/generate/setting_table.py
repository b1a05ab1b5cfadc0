# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every setting, out of the table that the program reads them by."""

from math import isfinite

from tables import code, table

from optimage.settings import OPTIONS, Option

INTRODUCTION = """# All settings

Made from the code. A setting stands in `optimage.toml` in the home folder (`OPTIMAGE_HOME`); the variable of the
environment overrides it.

"""


def settings_page() -> str:
    """Return the page with one line a setting."""
    rows = [
        (code(option.name), code(option.environment), option.help, code(option.default), _allowed(option))
        for option in OPTIONS
    ]
    return INTRODUCTION + table(("Setting", "Variable", "Meaning", "Default", "Allowed"), rows)


def _allowed(option: Option) -> str:
    if option.choices:
        return ", ".join(map(code, option.choices))
    low = f"at least {option.minimum:g}" if isfinite(option.minimum) else ""
    high = f"at most {option.maximum:g}" if isfinite(option.maximum) else ""
    return ", ".join(filter(None, (low, high)))
