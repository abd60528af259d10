// The map as a scene: what is drawn of it for a view, on the page or as a picture for slides.
import { Dots, ground, Near } from "./skills-dots.js";

const COLOURS = ["#1d70b8", "#b3247a", "#00703c", "#d4500f", "#4c2c92", "#0d8a8a", "#a2182b", "#5b7a14", "#2b3f8c", "#9c6414", "#7a3fa8", "#50656f"];
const NONE = COLOURS.length;
const FAINT = NONE + 1;
const ALL = [...COLOURS, "#7b8489", "#ccd2d6"];
const FONT = "Arial, sans-serif";
const INK = "#0b0c0c";
const PARTS = 10000;
export const WIDE = 1.1;

export class Scene {
  constructor(told) {
    this.told = told;
    const { skills } = told;
    this.size = skills.name.length;
    this.x = Float64Array.from(skills.x, (one) => one / PARTS);
    this.y = Float64Array.from(skills.y, (one) => one / PARTS);
    const most = skills.adverts.reduce((a, b) => Math.max(a, b), 1);
    const base = Math.max(1.3, Math.min(4.4, 132 / Math.sqrt(this.size)));
    this.radius = Float64Array.from(skills.adverts, (one) => base * (0.62 + 1.7 * Math.sqrt(one / most)));
    this.order = Uint32Array.from(this.x.keys()).sort((a, b) => skills.adverts[b] - skills.adverts[a] || a - b);
    this.near = new Near(this.x, this.y);
    this.dots = new Dots(ALL);
    this.words = new Map();
    this.lit = null;
    this.ground = ground(this.x, this.y, (at) => this.colour(at), ALL, WIDE);
  }

  colour(at) {
    const part = this.told.skills.cluster[at];
    return part < 0 ? NONE : this.told.clusters[part].colour % COLOURS.length;
  }

  hex(at) {
    return ALL[this.colour(at)];
  }

  // Dots grow more slowly than the map, so that zooming in parts them.
  growth(view) {
    return Math.min(5, view.zoom ** 0.48);
  }

  at(view, x, y) {
    return [view.width / 2 + (x - view.x) * view.scale, view.height / 2 - (y - view.y) * view.scale];
  }

  back(view, left, top) {
    return [view.x + (left - view.width / 2) / view.scale, view.y - (top - view.height / 2) / view.scale];
  }

  under(view, left, top, reach) {
    const [x, y] = this.back(view, left, top);
    const growth = this.growth(view);
    return this.near.find(x, y, (reach + 6) / view.scale, (at) => (this.radius[at] * growth) / view.scale - 6 / view.scale);
  }

  draw(context, view, density, chosen) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, view.width * density, view.height * density);
    this.drawGround(context, view, density);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.drawDots(view, density), 0, 0);
    context.setTransform(density, 0, 0, density, 0, 0);
    const taken = [];
    if (chosen >= 0) this.drawChosen(context, view, chosen, taken, density);
    this.drawParts(context, view, taken, density);
    this.drawNames(context, view, taken, density);
  }

  drawGround(context, view, density) {
    context.setTransform(density, 0, 0, density, 0, 0);
    const [left, top] = this.at(view, -WIDE, WIDE);
    const side = 2 * WIDE * view.scale;
    context.globalAlpha = this.lit ? 0.18 : 0.55;
    context.imageSmoothingEnabled = true;
    context.drawImage(this.ground, left, top, side, side);
    context.globalAlpha = 1;
    context.strokeStyle = "#dde2e5";
    context.lineWidth = 1;
    const [x, y] = this.at(view, 0, 0);
    for (const part of [1 / 3, 2 / 3, 1]) {
      context.beginPath();
      context.arc(x, y, part * view.scale, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  drawDots(view, density) {
    const { dots, lit } = this;
    dots.begin(Math.round(view.width * density), Math.round(view.height * density));
    const growth = this.growth(view) * density;
    const across = view.width / 2 - view.x * view.scale;
    const down = view.height / 2 + view.y * view.scale;
    let drawn = 0;
    for (const bright of lit ? [false, true] : [true]) {
      for (const at of this.order) {
        if (lit && Boolean(lit[at]) !== bright) continue;
        const left = across + this.x[at] * view.scale;
        const top = down - this.y[at] * view.scale;
        if (left < -30 || top < -30 || left > view.width + 30 || top > view.height + 30) continue;
        const radius = this.radius[at] * growth * (bright ? 1 : 0.8);
        dots.dot(left * density, top * density, radius, bright ? this.colour(at) : FAINT);
        drawn += 1;
      }
    }
    this.drawn = drawn;
    return dots.end();
  }

  neighbours(at) {
    const { each, to, together } = this.told.near;
    const found = [];
    for (let place = at * each; place < (at + 1) * each; place += 1) {
      if (to[place] >= 0) found.push({ at: to[place], together: together[place] });
    }
    return found;
  }

  drawChosen(context, view, chosen, taken, density) {
    const { skills } = this.told;
    const [x, y] = this.at(view, this.x[chosen], this.y[chosen]);
    const colour = this.hex(chosen);
    context.fillStyle = `${colour}2b`;
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.beginPath();
    const long = Math.max(4, (skills.a[chosen] / PARTS) * view.scale);
    const short = Math.max(4, (skills.b[chosen] / PARTS) * view.scale);
    context.ellipse(x, y, long, short, -skills.angle[chosen] / 1000, 0, 2 * Math.PI);
    context.fill();
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
    const growth = this.growth(view);
    for (const one of this.neighbours(chosen)) {
      const [left, top] = this.at(view, this.x[one.at], this.y[one.at]);
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(left, top);
      context.stroke();
      this.ring(context, left, top, this.radius[one.at] * growth + 1, this.hex(one.at), "#ffffff");
    }
    this.ring(context, x, y, this.radius[chosen] * growth + 2.5, colour, INK);
    this.place(context, view, taken, chosen, { bold: true, size: 15, always: true, density });
    for (const one of this.neighbours(chosen)) this.place(context, view, taken, one.at, { size: 13, density });
  }

  ring(context, x, y, radius, colour, edge) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
    context.strokeStyle = edge;
    context.lineWidth = 2;
    context.stroke();
  }

  // A word with a white edge, drawn once and kept: writing is what costs most in a frame.
  word(text, colour, size, bold, density) {
    const key = `${text}|${colour}|${size}|${bold}|${density}`;
    let one = this.words.get(key);
    if (one) return one;
    if (this.words.size > 600) this.words.clear();
    one = document.createElement("canvas");
    const paint = one.getContext("2d");
    const font = `${bold ? "bold " : ""}${size}px ${FONT}`;
    paint.font = font;
    const shown = text.length > 42 ? `${text.slice(0, 40)}…` : text;
    const wide = Math.ceil(paint.measureText(shown).width) + 8;
    const high = Math.ceil(size * 1.3) + 6;
    one.width = Math.ceil(wide * density);
    one.height = Math.ceil(high * density);
    paint.scale(density, density);
    paint.font = font;
    paint.textBaseline = "middle";
    paint.lineJoin = "round";
    paint.lineWidth = 4;
    paint.strokeStyle = "#ffffffe6";
    paint.strokeText(shown, 4, high / 2);
    paint.fillStyle = colour;
    paint.fillText(shown, 4, high / 2);
    one.wide = wide;
    one.high = high;
    this.words.set(key, one);
    return one;
  }

  // On whole pixels, so that letters stay sharp.
  write(context, word, left, top, density) {
    const x = Math.round(left * density) / density;
    context.drawImage(word, x, Math.round(top * density) / density, word.width / density, word.height / density);
  }

  free(taken, box, view) {
    if (box[0] < 0 || box[1] < 0 || box[2] > view.width || box[3] > view.height) return false;
    return taken.every((one) => box[0] > one[2] || box[2] < one[0] || box[1] > one[3] || box[3] < one[1]);
  }

  // Writes the name of a skill beside its dot, on whichever side is free; answers whether it did.
  place(context, view, taken, at, { bold = false, size = 12.5, always = false, density }) {
    const [x, y] = this.at(view, this.x[at], this.y[at]);
    const word = this.word(this.told.skills.name[at], INK, size, bold, density);
    const gap = this.radius[at] * this.growth(view) + 1;
    const top = y - word.high / 2;
    const sides = [[x + gap, top], [x - gap - word.wide, top], [x - word.wide / 2, y - gap - word.high + 3], [x - word.wide / 2, y + gap - 3]];
    for (const [left, above] of sides) {
      const box = [left, above + 3, left + word.wide, above + word.high - 3];
      if (!this.free(taken, box, view)) continue;
      taken.push(box);
      this.write(context, word, left, above, density);
      return true;
    }
    if (always) this.write(context, word, Math.max(0, Math.min(view.width - word.wide, sides[0][0])), Math.max(0, top), density);
    return false;
  }

  drawParts(context, view, taken, density) {
    if (view.zoom > 5) return;
    for (const part of this.told.clusters) {
      const [x, y] = this.at(view, part.x / PARTS, part.y / PARTS);
      if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
      const size = view.width < 500 ? 12 : Math.max(13, Math.min(17, 11 + Math.sqrt(part.skills / this.size) * 26));
      const word = this.word(part.name, this.darker(ALL[part.colour % COLOURS.length]), Math.round(size), true, density);
      const left = Math.max(2, Math.min(view.width - word.wide - 2, x - word.wide / 2));
      for (const off of [0, -0.8, 0.8]) {
        const top = y - word.high / 2 + off * word.high;
        const box = [left, top + 2, left + word.wide, top + word.high - 2];
        if (!this.free(taken, box, view)) continue;
        taken.push(box);
        this.write(context, word, left, top, density);
        break;
      }
    }
  }

  darker(colour) {
    const parts = [1, 3, 5].map((at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * 0.62));
    return `#${parts.map((one) => one.toString(16).padStart(2, "0")).join("")}`;
  }

  drawNames(context, view, taken, density) {
    const room = (view.width * view.height) / 600000;
    let left = Math.min(90, Math.round((view.zoom < 1.4 ? 10 : 16 * view.zoom ** 0.9) * Math.max(0.3, room)));
    let tried = left * 8;
    for (const at of this.order) {
      if (left <= 0 || tried <= 0) return;
      if (this.lit && !this.lit[at]) continue;
      const [x, y] = this.at(view, this.x[at], this.y[at]);
      if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
      tried -= 1;
      if (this.place(context, view, taken, at, { density })) left -= 1;
    }
  }
}

// The map as a picture for slides: with its title, what it is of, and its parts.
export function slide(scene, view, { title, source, lit }) {
  const canvas = document.createElement("canvas");
  canvas.width = 1920;
  canvas.height = 1080;
  const context = canvas.getContext("2d");
  const inner = document.createElement("canvas");
  inner.width = 1420;
  inner.height = 880;
  const scale = (view.scale / Math.min(view.width, view.height)) * 880;
  const wide = { ...view, width: 1420 / 1.25, height: 880 / 1.25, scale: scale / 1.25 };
  scene.draw(inner.getContext("2d"), wide, 1.25, -1);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, 1920, 1080);
  context.drawImage(inner, 40, 110);
  context.strokeStyle = "#b1b4b6";
  context.strokeRect(40.5, 110.5, 1419, 879);
  context.fillStyle = INK;
  context.font = `bold 52px ${FONT}`;
  context.fillText(lit ? `${title}: ${lit}` : title, 40, 76, 1840);
  context.font = `24px ${FONT}`;
  context.fillStyle = "#484949";
  context.fillText(source, 40, 1040, 1840);
  context.font = `21px ${FONT}`;
  scene.told.clusters.slice(0, 26).forEach((part, row) => {
    const y = 140 + row * 33;
    context.fillStyle = ALL[part.colour % COLOURS.length];
    context.beginPath();
    context.arc(1498, y - 7, 9, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = INK;
    context.fillText(part.name, 1518, y, 370);
  });
  return canvas;
}
