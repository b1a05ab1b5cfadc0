# SPDX-License-Identifier: LGPL-3.0-or-later
"""The hooks a plugin can implement, out of their specifications."""

from optimage.plugins import hookspecs

INTRODUCTION = """# Hooks

Made from the code. A plugin implements the hooks it needs, marks each with `optimage.api.hookimpl`, and names its
module in the entry-point group `optimage`. The modules that come with Optimage enter by the same door.

"""


def hook_names() -> list[str]:
    """Return the names of all hooks, in the order they are written."""
    return [name for name, found in vars(hookspecs).items() if callable(found) and hasattr(found, "optimage_spec")]


def hook_page() -> str:
    """Return the page with one section a hook."""
    return INTRODUCTION + "\n".join(f"::: optimage.plugins.hookspecs.{name}\n" for name in hook_names())
