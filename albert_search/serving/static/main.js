/* Starts the page: shows the view that the address names, and listens to the keys that work everywhere. */
import { ask } from "./api.js";
import * as compare from "./compare.js";
import { count, find } from "./dom.js";
import * as map from "./map.js";
import * as reader from "./reader.js";
import { here, onRoute } from "./route.js";
import * as search from "./search.js";

const VIEWS = { search, compare, map };

function show() {
  const { view, params } = here();
  const name = Object.hasOwn(VIEWS, view) ? view : "search";
  for (const other of Object.keys(VIEWS)) find(other).hidden = other !== name;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  reader.show(params);
  VIEWS[name].show(params);
}

function press(event) {
  const typing = event.target.matches("input:not([type=radio]), textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "Escape" && !find("token-dialog").open) {
    if (reader.isOpen()) reader.close();
    else if (event.target === find("question")) search.clear();
  }
}

async function introduce() {
  const { index, version } = await ask("/info");
  const folder = index.folder.split("/").at(-1);
  find("collection").textContent = `${count(index.documents, "document")} · ${count(index.sentences, "sentence")}`;
  find("collection").title = `${index.folder}\n${index.model}, ${index.dim} dimensions\nalbert-search ${version}`;
  document.title = `${folder} · albert-search`;
}

onRoute(show);
addEventListener("keydown", press);
show();
introduce();
