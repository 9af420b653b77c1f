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
  let timer;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(call, pause, ...values);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Split an address into the name people know and the folder it is in. */
export function named(uri) {
  const cut = uri.lastIndexOf("/", uri.indexOf("#") > 0 ? uri.indexOf("#") : undefined) + 1;
  return { name: uri.slice(cut) || uri, folder: uri.slice(0, cut) };
}

export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
