/* Hits as a list of links: each leads to the document, at the place. */
import { make, named } from "./dom.js";
import { address, changed, go, here } from "./route.js";

/** Make the list item of a hit. `best` is the best keyword score of the list, which the others are measured by. */
export function hitItem(hit, mode, best) {
  const link = changed({ doc: hit.uri, at: hit.ordinal });
  const text = [
    hit.before.length > 0 && `${hit.before.join(" ")} `,
    make("mark", {}, hit.text),
    hit.after.length > 0 && ` ${hit.after.join(" ")}`,
  ];
  return make("li", { class: "hit" },
    make("p", { class: "place" }, make("span", { class: "where", title: hit.uri }, ...place(hit)), score(hit, mode, best)),
    make("a", { class: "sentence", href: link }, ...text),
    make("p", { class: "extras" },
      make("a", { href: address("search", { like: hit.uri, nr: hit.ordinal }) }, "More like this"),
      make("button", { type: "button", onclick: () => onlyIn(hit.uri) }, "Only in this document"),
      hit.copies > 0 && make("span", {}, `in ${hit.copies} more place${hit.copies === 1 ? "" : "s"}`)));
}

/** Return the parts that say where a hit stands: document, headings, page, row or line. */
export function place(hit) {
  const { name } = named(hit.uri);
  const spot = hit.row !== null ? "" : hit.page !== null ? `p. ${hit.page}` : hit.line !== null ? `line ${hit.line}` : "";
  const more = [...hit.headings.filter((heading) => heading !== hit.text), spot].filter(Boolean).join(" › ");
  return [make("b", {}, name), more && `  ${more}`];
}

function score(hit, mode, best) {
  const [share, shown] =
    mode === "keyword" ? [hit.keyword / best, hit.keyword] : mode === "hybrid" ? [hit.fused, hit.fused] : [hit.score, hit.score];
  return make("span", { class: "score" },
    make("span", { class: "bar", "aria-hidden": "true" }, make("i", { "--share": Math.max(0, Math.min(1, share)) })),
    make("span", { class: "unseen" }, "score "), shown.toFixed(2));
}

function onlyIn(uri) {
  const { where = [] } = here().params;
  go(changed({ where: [...where, `path=${uri}`], doc: undefined, at: undefined }));
}
