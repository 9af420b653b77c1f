/* Small helpers around the document. Text is always text here, never markup. */

export const find = (id) => document.getElementById(id);

/** Make an element: `make("a", { href, onclick }, "text", child)`; false and null children are left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) element.style.setProperty(key, value);
    else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== false && child !== ""));
  return element;
}

/** Call a function once its calls have paused for a while. */
export function debounced(call, pause) {
  let timer = null;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(later.flush, pause);
  };
  /** Make a call that waits now. */
  later.flush = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    call();
  };
  return later;
}

/** Split an address into the name people know, the folder it is in, and the row of a table. */
export function named(uri) {
  const [path, row] = uri.split("#row=");
  const cut = path.lastIndexOf("/") + 1;
  return { name: path.slice(cut) || path, folder: path.slice(0, cut), row: row ? `row ${row}` : "" };
}

/** The folder that all these addresses are in; it ends with a slash, or is empty. */
export function commonFolder(uris) {
  let common = uris.length ? named(uris[0]).folder : "";
  while (!uris.every((uri) => uri.startsWith(common))) {
    common = common.slice(0, common.slice(0, -1).lastIndexOf("/") + 1);
  }
  return common;
}

export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
