/* The search view: one box, hits as one types. The address says what is asked; the controls only change it. */
import { ask, explain, Latest } from "./api.js";
import { commonFolder, count, debounced, find, make, named } from "./dom.js";
import { hitItems } from "./hits.js";
import { address, changed, go, here } from "./route.js";

const PAGE = 20;
const MOST = 200;
const MODE = "hybrid";
const PAUSE_MS = 120;
const NO_DOCUMENT = { doc: undefined, at: undefined };

const latest = new Latest();
let asked = null;
let k = PAGE;

export function show(params) {
  const { q = "", mode = MODE, where = [], like, nr } = params;
  if (find("question").value !== q) find("question").value = q;
  for (const choice of document.querySelectorAll("[name=mode]")) choice.checked = choice.value === mode;
  showChips(where, like);
  const key = JSON.stringify([q.trim(), mode, where, like, nr]);
  if (key !== asked) {
    asked = key;
    k = PAGE;
    run();
  }
  markOpen(params);
}

export function focus() {
  if (here().view !== "search") go(address("search"));
  find("question").focus();
  find("question").select();
}

export function clear() {
  go(changed({ q: "", like: undefined, nr: undefined, ...NO_DOCUMENT }), { replace: true });
}

// --- asking ------------------------------------------------------------------------------------

async function run() {
  const { q = "", mode = MODE, where = [], like, nr } = here().params;
  const nothing = !q.trim() && !like;
  find("shelf").hidden = !nothing;
  if (nothing) {
    latest.drop();
    render([], mode);
    return browse(where);
  }
  find("search").setAttribute("aria-busy", "true");
  const started = performance.now();
  try {
    const answer = await (like
      ? latest.ask("/similar", { query: { uri: like, ordinal: nr, k, where, context: 1 } })
      : latest.ask("/search", { body: { question: q, k, mode, where, context: 1 } }));
    if (answer === null) return;
    render(answer.hits, like ? "semantic" : mode, answer.weak_below);
    const ms = Math.round(performance.now() - started);
    say(answer.hits.length ? `${count(answer.hits.length, "hit")} in ${ms} ms` : nothingFound(where));
  } catch (error) {
    render([], mode);
    say(explain(error), true);
  }
  find("search").setAttribute("aria-busy", "false");
}

function render(hits, mode, weakBelow = 0) {
  find("hits").replaceChildren(...hitItems(hits, mode, weakBelow));
  find("more").hidden = hits.length < k || k >= MOST;
  markOpen(here().params);
}

function markOpen({ doc, at }) {
  const open = doc === undefined ? null : changed({ doc, at });
  for (const item of find("hits").querySelectorAll(".hit")) {
    const isOpen = item.querySelector(".sentence").getAttribute("href") === open;
    if (isOpen) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

function say(text, wrong = false) {
  find("status").textContent = text;
  find("status").classList.toggle("wrong", wrong);
}

const nothingFound = (where) =>
  where.length ? "Nothing matches. Take a filter away, or ask in other words." : "Nothing matches. Ask in other words.";

async function browse(where) {
  try {
    const { documents, total } = await ask("/documents", { query: { count: 50, where } });
    const common = commonFolder(documents.map(({ uri }) => uri));
    find("documents").replaceChildren(...documents.map((document) => documentItem(document, common)));
    say(where.length ? count(total, "document") + " match" : total ? "" : "Nothing is indexed yet.");
    suggest(documents);
  } catch (error) {
    say(explain(error), true);
  }
}

function documentItem({ uri, sentences }, common) {
  const { name, folder, row } = named(uri);
  return make("li", {}, make("a", { href: changed({ doc: uri, at: 0 }), title: uri },
    make("span", { class: "where" }, make("b", {}, name), ` ${row} ${folder.slice(common.length)}`),
    make("span", { class: "count" }, count(sentences, "sentence"))));
}

// --- filters -----------------------------------------------------------------------------------

function showChips(where, like) {
  const chips = where.map((filter, position) =>
    make("li", {}, make("button", { type: "button", "aria-label": `Remove the filter ${filter}`, title: filter,
      onclick: () => go(changed({ where: where.toSpliced(position, 1) })) }, filter)));
  if (like) {
    chips.unshift(make("li", {}, make("button", { type: "button", "aria-label": "Back to questions", title: like,
      onclick: () => go(changed({ like: undefined, nr: undefined })) }, `like a sentence in ${named(like).name}`)));
  }
  find("chips").replaceChildren(...chips);
}

function suggest(documents) {
  const names = new Set(documents.flatMap(({ metadata }) => Object.keys(metadata)));
  const endings = new Set(documents.map(({ uri }) => /\.\w+$/.exec(uri)?.[0]).filter(Boolean));
  const filters = [...[...endings].map((ending) => `path=*${ending}`), ...[...names].map((name) => `${name}=`)];
  find("suggestions").replaceChildren(...filters.map((value) => make("option", { value })));
}

function addFilter() {
  const filter = find("filter").value.trim();
  if (!filter) return;
  find("filter").value = "";
  go(changed({ where: [...(here().params.where ?? []), filter], ...NO_DOCUMENT }));
}

// --- controls ----------------------------------------------------------------------------------

const typed = () => go(changed({ q: find("question").value, like: undefined, nr: undefined, ...NO_DOCUMENT }), { replace: true });
const typedLater = debounced(typed, PAUSE_MS);

function step(event) {
  const links = [find("question"), ...find("hits").querySelectorAll(".sentence")];
  const position = links.indexOf(document.activeElement);
  const next = links[position + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
  if (position < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

find("question").addEventListener("input", typedLater);
find("question").addEventListener("blur", typedLater.flush);
find("asking").addEventListener("submit", (event) => event.preventDefault());
find("question").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  typedLater.flush();
  find("hits").querySelector(".sentence")?.focus();
});
for (const mode of document.querySelectorAll("[name=mode]")) {
  mode.addEventListener("change", () => go(changed({ mode: mode.value }), { replace: true }));
}
find("filter").addEventListener("change", addFilter);
find("search").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event);
});
find("more").addEventListener("click", () => {
  k = Math.min(k + PAGE, MOST);
  run();
});
