/* Points on a canvas that can be moved and brought closer. Knows nothing of documents. */

const RADIUS = 3.5;
const REACH = 18; // how far from a point, in pixels, a pointer still means it
const CLOSEST = 60;

export class Plane {
  /** `points` have x and y in [-1, 1], a colour, and may be lit. */
  constructor(canvas) {
    this.canvas = canvas;
    this.points = [];
    this.chosen = null;
    this.onlyLit = false;
    this.reset();
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  reset() {
    this.centre = { x: 0, y: 0 };
    this.zoom = 1;
  }

  get unit() {
    return (Math.min(this.canvas.clientWidth, this.canvas.clientHeight) / 2 - 16) * this.zoom;
  }

  get stretch() {
    return Math.max(1, Math.min(2, this.canvas.clientWidth / this.canvas.clientHeight));
  }

  onScreen({ x, y }) {
    return {
      x: this.canvas.clientWidth / 2 + (x - this.centre.x) * this.unit * this.stretch,
      y: this.canvas.clientHeight / 2 - (y - this.centre.y) * this.unit,
    };
  }

  move(right, down) {
    this.centre.x -= right / (this.unit * this.stretch);
    this.centre.y += down / this.unit;
    this.draw();
  }

  /** Bring everything closer, while the place under (left, top) stays where it is. */
  closer(factor, left = this.canvas.clientWidth / 2, top = this.canvas.clientHeight / 2) {
    const before = this.unit;
    this.zoom = Math.max(0.8, Math.min(CLOSEST, this.zoom * factor));
    const shift = 1 / before - 1 / this.unit;
    this.centre.x += ((left - this.canvas.clientWidth / 2) * shift) / this.stretch;
    this.centre.y -= (top - this.canvas.clientHeight / 2) * shift;
    this.draw();
  }

  /** The point under a place of the canvas, or null. */
  at(left, top) {
    const best = this.#nearest((spot) => Math.hypot(spot.x - left, spot.y - top));
    return best.cost < REACH ? best.point : null;
  }

  /** The next point from the chosen one in a direction, such as { x: 1, y: 0 } for right. */
  next(direction) {
    if (!this.chosen) return this.#nearest((spot) => Math.hypot(spot.x - this.canvas.clientWidth / 2, spot.y - this.canvas.clientHeight / 2)).point;
    const from = this.onScreen(this.chosen);
    return this.#nearest((spot) => {
      const [right, down] = [spot.x - from.x, spot.y - from.y];
      const along = right * direction.x + down * direction.y;
      const aside = Math.abs(right * direction.y) + Math.abs(down * direction.x);
      return along > 0.5 && aside <= along * 2 ? along + 2 * aside : Infinity;
    }).point ?? this.chosen;
  }

  #nearest(costOf) {
    let best = { cost: Infinity, point: null };
    for (const point of this.points) {
      const cost = costOf(this.onScreen(point));
      if (cost < best.cost) best = { cost, point };
    }
    return best;
  }

  draw() {
    const { canvas } = this;
    const scale = devicePixelRatio;
    canvas.width = canvas.clientWidth * scale;
    canvas.height = canvas.clientHeight * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const size = RADIUS * Math.min(2, this.zoom ** 0.3);
    for (const lit of [false, true]) {
      for (const point of this.points) {
        if (Boolean(point.lit) === lit) this.#dot(pen, point, size);
      }
    }
    if (this.chosen) this.#ring(pen, this.chosen, size);
  }

  #dot(pen, point, size) {
    const { x, y } = this.onScreen(point);
    pen.globalAlpha = this.onlyLit && !point.lit ? 0.12 : 0.75;
    pen.fillStyle = point.colour();
    pen.beginPath();
    pen.arc(x, y, point.lit ? size * 1.7 : size, 0, 2 * Math.PI);
    pen.fill();
    pen.globalAlpha = 1;
  }

  #ring(pen, point, size) {
    const { x, y } = this.onScreen(point);
    pen.strokeStyle = getComputedStyle(this.canvas).color;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(x, y, size * 1.7 + 3, 0, 2 * Math.PI);
    pen.stroke();
  }
}
