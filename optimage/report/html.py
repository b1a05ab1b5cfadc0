# SPDX-License-Identifier: LGPL-3.0-or-later
"""The document model as one file of HTML: style, charts and images inside, no script, ready for the printer.

Every text is escaped and isolated, so that neither markup nor a direction of
writing in it reaches beyond it.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from optimage.charts.palette import ACCENT, DARK, INK, QUIET, RULE
from optimage.charts.printable import printable
from optimage.charts.spec import Role
from optimage.document.parts import Document, Look
from optimage.i18n import _, say
from optimage.report.html_parts import PartWriter, escaped, isolated
from optimage.report.logo import Logo, logo_or_reason
from optimage.report.pdf_style import set_up
from optimage.report.svg import data_uri

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
STYLE = Path(__file__).with_name("html.css")


def write_html(document: Document) -> bytes:
    """Return `document` as HTML in UTF-8; nothing in it is loaded from elsewhere."""
    set_up()
    writer = PartWriter()
    body = "\n".join(line for part in document.parts for line in writer.write(part))
    head = "\n".join(_head(document))
    foot = f"<footer>{isolated(document.footer)}</footer>" if document.footer.strip() else ""
    page = f'{head}\n<body dir="ltr">\n{_page_head(document.look)}{body}\n{foot}\n</body>\n</html>\n'
    return page.encode("utf-8")


def _head(document: Document) -> Iterator[str]:
    yield f'<!DOCTYPE html>\n<html lang="{escaped(document.language)}">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="generator" content="Optimage">'
    yield f'<meta name="author" content="{escaped(document.author)}">'
    yield f'<meta name="description" content="{escaped(document.subject)}">'
    yield f"<title>{escaped(document.title)}</title>"
    yield f"<style>\n{_style()}{_page_style(document)}</style>\n</head>"


@cache
def _style() -> str:
    roles = (Role.PASS, Role.WARNING, Role.FAIL, Role.NEUTRAL)
    shades = {"ink": INK, "quiet": QUIET, "rule": RULE, "accent": ACCENT} | {role.value: DARK[role] for role in roles}
    named = " ".join(f"--{name}: {shade};" for name, shade in shades.items())
    return f":root {{ {named} }}\n{STYLE.read_text('utf-8')}"


def _page_style(document: Document) -> str:
    """Return size, footer and number of the pages where they are printed."""
    look = document.look
    size = f"{look.paper.value} {'landscape' if look.landscape else 'portrait'}"
    before, between, after = (_css_text(piece) for piece in _numbered())
    number = f"{before} counter(page) {between} counter(pages) {after}"
    boxes = f"@bottom-left {{ content: {_css_text(document.footer)}; }} @bottom-right {{ content: {number}; }}"
    font = f'font: 7pt "DejaVu Sans", Verdana, sans-serif; color: {QUIET};'
    wide, abreast = ("277mm", 3) if look.landscape else ("202mm", 2)
    sizes = f":root {{ --page: {wide}; --abreast: {abreast}; }}"
    return f"{sizes}\n@page {{ size: {size}; margin: 15mm 16mm 18mm; {font} {boxes} }}\n"


def _numbered() -> tuple[str, str, str]:
    """Return what stands before, between and after the number of the page and of all pages."""
    text = _("page {page}/{pages}").format(page="\0", pages="\0")
    before, between, after = text.split("\0")
    return before, between, after


def _css_text(text: str) -> str:
    """Return a text of CSS, every character that could end it by its code."""
    coded = "".join(c if (c.isalnum() and c.isascii()) or c == " " else f"\\{ord(c):x} " for c in printable(text))
    return f'"{coded}"'


def _page_head(look: Look) -> str:
    logo = logo_or_reason(look.logo) if look.logo is not None else None
    lines = [isolated(line) for line in look.header.splitlines() if line.strip()]
    if logo is not None and not isinstance(logo, Logo):
        lines.append(isolated(say(logo.message)))
    image = f'<img alt="" src="{data_uri("image/png", logo.png)}">' if isinstance(logo, Logo) else ""
    told = f"<p>{'<br>'.join(lines)}</p>" if lines else ""
    return f'<div class="head">{image}{told}</div>\n' if image or told else ""
