"""Draw the processes that ship, as pictures for the guides.

``python -m tools.diagrams`` draws each ``.bpmn`` file of the services with the viewer that pages
use, in the browser that tests use, into ``docs/images/<process>.svg``. A picture names the SHA-256
of the file it was drawn from: a test in ``tests/repo`` fails where the file has changed since.
"""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools import chromium, front_end

REPOSITORY = Path(__file__).resolve().parents[1]
SERVICES = REPOSITORY / "muster" / "services"
PICTURES = REPOSITORY / "docs" / "images"
VIEWER = front_end.VENDOR / "bpmn-viewer.min.js"
_DRAWN_FROM = re.compile(r'data-drawn-from="([0-9a-f]{64})"')
# Answers with the picture alone, without the names by which the viewer tells things apart.
_DRAW = """async (xml) => {
    const place = document.body.appendChild(document.createElement("div"));
    const viewer = new BpmnJS({ container: place });
    await viewer.importXML(xml);
    return (await viewer.saveSVG()).svg;
}"""


def sources() -> tuple[Path, ...]:
    """Return the diagrams that ship."""
    return tuple(sorted(SERVICES.glob("*/process/*.bpmn")))


def picture_of(source: Path) -> Path:
    """Return where the picture of a diagram lies."""
    return PICTURES / f"{source.stem}.svg"


def digest_of(source: Path) -> str:
    """Return what a picture says it was drawn from."""
    return hashlib.sha256(source.read_bytes()).hexdigest()


def drawn_from(picture: str) -> str:
    """Return the digest of the file that a picture was drawn from; "" if it names none."""
    found = _DRAWN_FROM.search(picture)
    return found[1] if found else ""


def pictures(page: Page, files: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """Yield where each file's picture belongs, and the picture.

    Args:
        page: an empty page of a browser.
        files: the diagrams.
    """
    page.set_content("<!doctype html><body></body>")
    page.add_script_tag(path=VIEWER)
    for source in files:
        svg: str = page.evaluate(_DRAW, source.read_text(encoding="utf-8"))
        svg = svg[svg.index("<svg") :]
        named = svg.replace("<svg ", f'<svg data-drawn-from="{digest_of(source)}" ', 1)
        yield picture_of(source), named.rstrip() + "\n"


def main() -> int:
    """Run from the command line."""
    try:
        front_end.build()
        path = chromium.found_or_installed()
    except (front_end.FrontEndError, chromium.ChromiumError) as missing:
        print(missing, file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        for place, picture in pictures(browser.new_page(), sources()):
            place.write_text(picture, encoding="utf-8")
            print(place.relative_to(REPOSITORY))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
