/* Hits as a list of links: each leads to the document, at the place. */
import { make, named } from "./dom.js";
import { address, changed, go, here } from "./route.js";

/** Make the list items of hits; before those at the end that chance may have brought stands a line that says so. */
export function hitItems(hits, mode, weakBelow) {
  const strong = hits.map((hit) => mode === "keyword" || hit.relevance === null || hit.relevance >= weakBelow);
  const cut = strong.lastIndexOf(true) + 1;
  const items = hits.map((hit, rank) => hitItem(hit, rank >= cut));
  if (cut < hits.length) items.splice(cut, 0, make("li", { class: "chance" }, "Weak: as near as chance may bring it"));
  return items;
}

function hitItem(hit, isWeak) {
  const link = changed({ doc: hit.uri, at: hit.ordinal });
  const text = [
    hit.before.length > 0 && `${hit.before.join(" ")} `,
    make("mark", {}, ...withMatches(hit)),
    hit.after.length > 0 && ` ${hit.after.join(" ")}`,
  ];
  return make("li", { class: isWeak ? "hit weak" : "hit" },
    make("p", { class: "place" }, make("span", { class: "where", title: hit.uri }, ...place(hit)), score(hit.score)),
    make("a", { class: "sentence", href: link }, ...text),
    make("p", { class: "extras" },
      make("a", { href: address("search", { like: hit.uri, nr: hit.ordinal }) }, "More like this"),
      make("button", { type: "button", onclick: () => onlyIn(hit.uri) }, "Only in this document"),
      hit.copies > 0 && make("span", {}, `in ${hit.copies} more place${hit.copies === 1 ? "" : "s"}`)));
}

/** Return the sentence's parts, the words bold that match the question's; places count characters, not UTF-16 units. */
function withMatches({ text, matches }) {
  const characters = Array.from(text);
  const part = (start, end) => characters.slice(start, end).join("");
  const ends = [0, ...matches.map((match) => match.end)];
  const parts = matches.flatMap(({ start, end }, n) => [part(ends[n], start), make("b", {}, part(start, end))]);
  return [...parts, part(ends.at(-1))].filter(Boolean);
}

/** Return the parts that say where a hit stands: document, headings, page, row or line. */
export function place(hit) {
  const { name, row } = named(hit.uri);
  const spot = row ? row : hit.page !== null ? `p. ${hit.page}` : hit.line !== null ? `line ${hit.line}` : "";
  const more = [...hit.headings.filter((heading) => heading !== hit.text), spot].filter(Boolean).join(" › ");
  return [make("b", {}, name), more && `  ${more}`];
}

/** However hits are ranked, the score that is shown is one and the same: the cosine with the question. */
function score(cosine) {
  return make("span", { class: "score", title: "Cosine with the question" },
    make("span", { class: "bar", "aria-hidden": "true" }, make("i", { "--share": Math.max(0, cosine) })),
    make("span", { class: "unseen" }, "score "), cosine.toFixed(2).replace("-", "−"));
}

function onlyIn(uri) {
  const { where = [] } = here().params;
  go(changed({ where: [...where, `path=${uri}`], doc: undefined, at: undefined }));
}
