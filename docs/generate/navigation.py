# SPDX-License-Identifier: LGPL-3.0-or-later
"""The order of the pages: what to do first, then how, then what exactly, then why."""

from pathlib import Path, PurePosixPath

SECTIONS = {
    "tutorials": "Tutorials",
    "how-to": "How-to guides",
    "reference": "Reference",
    "explanation": "Explanation",
    "decisions": "Decisions",
}
LAST = ("contributing.md", "changelog.md")
Nav = list["str | dict[str, Nav]"]


def navigation(docs: Path, *, generated: tuple[str, ...]) -> Nav:
    """Return the navigation of all pages in `docs` and all `generated` ones; sections without pages are left out."""
    written = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    uris = sorted(written | set(generated))
    nav: Nav = ["index.md"]
    for folder, title in SECTIONS.items():
        entries = _section(folder, uris)
        if entries:
            nav.append({title: entries})
    return [*nav, *(uri for uri in LAST if uri in uris)]


def _section(folder: str, uris: list[str]) -> Nav:
    """Return the pages of a folder, its index first, folders inside it last."""
    inside = [uri for uri in uris if uri.startswith(f"{folder}/")]
    own = [uri for uri in inside if str(PurePosixPath(uri).parent) == folder]
    deeper = sorted({uri.split("/")[folder.count("/") + 1] for uri in inside if uri not in own})
    nav: Nav = sorted(own, key=lambda uri: (not uri.endswith("/index.md"), uri))
    return [*nav, *({name.replace("-", " ").capitalize(): _section(f"{folder}/{name}", uris)} for name in deeper)]
