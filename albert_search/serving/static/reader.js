/* The document that is read, made of its indexed sentences and opened at the place of a hit. */
import { explain, Latest } from "./api.js";
import { count, find, make, named } from "./dom.js";
import { address, changed, go, here } from "./route.js";

const BEFORE = 100;
const WINDOW = 300;
const SAME_PARAGRAPH = 2; // sentences that stand closer than this many characters belong together

const latest = new Latest();
let open = null; // { uri, total, sentences: those that are loaded, in order }
let opener = null;

export const isOpen = () => !find("reader").hidden;

export function close() {
  go(changed({ doc: undefined, at: undefined }));
}

export async function show({ doc, at = "0" }) {
  if (doc === undefined) return hide();
  const ordinal = Number(at);
  if (!isOpen()) opener = document.activeElement;
  find("reader").hidden = false;
  find("reader-close").href = changed({ doc: undefined, at: undefined });
  find("reader-like").href = address("search", { like: doc, nr: ordinal });
  if (open?.uri !== doc || !open.sentences.some((one) => one.ordinal === ordinal)) {
    open = null;
    if (!(await load(doc, Math.max(0, ordinal - BEFORE), WINDOW))) return;
  }
  render();
  point(ordinal);
}

function hide() {
  if (!isOpen()) return;
  latest.drop();
  find("reader").hidden = true;
  open = null;
  opener?.isConnected && opener.focus();
}

async function load(uri, first, size) {
  title(uri);
  try {
    const extract = await latest.ask("/documents/sentences", { query: { uri, first, count: size } });
    if (extract === null) return false;
    const known = open?.sentences ?? [];
    open = { ...extract, sentences: [...known, ...extract.sentences].sort((a, b) => a.ordinal - b.ordinal) };
    return true;
  } catch (error) {
    find("reader-text").replaceChildren(make("p", { class: "wrong" }, explain(error)));
    return false;
  }
}

const written = (value) => (Object(value) === value ? JSON.stringify(value) : value);

function title(uri) {
  const { name, folder, row } = named(uri);
  find("reader-title").textContent = [name, row].filter(Boolean).join(" · ");
  find("reader-place").textContent = folder;
  find("reader-place").title = uri;
}

function render() {
  const { uri, total, sentences, metadata } = open;
  const facts = Object.entries(metadata).map(([name, value]) => `${name}: ${written(value)}`);
  find("reader-place").textContent = [named(uri).folder, count(total, "sentence"), ...facts].filter(Boolean).join(" · ");
  const first = sentences[0]?.ordinal ?? 0;
  const end = (sentences.at(-1)?.ordinal ?? -1) + 1;
  find("reader-text").replaceChildren(
    ...(first > 0 ? [more("Earlier", Math.max(0, first - WINDOW), Math.min(WINDOW, first))] : []),
    ...paragraphs(sentences),
    ...(end < total ? [more("Later", end, WINDOW)] : []));
}

/** A button that loads more; what stood on the screen stays where it was. */
function more(label, first, size) {
  return make("button", { type: "button", onclick: async () => {
    const anchor = open.sentences[0].ordinal;
    const top = sentence(anchor).getBoundingClientRect().top;
    if (!(await load(open.uri, first, size))) return;
    render();
    mark(Number(here().params.at ?? 0));
    find("reader-text").scrollTop += sentence(anchor).getBoundingClientRect().top - top;
    find("reader-text").focus({ preventScroll: true });
  } }, label);
}

const sentence = (ordinal) => find("reader-text").querySelector(`[data-ordinal="${ordinal}"]`);

/** Put sentences together again, below the headings that stand above them. */
function paragraphs(sentences) {
  const blocks = [];
  sentences.forEach((one, position) => {
    const previous = sentences[position - 1];
    if (one.page !== null && one.page !== previous?.page) blocks.push(make("div", { class: "page" }, `page ${one.page}`));
    blocks.push(...headingsBetween(previous, one).map((heading) => make("h3", {}, heading)));
    const isHeading = sentences[position + 1]?.headings.at(-1) === one.text; // too long to lead the sentence below it
    const goesOn = blocks.at(-1)?.localName === "p" && one.start - previous.end < SAME_PARAGRAPH;
    if (isHeading || !goesOn) blocks.push(make(isHeading ? "h3" : "p"));
    const text = make("span", { "data-ordinal": one.ordinal, onclick: choose }, one.text);
    blocks.at(-1).append(text, " ");
  });
  return blocks;
}

/** The headings above a sentence that are not above the previous one, nor that one itself. */
function headingsBetween(previous, { headings }) {
  const fork = headings.findIndex((heading, depth) => heading !== previous?.headings[depth]);
  return fork < 0 ? [] : headings.slice(fork).filter((heading) => heading !== previous?.text);
}

function choose(event) {
  if (getSelection().isCollapsed) go(changed({ at: event.currentTarget.dataset.ordinal }), { replace: true });
}

function point(ordinal) {
  const [box, marked] = [find("reader-text"), mark(ordinal)];
  if (marked) box.scrollTop += marked.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
  if (!find("reader").contains(document.activeElement)) find("reader-text").focus({ preventScroll: true });
}

function mark(ordinal) {
  for (const old of find("reader-text").querySelectorAll("mark")) old.replaceWith(...old.childNodes);
  const marked = sentence(ordinal);
  find("reader-like").hidden = !marked;
  marked?.append(make("mark", {}, ...marked.childNodes));
  return marked;
}
