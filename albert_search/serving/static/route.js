/* Where the person is, kept in the address: `#/search?q=…&where=…&doc=…&at=3`. It never reaches the server. */

const LISTS = new Set(["where"]);

export function here() {
  const [, view, query] = /^#\/(\w+)\??(.*)$/.exec(location.hash) ?? [null, "search", ""];
  const params = {};
  for (const [key, value] of new URLSearchParams(query)) {
    if (LISTS.has(key)) (params[key] ??= []).push(value);
    else params[key] = value;
  }
  return { view, params };
}

/** The address of a view; empty parameters are left out. */
export function address(view, params = {}) {
  const pairs = Object.entries(params).flatMap(([key, value]) => [value].flat().map((one) => [key, one]));
  const query = new URLSearchParams(pairs.filter(([, value]) => value !== undefined && value !== ""));
  return `#/${view}${query.size ? `?${query}` : ""}`;
}

/** The address of the same view with some parameters changed. */
export function changed(changes) {
  const { view, params } = here();
  return address(view, { ...params, ...changes });
}

/** Go to an address; typing replaces the present one, so that Back does not walk through every letter. */
export function go(target, { replace = false } = {}) {
  if (target === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", target);
  dispatchEvent(new Event("route"));
}

export function onRoute(listener) {
  addEventListener("popstate", listener);
  addEventListener("route", listener);
}
