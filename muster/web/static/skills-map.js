// The map of skills. The table on the page says the same: where anything fails, a still picture
// stays and nothing is lost. Drag, wheel, pinch, buttons and keys move it; 60 frames a second.
import { Finder } from "./skills-find.js";
import { Scene, slide } from "./skills-scene.js";

const LARGEST = 40;
const STEP = 1.6;
const PAN = 70;
const TAP = 6;
// Milliseconds: a frame of 60 a second has 16, and the browser needs some itself.
const SLOW = 9;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

class SkillsMap {
  constructor(figure, told) {
    this.figure = figure;
    this.said = figure.querySelector("[data-skills-said]");
    this.canvas = figure.querySelector(".muster-skills__canvas");
    this.card = figure.querySelector(".muster-skills__card");
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.scene = new Scene(told);
    this.chosen = -1;
    this.pinned = false;
    this.pointers = new Map();
    this.view = { x: 0, y: 0, zoom: 1, scale: 1, width: 1, height: 1 };
  }

  start() {
    this.figure.querySelector(".muster-skills__still").hidden = true;
    this.figure.querySelector(".muster-skills__tools").hidden = false;
    this.canvas.hidden = false;
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    this.resize();
    this.listen();
    this.light();
    this.figure.dataset.skills = String(this.scene.size);
  }

  resize() {
    const { view, canvas } = this;
    view.width = canvas.clientWidth || 1;
    view.height = canvas.clientHeight || 1;
    this.whole = Math.min(view.width, view.height) / 2 / 1.1;
    view.scale = this.whole * view.zoom;
    this.draw();
  }

  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame((now) => {
      this.asked = 0;
      const density = this.sharpness(now);
      const from = performance.now();
      this.scene.draw(this.context, this.view, density, this.chosen);
      this.took = performance.now() - from;
      this.figure.dataset.drawn = String(this.scene.drawn);
      this.figure.dataset.frame = this.took.toFixed(1);
      this.figure.dataset.zoom = this.view.zoom.toFixed(2);
    });
  }

  // On a fine screen a slow machine draws coarser while the map moves, and sharp once it rests.
  sharpness(now) {
    const { canvas, view } = this;
    const fine = Math.min(2, window.devicePixelRatio || 1);
    const moving = now - (this.before || 0) < 140;
    this.before = now;
    this.coarse = moving && fine > 1 && (this.coarse || this.took > SLOW);
    clearTimeout(this.resting);
    if (this.coarse) this.resting = setTimeout(() => this.draw(), 180);
    const density = this.coarse ? 1 : fine;
    const width = Math.round(view.width * density);
    const height = Math.round(view.height * density);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    return density;
  }

  // Nothing of the map may be lost from sight: its centre stays within the frame.
  hold() {
    const { view } = this;
    const far = 1.15;
    view.zoom = Math.max(1, Math.min(LARGEST, view.zoom));
    view.scale = this.whole * view.zoom;
    const reach = view.zoom <= 1.01 ? 0 : far;
    view.x = Math.max(-reach, Math.min(reach, view.x));
    view.y = Math.max(-reach, Math.min(reach, view.y));
    this.canvas.style.touchAction = view.zoom > 1.05 ? "none" : "pan-y";
    this.draw();
  }

  zoom(by, left = this.view.width / 2, top = this.view.height / 2) {
    const { view, scene } = this;
    const [x, y] = scene.back(view, left, top);
    view.zoom = Math.max(1, Math.min(LARGEST, view.zoom * by));
    view.scale = this.whole * view.zoom;
    const [nx, ny] = scene.back(view, left, top);
    view.x += x - nx;
    view.y += y - ny;
    this.hold();
  }

  move(across, down) {
    this.view.x -= across / this.view.scale;
    this.view.y += down / this.view.scale;
    this.hold();
  }

  glide(to) {
    cancelAnimationFrame(this.gliding);
    const from = { ...this.view };
    const began = performance.now();
    const long = calm.matches ? 0 : 420;
    const step = (now) => {
      const part = long ? Math.min(1, (now - began) / long) : 1;
      const eased = 1 - (1 - part) ** 3;
      this.view.zoom = from.zoom * (to.zoom / from.zoom) ** eased;
      this.view.x = from.x + (to.x - from.x) * eased;
      this.view.y = from.y + (to.y - from.y) * eased;
      this.hold();
      if (part < 1) this.gliding = requestAnimationFrame(step);
    };
    step(began);
  }

  show(at) {
    this.glide({ zoom: Math.max(this.view.zoom, 4), x: this.scene.x[at], y: this.scene.y[at] });
    this.choose(at, true);
  }

  choose(at, pinned = false) {
    this.pinned = pinned;
    if (at === this.chosen && !pinned) return;
    this.chosen = at;
    this.canvas.style.cursor = at >= 0 ? "pointer" : "grab";
    this.tell(at);
    this.draw();
  }

  line(tag, text, name) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  // Names are text wherever they stand: nothing of a release is read as markup.
  tell(at) {
    const { card, figure } = this;
    card.hidden = at < 0;
    if (at < 0) return;
    const { skills } = this.scene.told;
    const words = figure.dataset;
    const link = this.line("a", skills.name[at], "govuk-link muster-skills__name");
    link.href = this.address(at);
    const rises = { 1: words.falling, 3: words.rising }[skills.trend[at]];
    const count = `${skills.adverts[at].toLocaleString()} ${words.adverts}, ${skills.organisations[at]} ${words.organisations}`;
    const list = document.createElement("ul");
    for (const one of this.scene.neighbours(at).slice(0, 5)) {
      const item = this.line("li", skills.name[one.at]);
      const why = one.together ? `${one.together.toLocaleString()} ${words.together}` : words.apart;
      item.append(this.line("span", why));
      list.append(item);
    }
    card.replaceChildren(
      link,
      this.line("p", rises ? `${count}; ${rises}` : count),
      this.line("p", `${words.near}:`, "muster-skills__near"),
      list,
      this.line("p", words.region, "muster-skills__region"),
    );
    const [x] = this.scene.at(this.view, this.scene.x[at], this.scene.y[at]);
    card.classList.toggle("muster-skills__card--left", x > this.view.width / 2);
  }

  address(at) {
    return this.figure.dataset.page.replace("/0/", `/${this.scene.told.skills.slug[at]}/`);
  }

  open(at) {
    if (at >= 0) window.location.assign(this.address(at));
  }

  // Who moves by keys hears what lies in the middle.
  middle() {
    const { view } = this;
    const at = this.scene.under(view, view.width / 2, view.height / 2, 60);
    this.choose(at, true);
    clearTimeout(this.saying);
    if (at < 0) return;
    const { skills } = this.scene.told;
    const words = this.figure.dataset;
    this.saying = setTimeout(() => {
      this.said.textContent = `${skills.name[at]}, ${skills.adverts[at]} ${words.adverts}. ${words.open}`;
    }, 350);
  }

  async light() {
    const results = document.getElementById("results");
    const asked = results?.dataset.lit || "";
    const words = this.figure.querySelector(".muster-skills__lit");
    let lit = null;
    if (asked) {
      const answer = await fetch(asked, { credentials: "same-origin" });
      if (answer.ok) lit = (await answer.json()).lit;
    }
    this.litWords = lit ? results.dataset.words : "";
    words.hidden = !lit;
    words.textContent = lit ? `${this.figure.dataset.litWords} (${results.dataset.words})` : "";
    this.only(lit);
  }

  only(places) {
    this.scene.lit = null;
    if (places) {
      this.scene.lit = new Uint8Array(this.scene.size);
      for (const at of places) this.scene.lit[at] = 1;
    }
    this.figure.dataset.lit = places ? String(places.length) : "";
    this.draw();
  }

  image() {
    const { title, source } = this.figure.dataset;
    slide(this.scene, this.view, { title, source, lit: this.litWords }).toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = "skills-map.png";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }

  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.moved(event));
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, (event) => this.up(event));
    canvas.addEventListener("pointerleave", () => !this.pinned && this.choose(-1));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
    for (const button of this.figure.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.tool(button.dataset.do));
    }
    for (const link of this.figure.querySelectorAll("[data-part]")) this.hover(link);
    document.addEventListener("htmx:afterSwap", () => this.light().catch(() => {}));
  }

  hover(link) {
    const part = Number(link.dataset.part);
    const { cluster } = this.scene.told.skills;
    const on = () => this.only(cluster.flatMap((one, at) => (one === part ? [at] : [])));
    const off = () => this.light().catch(() => {});
    link.addEventListener("mouseenter", on);
    link.addEventListener("focus", on);
    link.addEventListener("mouseleave", off);
    link.addEventListener("blur", off);
  }

  tool(what) {
    if (what === "image") this.image();
    else if (what === "whole") this.glide({ zoom: 1, x: 0, y: 0 });
    else this.glide({ ...this.view, zoom: Math.max(1, Math.min(LARGEST, this.view.zoom * (what === "in" ? STEP : 1 / STEP))) });
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button) return;
    cancelAnimationFrame(this.gliding);
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, this.place(event));
    this.travelled = 0;
  }

  moved(event) {
    const [x, y] = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      const at = this.scene.under(this.view, x, y, 4);
      if (at >= 0 || !this.pinned) this.choose(at);
      return;
    }
    this.pointers.set(event.pointerId, [x, y]);
    this.travelled += Math.hypot(x - before[0], y - before[1]);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const was = Math.hypot(before[0] - other[0], before[1] - other[1]);
      const now = Math.hypot(x - other[0], y - other[1]);
      if (was > 0) this.zoom(now / was, (x + other[0]) / 2, (y + other[1]) / 2);
    } else if (this.travelled > TAP) {
      this.canvas.style.cursor = "grabbing";
      this.move(x - before[0], y - before[1]);
    }
  }

  up(event) {
    const here = this.pointers.get(event.pointerId);
    this.pointers.delete(event.pointerId);
    this.canvas.style.cursor = "grab";
    if (!here || event.type === "pointercancel" || this.travelled > TAP) return;
    const touch = event.pointerType === "touch";
    const at = this.scene.under(this.view, here[0], here[1], touch ? 14 : 4);
    // A finger sees nothing before it taps: the first tap shows, the second opens.
    if (touch && at !== this.chosen) this.choose(at, at >= 0);
    else if (at >= 0) this.open(at);
    else this.choose(-1);
  }

  // At the whole map a wheel turned further out scrolls the page.
  wheel(event) {
    if (event.deltaY > 0 && this.view.zoom <= 1.001) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.zoom(Math.exp(-Math.max(-300, Math.min(300, event.deltaY * lines)) / 400), ...this.place(event));
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const moves = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
    const { key } = event;
    if (moves[key]) this.move(...moves[key]);
    else if (key === "+" || key === "=") this.zoom(STEP);
    else if (key === "-") this.zoom(1 / STEP);
    else if (key === "0") this.glide({ zoom: 1, x: 0, y: 0 });
    else if (key === "Escape") this.choose(-1);
    else if (key === "Enter") this.open(this.chosen);
    else return;
    event.preventDefault();
    if (!["Enter", "Escape", "0"].includes(key)) this.middle();
  }
}

async function begin(figure) {
  const answer = await fetch(figure.dataset.skillsMap, { credentials: "same-origin" });
  if (!answer.ok) return;
  const map = new SkillsMap(figure, await answer.json());
  map.start();
  const box = document.querySelector("[data-skills-find]");
  if (box) new Finder(box, (place) => map.show(place)).start();
}

for (const figure of document.querySelectorAll("[data-skills-map]")) begin(figure).catch(() => {});
