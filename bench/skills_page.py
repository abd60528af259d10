"""How smoothly the page's map moves: frames a second at 15,000 skills, in a browser without a GPU.

The page's own script and style are served as files, with a map of made-up points: the pages of
Muster around it take no part while somebody drags. The map is dragged by the pointer for a few
seconds, at whole size and zoomed in, and the time between frames is taken from the browser.
"""

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bench.apart import ROOT
from bench.figures import Figure

SKILLS, CLUSTERS, NEAR, SEED = 15_000, 40, 6, 1
FRAMES, WANTED = 240, 60.0
_STATIC = ROOT / "muster" / "web" / "static"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Map</title>
<link rel="stylesheet" href="skills-map.css"><script type="module" src="skills-map.js"></script>
<figure class="muster-skills" data-skills-map="points.json" data-page="/0/">
<div class="muster-skills__frame"><canvas class="muster-skills__canvas" hidden></canvas>
<img class="muster-skills__still" alt=""><div class="muster-skills__tools" hidden></div>
<div class="muster-skills__card" hidden></div><p class="muster-skills__lit" hidden></p></div>
<p data-skills-said></p></figure><div id="results"></div></html>"""
# Moves the pointer a little in each frame; returns milliseconds between frames, and of drawing.
_DRAG = """frames => new Promise(done => {
  const canvas = document.querySelector('.muster-skills__canvas');
  const figure = document.querySelector('figure');
  const box = canvas.getBoundingClientRect();
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  canvas.setPointerCapture = () => {};
  const send = (type, x, y) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, button: 0, clientX: middle[0] + x, clientY: middle[1] + y, bubbles: true }));
  send('pointerdown', 0, 0);
  const times = [], drawn = [];
  let before = 0;
  const step = now => {
    if (before) times.push(now - before);
    drawn.push(Number(figure.dataset.frame || 0));
    before = now;
    const turn = times.length / 20;
    send('pointermove', 120 * Math.sin(turn), 90 * Math.sin(1.3 * turn));
    if (times.length < frames) requestAnimationFrame(step);
    else { send('pointerup', 200, 0); done({ times, drawn }); }
  };
  requestAnimationFrame(step);
})"""


def measure(*, full: bool) -> Iterator[Figure]:
    """Yield frames a second while the map is dragged: whole, and zoomed in."""
    from playwright.sync_api import sync_playwright

    from tools import chromium

    with TemporaryDirectory(prefix="muster-bench-") as name, sync_playwright() as playwright:
        address, stop = _served(Path(name))
        browser = playwright.chromium.launch(
            executable_path=chromium.found_or_installed(), args=list(chromium.FLAGS)
        )
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address)
            page.wait_for_selector(f"figure[data-skills='{SKILLS}']")
            for view, wheels in (("whole", 0), ("zoomed in", 6)):
                page.mouse.move(640, 400)
                for _ in range(wheels):
                    page.mouse.wheel(0, -120)
                page.wait_for_timeout(400)
                yield from _figures(view, page.evaluate(_DRAG, FRAMES))
        finally:
            browser.close()
            stop()


def _figures(view: str, told: dict[str, list[float]]) -> Iterator[Figure]:
    each, drawn = np.array(told["times"][10:]), np.array(told["drawn"][10:])
    name = f"map of {SKILLS:,} skills dragged, {view}"
    rate = round(1000 / float(np.mean(each)), 1)
    # A browser shows at most 60 frames a second, and a little less by its own clock.
    yield Figure(f"{name}, {WANTED:.0f} wanted", rate, "frames/s", met=rate >= 0.98 * WANTED)
    yield Figure(
        f"{name}, drawing of a frame, p95", round(float(np.quantile(drawn, 0.95)), 1), "ms"
    )


def _served(folder: Path) -> tuple[str, Callable[[], None]]:
    """Serve the script, the style and points from a folder; return the address, and how to stop."""
    for place in _STATIC.glob("skills-*"):
        (folder / place.name).write_bytes(place.read_bytes())
    (folder / "index.html").write_text(_PAGE, encoding="utf-8")
    (folder / "points.json").write_text(json.dumps(points()), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/", server.shutdown


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def points() -> dict[str, object]:
    """Return made-up points as the page fetches them: clusters of skills in the unit disc."""
    lot = np.random.default_rng(SEED)
    middle = lot.uniform(-0.7, 0.7, (CLUSTERS, 2))
    of = lot.integers(0, CLUSTERS, SKILLS)
    x, y = np.clip(middle[of] + lot.normal(0, 0.14, (SKILLS, 2)), -1, 1).T
    numbers = range(SKILLS)
    return {
        "release": "made", "number": 1,
        "skills": {
            "slug": [f"skill-{n}" for n in numbers],
            "name": [f"pretend skill {n}" for n in numbers],
            "x": (x * 10_000).astype(int).tolist(), "y": (y * 10_000).astype(int).tolist(),
            "a": [300] * SKILLS, "b": [200] * SKILLS, "angle": [500] * SKILLS,
            "adverts": (5 + lot.pareto(1.1, SKILLS) * 20).astype(int).tolist(),
            "organisations": [9] * SKILLS, "specialism": [50] * SKILLS, "trend": [2] * SKILLS,
            "cluster": of.tolist(),
        },
        "near": {
            "each": NEAR, "to": lot.integers(0, SKILLS, SKILLS * NEAR).tolist(),
            "together": [7] * (SKILLS * NEAR),
        },
        "clusters": [
            {"name": f"Part {n}", "x": int(a * 10_000), "y": int(b * 10_000), "colour": n,
             "skills": int((of == n).sum())}
            for n, (a, b) in enumerate(middle)
        ],
    }  # fmt: skip
