"""Find a Chromium to test pages with, or install Debian's where that is possible.

``python -m tools.chromium`` prints its path. No browser is downloaded: the one the machine's own
package manager keeps is used, so that tests see what users' managed desktops have.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    Path("/usr/lib/chromium/chromium"),
    Path("/snap/bin/chromium"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
# For each window two more pages would be made, to suggest addresses that nobody types. Of switches
# like this one only the last counts, so what Playwright turns off stands here again.
_NOT_WANTED = (
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
# Quiet and self-contained: no sandbox inside containers, no calls of its own to anywhere.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(_NOT_WANTED),
)


class ChromiumError(Exception):
    """No Chromium is here; the message says what to do."""


def found() -> Path | None:
    """Return the Chromium of this machine, if it has one."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return Path(path)
    return next((place for place in PLACES if place.exists()), None)


def found_or_installed() -> Path:
    """Return the machine's Chromium, installing Debian's package first where root may.

    Raises:
        ChromiumError: if there is none and it cannot be installed from here.
    """
    path = found()
    if path is None and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
        # fonts-liberation has Arial's measures, so pages break their lines as on a desktop.
        for command in (["apt-get", "update", "-q"], [*install, "chromium", "fonts-liberation"]):
            subprocess.run(command, env=environment, capture_output=True, check=False)
        path = found()
    if path is None:
        raise ChromiumError(
            "Chromium was not found. Install the package `chromium` (Debian, Ubuntu) or Chrome,"
            " or run this as root on Debian, then try again."
        )
    return path


def main() -> int:
    """Run from the command line."""
    try:
        print(found_or_installed())
    except ChromiumError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
