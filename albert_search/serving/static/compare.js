/* The similarity of pasted sentences, each with each, as a matrix of colours. */
import { explain, Latest } from "./api.js";
import { debounced, find, make } from "./dom.js";

const PAUSE_MS = 250;
const MOST = 30;
const EXAMPLE = [
  "I like my phone",
  "My phone is not good.",
  "Recently a lot of hurricanes have hit the US",
  "Global warming is real",
  "How old are you?",
  "what is your age?",
];

const latest = new Latest();

export function show() {
  if (find("sentences").value === "") {
    find("sentences").value = EXAMPLE.join("\n");
    run();
  }
}

async function run() {
  const all = find("sentences").value.split("\n").map((line) => line.trim()).filter(Boolean);
  const sentences = all.slice(0, MOST);
  find("compare-status").textContent = all.length > MOST ? `The first ${MOST} of ${all.length} sentences are shown.` : "";
  if (!sentences.length) return find("matrix").replaceChildren();
  try {
    const answer = await latest.ask("/similarity", { body: { texts: sentences } });
    if (answer !== null) find("matrix").replaceChildren(matrix(sentences, answer.scores));
  } catch (error) {
    find("compare-status").textContent = explain(error);
  }
}

function matrix(sentences, scores) {
  const head = make("thead", {}, make("tr", {}, make("td", { class: "corner" }),
    ...sentences.map((sentence, column) => make("th", { scope: "col", title: sentence }, String(column + 1)))));
  const rows = scores.map((row, number) => make("tr", {},
    make("th", { scope: "row", title: sentences[number] }, sentences[number], make("i", {}, String(number + 1))),
    ...row.map((score, column) => cell(row, number, column, sentences))));
  return make("table", {}, head, make("tbody", {}, ...rows));
}

function cell(row, number, column, sentences) {
  const score = row[column];
  const nearest = Math.max(...row.filter((_, other) => other !== number));
  const kind = column !== number && score === nearest && "nearest";
  return make("td", { class: kind, "--heat": Math.max(0, score), title: `${sentences[number]}\n${sentences[column]}` },
    score.toFixed(2).replace("-0.00", "0.00"));
}

find("sentences").addEventListener("input", debounced(run, PAUSE_MS));
