// Draws the diagram of a case or a process from its own file, and marks what is done and open.
// The list on the page says the same: where anything fails, nothing is drawn and nothing is lost.
const SMALLEST = 0.15;
const LARGEST = 2;
const STEP = 1.25;

function mark(text, kind) {
  const made = document.createElement("span");
  made.className = `muster-mark muster-mark--${kind}`;
  made.textContent = text;
  made.setAttribute("aria-hidden", "true");
  return made;
}

function ids(figure, name) {
  return (figure.dataset[name] || "").split(" ").filter(Boolean);
}

function marked(viewer, figure) {
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const known = viewer.get("elementRegistry");
  for (const [kind, text] of [["done", "✓"], ["open", `▶ ${figure.dataset.now}`]]) {
    for (const id of ids(figure, kind)) {
      if (!known.get(id)) continue;
      canvas.addMarker(id, `muster-${kind}`);
      overlays.add(id, { position: { top: -14, left: -8 }, html: mark(text, kind) });
    }
  }
}

class Drawing {
  constructor(figure, viewer) {
    this.figure = figure;
    this.canvas = viewer.get("canvas");
    this.view = figure.querySelector(".muster-diagram__view");
    this.paper = figure.querySelector(".muster-diagram__paper");
    const { inner } = this.canvas.viewbox();
    this.inner = { x: inner.x - 10, y: inner.y - 24, width: inner.width + 20, height: inner.height + 34 };
    this.known = viewer.get("elementRegistry");
  }

  whole() {
    return Math.max(SMALLEST, Math.min(1, this.view.clientWidth / this.inner.width));
  }

  // The paper is as large as the drawing, so that the frame scrolls as everything else does.
  show(scale) {
    this.scale = Math.max(Math.min(SMALLEST, this.whole()), Math.min(LARGEST, scale));
    this.paper.style.width = `${Math.floor(this.inner.width * this.scale)}px`;
    this.paper.style.height = `${Math.floor(this.inner.height * this.scale)}px`;
    this.canvas.resized();
    this.canvas.viewbox(this.inner);
  }

  zoom(how) {
    const { view } = this;
    const across = (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth;
    const down = (view.scrollTop + view.clientHeight / 2) / view.scrollHeight;
    this.show(how === "whole" ? this.whole() : this.scale * (how === "in" ? STEP : 1 / STEP));
    view.scrollLeft = across * view.scrollWidth - view.clientWidth / 2;
    view.scrollTop = down * view.scrollHeight - view.clientHeight / 2;
  }

  toOpen() {
    const first = ids(this.figure, "open").map((id) => this.known.get(id)).find(Boolean);
    if (!first) return;
    this.view.scrollLeft = (first.x + first.width / 2 - this.inner.x) * this.scale - this.view.clientWidth / 2;
    this.view.scrollTop = (first.y + first.height / 2 - this.inner.y) * this.scale - this.view.clientHeight / 2;
  }
}

function listen(figure, drawing) {
  for (const button of figure.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => drawing.zoom(button.dataset.zoom));
  }
  drawing.view.addEventListener("keydown", (event) => {
    const how = { "+": "in", "=": "in", "-": "out", 0: "whole" }[event.key];
    if (!how || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    drawing.zoom(how);
  });
  let before = drawing.scale;
  window.addEventListener("beforeprint", () => {
    before = drawing.scale;
    drawing.show(drawing.whole());
  });
  window.addEventListener("afterprint", () => drawing.show(before));
}

async function draw(figure) {
  const answer = await fetch(figure.dataset.diagram, { credentials: "same-origin" });
  if (!answer.ok) return;
  const frame = figure.querySelector(".muster-diagram__frame");
  const paper = figure.querySelector(".muster-diagram__paper");
  const viewer = new window.BpmnJS({ container: paper });
  frame.hidden = false;
  try {
    await viewer.importXML(await answer.text());
  } catch {
    frame.hidden = true;
    return;
  }
  const drawing = new Drawing(figure, viewer);
  marked(viewer, figure);
  const svg = paper.querySelector(".djs-container > svg");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  svg.removeAttribute("tabindex");
  // The mark of bpmn.io stays in sight however far the drawing is scrolled.
  frame.append(paper.querySelector(".bjs-powered-by"));
  figure.querySelector(".muster-diagram__tools").hidden = false;
  figure.querySelector(".muster-diagram__with").hidden = false;
  figure.querySelector(".muster-diagram__without").hidden = true;
  drawing.show(Math.max(drawing.whole(), 0.8));
  drawing.toOpen();
  listen(figure, drawing);
  figure.dataset.drawn = "yes";
}

for (const figure of document.querySelectorAll("[data-diagram]")) draw(figure).catch(() => {});
