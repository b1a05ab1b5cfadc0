# SPDX-License-Identifier: LGPL-3.0-or-later
"""The catalogues of sentences: what the code says, and what a language has for it.

`python -m tests.contract.catalogues` collects new sentences into every
catalogue and keeps the translations that are there.
"""

import ast
import tomllib
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from tests.contract.french import kept_together
from tests.contract.sources import ROOT, product_files, tree_of

TEMPLATES = ROOT / "report_templates"
MARKERS = {"_": 1, "N_": 1, "ngettext": 2}  # and how many of the arguments are sentences
SHOWN_KEYS = frozenset({"title", "text", "header", "footer", "labels"})
HEADER = "# SPDX-License-Identifier: LGPL-3.0-or-later"
USEFUL = (b'"Project-Id', b'"Language:', b'"Plural-Forms', b'"MIME', b'"Content-')

Sentence = str | tuple[str, ...]


def sentences() -> set[Sentence]:
    """Return every sentence a person can see: of the code, and of the report templates."""
    found = {sentence for path in product_files() for sentence in marked(tree_of(path))}
    return (found | set(_template_sentences(sorted(TEMPLATES.glob("*.toml"))))) - {""}


def marked(tree: ast.Module) -> Iterator[Sentence]:
    """Yield every sentence that `_`, `N_` or `ngettext` marks.

    Babel reads tokens, and before Python 3.12 a call inside an f-string is
    none; the syntax tree has it.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS:
            arguments = node.args[: MARKERS[node.func.id]]
            parts = tuple(
                one.value for one in arguments if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
            if len(parts) == MARKERS[node.func.id]:
                yield parts if len(parts) > 1 else parts[0]


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of `language` lies."""
    return ROOT / "locales" / language / "LC_MESSAGES" / "optimage.po"


def load_catalogue(language: str) -> Catalog:
    """Read the catalogue of `language`; empty where there is none yet."""
    path = catalogue_path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as text:
        return read_po(text, locale=language)


def updated(catalogue: Catalog, wanted: Iterable[Sentence]) -> bytes:
    """Return the text of `catalogue` with exactly the `wanted` sentences, sorted, without dates and line numbers."""
    fresh = Catalog(locale=catalogue.locale, header_comment=HEADER, project="Optimage", charset="utf-8", fuzzy=False)
    for sentence in wanted:
        message = fresh.add(sentence, _known(catalogue, sentence))
        message.flags.discard("python-format")  # what Babel takes for one is a per cent sign; our fields have braces
    text = BytesIO()
    write_po(text, fresh, no_location=True, sort_output=True, width=0)
    header, _, body = text.getvalue().partition(b"\n\n")
    kept = (line for line in header.splitlines() if not line.startswith(b'"') or line.startswith(USEFUL))
    return b"\n".join(kept).replace(b" VERSION", b"") + b"\n\n" + body


def fields(template: str) -> set[str]:
    """Return the names of the fields in `template`."""
    return {name.partition("!")[0] for _, name, _, _ in Formatter().parse(template) if name is not None}


def texts(sentence: Sentence) -> tuple[str, ...]:
    """Return a sentence, or its singular and plural, as a tuple."""
    return (sentence,) if isinstance(sentence, str) else tuple(sentence)


def _known(catalogue: Catalog, sentence: Sentence) -> Sentence:
    message: Message | None = catalogue.get(sentence)
    if message is None or message.id != sentence:
        return ""
    if str(catalogue.locale) != "fr":
        return message.string
    return (
        kept_together(message.string) if isinstance(message.string, str) else tuple(map(kept_together, message.string))
    )


def _template_sentences(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        yield from _shown(tomllib.loads(file.read_text(encoding="utf-8")))


def _shown(value: object) -> Iterator[str]:
    """Yield the texts of a template that end on paper."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key in SHOWN_KEYS and not isinstance(one, dict):
                yield from [one] if isinstance(one, str) else one
            else:
                yield from _shown(one)
    elif isinstance(value, list):
        for one in value:
            yield from _shown(one)


def main() -> None:
    """Bring every catalogue up to date and say how much is still to be translated."""
    wanted = sentences()
    for folder in sorted((ROOT / "locales").iterdir()):
        path = catalogue_path(folder.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(updated(load_catalogue(folder.name), wanted))
        catalogue = load_catalogue(folder.name)
        missing = sum(not any(texts(message.string)) for message in catalogue if message.id)
        print(f"{folder.name}: {len(wanted)} sentences, {missing} to translate")


if __name__ == "__main__":
    main()
