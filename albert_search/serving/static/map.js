/* The map view: the collection's sentences on a plane, to walk over and to read from. */
import { ask, explain, Latest } from "./api.js";
import { count, debounced, find, make, named } from "./dom.js";
import { Plane } from "./plane.js";
import { changed, go } from "./route.js";

const COLOURS = 7;
const LIT = 50;
const PAUSE_MS = 200;
const STEPS = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };

const canvas = find("plane");
const plane = new Plane(canvas);
const latest = new Latest();
const fingers = new Map();
let loaded = false;
let travelled = 0;

export async function show() {
  if (loaded) return plane.draw();
  loaded = true;
  try {
    const { points, total, explained } = await ask("/map");
    find("map-note").textContent = note(points.length, total, explained);
    plane.points = coloured(points);
    plane.draw();
  } catch (error) {
    loaded = false;
    find("map-note").textContent = explain(error);
  }
}

function note(shown, total, explained) {
  const what = shown < total ? `${shown.toLocaleString("en")} of ${count(total, "sentence")}` : count(total, "sentence");
  return `${what}, near ones near. The plane keeps ${Math.round(explained * 100)} % of how they differ.`;
}

/** Give the documents with most points a colour each, and say which in the legend. */
function coloured(points) {
  const sizes = new Map();
  for (const { uri } of points) sizes.set(group(uri), (sizes.get(group(uri)) ?? 0) + 1);
  const names = [...sizes].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const variable = new Map(names.map((name, rank) => [name, rank < COLOURS ? `--c${rank}` : "--soft"]));
  const shown = names.slice(0, COLOURS).map((name, rank) => [named(name).name, `--c${rank}`]);
  if (names.length > COLOURS) shown.push([`${names.length - COLOURS} more`, "--soft"]);
  find("legend").replaceChildren(...shown.map(([name, colour]) => make("li", { "--colour": `var(${colour})` }, name)));
  const style = getComputedStyle(canvas);
  return points.map((point) => ({ ...point, colour: () => style.getPropertyValue(variable.get(group(point.uri))) }));
}

/** Rows of a table belong to the table. */
const group = (uri) => uri.split("#row=")[0];

function choose(point) {
  plane.chosen = point;
  canvas.classList.toggle("on-point", point !== null);
  find("point").replaceChildren(...(point
    ? [make("p", { class: "place" }, make("b", {}, named(point.uri).name)), make("p", {}, point.text)] : []));
  plane.draw();
}

function read(point) {
  if (point) go(changed({ doc: point.uri, at: point.ordinal }));
}

async function light() {
  const question = find("map-question").value.trim();
  const answer = question && (await latest.ask("/search", { body: { question, k: LIT, every_copy: true } }));
  if (answer === null) return;
  const lit = new Set(question ? answer.hits.map((hit) => `${hit.ordinal} ${hit.uri}`) : []);
  for (const point of plane.points) point.lit = lit.has(`${point.ordinal} ${point.uri}`);
  plane.onlyLit = lit.size > 0;
  plane.draw();
}

// --- pointer: one finger moves, two zoom ---------------------------------------------------------

function down(event) {
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, event);
  travelled = 0;
}

function drag(event) {
  const last = fingers.get(event.pointerId);
  if (!last) return choose(plane.at(event.offsetX, event.offsetY));
  const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
  const apart = (finger) => Math.hypot(finger.offsetX - other.offsetX, finger.offsetY - other.offsetY);
  if (other) plane.closer(apart(event) / Math.max(1, apart(last)), other.offsetX, other.offsetY);
  else plane.move(event.offsetX - last.offsetX, event.offsetY - last.offsetY);
  travelled += Math.hypot(event.offsetX - last.offsetX, event.offsetY - last.offsetY);
  fingers.set(event.pointerId, event);
}

function up(event) {
  fingers.delete(event.pointerId);
  if (travelled > 4) return;
  const point = plane.at(event.offsetX, event.offsetY);
  choose(point);
  read(point);
}

canvas.addEventListener("pointerdown", down);
canvas.addEventListener("pointermove", drag);
canvas.addEventListener("pointerup", up);
canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  plane.closer(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
}, { passive: false });

// --- keys and buttons ----------------------------------------------------------------------------

const ACTIONS = {
  "+": () => plane.closer(1.4),
  "-": () => plane.closer(1 / 1.4),
  0: () => { plane.reset(); plane.draw(); },
  Enter: () => read(plane.chosen),
};

canvas.addEventListener("keydown", (event) => {
  if (STEPS[event.key]) choose(plane.next(STEPS[event.key]));
  else if (ACTIONS[event.key]) ACTIONS[event.key]();
  else return;
  event.preventDefault();
});
find("closer").addEventListener("click", ACTIONS["+"]);
find("farther").addEventListener("click", ACTIONS["-"]);
find("whole").addEventListener("click", ACTIONS[0]);
find("map-question").addEventListener("input", debounced(light, PAUSE_MS));
find("map-asking").addEventListener("submit", (event) => event.preventDefault());
