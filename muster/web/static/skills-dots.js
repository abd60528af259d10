// Draws thousands of dots into a picture of pixels, without a graphics card and within a frame.
// A dot is a mask of how much of each pixel it covers: one for each size and each quarter of a
// pixel it may be off, made when first needed. A white ring parts dots that touch.
const PHASES = 4;
const SIZES = 4;
// How wide the ring is: a part of the radius, so that small dots stay dots.
const ring = (radius) => Math.min(1.1, radius * 0.3);
// The ground is of so many points at most: more would not show, and take a while.
const MOST = 2500;

// How much of the pixel at (dx, dy) a disc covers: by its distance, exact enough to look round.
function covered(distance, radius) {
  return Math.max(0, Math.min(1, radius - distance + 0.5));
}

function mask(radius, px, py) {
  const reach = Math.ceil(radius + ring(radius) + 1.5);
  const found = [];
  for (let y = -reach; y <= reach; y += 1) {
    for (let x = -reach; x <= reach; x += 1) {
      const distance = Math.hypot(x - px, y - py);
      const outer = Math.round(covered(distance, radius + ring(radius)) * 255);
      if (!outer) continue;
      found.push([x, y, outer, Math.round(covered(distance, radius) * 255)]);
    }
  }
  return {
    reach,
    x: Int16Array.from(found, (one) => one[0]),
    y: Int16Array.from(found, (one) => one[1]),
    outer: Uint8Array.from(found, (one) => one[2]),
    core: Uint8Array.from(found, (one) => one[3]),
  };
}

// A colour in 256 steps from white, as the pixels of a picture hold it.
function ramp(colour) {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return Uint32Array.from({ length: 256 }, (_, step) => {
    const [r, g, b] = parts.map((part) => Math.round(255 + ((part - 255) * step) / 255));
    return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  });
}

function over(below, colour, part) {
  const alpha = below >>> 24;
  if (!alpha) return ((colour & 0xffffff) | (part << 24)) >>> 0;
  const rest = 255 - part;
  const r = ((colour & 255) * part + (below & 255) * rest) / 255;
  const g = (((colour >> 8) & 255) * part + ((below >> 8) & 255) * rest) / 255;
  const b = (((colour >> 16) & 255) * part + ((below >> 16) & 255) * rest) / 255;
  const whole = 255 - ((255 - alpha) * rest) / 255;
  return ((whole << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

export class Dots {
  constructor(colours) {
    this.ramps = colours.map(ramp);
    this.masks = new Map();
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  begin(width, height) {
    if (this.canvas.width !== width || this.canvas.height !== height || !this.image) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.image = this.context.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    this.width = width;
    this.height = height;
    this.pixels.fill(0);
  }

  dot(x, y, radius, colour) {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const px = Math.floor((x - column) * PHASES);
    const py = Math.floor((y - row) * PHASES);
    const size = Math.max(2, Math.round(radius * SIZES));
    const key = (size * PHASES + px) * PHASES + py;
    let one = this.masks.get(key);
    if (!one) {
      one = mask(size / SIZES, (px + 0.5) / PHASES, (py + 0.5) / PHASES);
      this.masks.set(key, one);
    }
    const { reach } = one;
    const inside = column >= reach && row >= reach && column < this.width - reach && row < this.height - reach;
    this.stamp(one, column, row, this.ramps[colour], inside);
  }

  stamp(one, column, row, shades, inside) {
    const { pixels, width, height } = this;
    const { x, y, outer, core } = one;
    for (let at = 0; at < x.length; at += 1) {
      const across = column + x[at];
      const down = row + y[at];
      if (!inside && (across < 0 || down < 0 || across >= width || down >= height)) continue;
      const place = down * width + across;
      const part = outer[at];
      const colour = shades[core[at]];
      pixels[place] = part === 255 ? colour : over(pixels[place], colour, part);
    }
  }

  end() {
    this.context.putImageData(this.image, 0, 0);
    return this.canvas;
  }
}

// Finds the point nearest to a place: points by squares of the map.
export class Near {
  constructor(xs, ys, squares = 64, wide = 1.3) {
    this.xs = xs;
    this.ys = ys;
    this.squares = squares;
    this.wide = wide;
    this.held = Array.from({ length: squares * squares }, () => []);
    for (let at = 0; at < xs.length; at += 1) this.held[this.square(xs[at]) + squares * this.square(ys[at])].push(at);
  }

  square(value) {
    const at = Math.floor(((value + this.wide) / (2 * this.wide)) * this.squares);
    return Math.max(0, Math.min(this.squares - 1, at));
  }

  // The point whose edge is nearest, of those no farther than `reach` (in units of the map).
  find(x, y, reach, edge) {
    let best = -1;
    let least = reach;
    for (let row = this.square(y - reach * 2); row <= this.square(y + reach * 2); row += 1) {
      for (let column = this.square(x - reach * 2); column <= this.square(x + reach * 2); column += 1) {
        for (const at of this.held[column + this.squares * row]) {
          const gap = Math.hypot(this.xs[at] - x, this.ys[at] - y) - edge(at);
          if (gap < least) {
            least = gap;
            best = at;
          }
        }
      }
    }
    return best;
  }
}

// A soft ground that shows where skills lie close together, in the colours of the parts they form.
export function ground(xs, ys, colourOf, colours, wide) {
  const side = 512;
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  const step = Math.max(1, Math.ceil(xs.length / MOST));
  const reach = Math.max(20, Math.min(30, 700 / Math.sqrt(xs.length)));
  const strength = Math.max(0.045, Math.min(0.14, (60 * step) / xs.length));
  const soft = colours.map((colour) => {
    const one = document.createElement("canvas");
    one.width = reach * 2;
    one.height = reach * 2;
    const paint = one.getContext("2d");
    const fade = paint.createRadialGradient(reach, reach, 0, reach, reach, reach);
    const hex = (part) => Math.round(part * 255).toString(16).padStart(2, "0");
    fade.addColorStop(0, colour + hex(strength));
    fade.addColorStop(0.5, colour + hex(strength * 0.45));
    fade.addColorStop(1, `${colour}00`);
    paint.fillStyle = fade;
    paint.fillRect(0, 0, reach * 2, reach * 2);
    return one;
  });
  for (let at = 0; at < xs.length; at += step) {
    const x = ((xs[at] + wide) / (2 * wide)) * side;
    const y = ((wide - ys[at]) / (2 * wide)) * side;
    context.drawImage(soft[colourOf(at)], x - reach, y - reach);
  }
  return canvas;
}
