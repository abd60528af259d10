"""The two languages of the pages: gather their words, and compile them for use.

``python -m tools.languages gather`` finds every text marked for translation in code and templates
and writes it to ``muster/web/locale/cy/LC_MESSAGES/django.po``, keeping what is translated;
``python -m tools.languages compile`` makes the ``.mo`` beside it, which git ignores. Babel does
the work, so no gettext programs are needed.
"""

import argparse
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = REPOSITORY / "muster"
CATALOGUE = SOURCE / "web" / "locale" / "cy" / "LC_MESSAGES" / "django.po"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}
TEMPLATE_OPTIONS = {
    "newstyle_gettext": "true",
    "extensions": "jinja2.ext.do",
    "silent": "false",
}
# Fixed, so that gathering twice changes nothing. Welsh has four of Django's plural forms: one,
# two, eight or eleven, and the rest.
HEADER = r"""# Welsh words of Muster's pages.
msgid ""
msgstr ""
"Language: cy\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3;\n"

"""


def gathered() -> Catalog:
    """Return every text marked for translation, without translations."""
    found = Catalog(charset="utf-8")
    for _file, _line, message, comments, _context in extract_from_dir(
        str(SOURCE), METHODS, {METHODS[1][0]: TEMPLATE_OPTIONS}, KEYWORDS
    ):
        found.add(message, auto_comments=comments)
    return found


def kept() -> Catalog:
    """Return the Welsh catalogue as it stands in the repository."""
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="cy", domain="django")


def gather() -> tuple[int, int]:
    """Bring the Welsh catalogue up to date; return how many texts there are and how many lack
    a translation."""
    catalogue = kept()
    catalogue.update(gathered(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = io.BytesIO()
    write_po(written, catalogue, width=100, omit_header=True, sort_output=True, no_location=True)
    CATALOGUE.write_text(HEADER + written.getvalue().decode().strip() + "\n")
    texts = [message for message in catalogue if message.id]
    return len(texts), sum(1 for message in texts if not _translated(message.string))


def _translated(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def compile_catalogues() -> Path:
    """Compile the Welsh catalogue unless the compiled one is newer; return where it is."""
    compiled = CATALOGUE.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= CATALOGUE.stat().st_mtime:
        return compiled
    written = io.BytesIO()
    write_mo(written, kept())
    compiled.write_bytes(written.getvalue())
    return compiled


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Gather or compile the words of the pages")
    parser.add_argument("what", choices=("gather", "compile"))
    if parser.parse_args().what == "gather":
        texts, missing = gather()
        print(f"{texts} texts, {missing} without a translation")
    else:
        compile_catalogues()
    return 0


if __name__ == "__main__":
    sys.exit(main())
