/* Questions to the server. Where it asks for a token, so do we, once. */
import { find } from "./dom.js";

const KEY = "albert-search-token";
let asking = null;

export class Failure extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
  }
}

/** Ask the server; `query` goes into the address, `body` makes it a POST. Lists repeat their name. */
export async function ask(path, { query = {}, body, signal } = {}) {
  const pairs = Object.entries(query).flatMap(([key, value]) => [value].flat().map((one) => [key, one]));
  const token = sessionStorage.getItem(KEY);
  const response = await fetch(pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path, {
    method: body ? "POST" : "GET",
    headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) },
    body: body && JSON.stringify(body),
    signal,
  });
  if (response.status === 401) {
    if (sessionStorage.getItem(KEY) === token) await newToken(token);
    return ask(path, { query, body, signal });
  }
  const answer = await response.json();
  if (!response.ok) throw new Failure(answer.error);
  return answer;
}

function newToken(refused) {
  find("token-wrong").hidden = refused === null;
  asking ??= new Promise((resolve) => {
    const dialog = find("token-dialog");
    find("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEY, find("token").value);
      asking = null;
      dialog.close();
      resolve();
    }, { once: true });
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.showModal();
  });
  return asking;
}

/** Makes questions of which only the latest is answered: an answer that comes too late is dropped. */
export class Latest {
  #controller = null;

  /** Resolves to the answer, or to null where a newer question has taken its place. */
  async ask(path, options) {
    this.drop();
    const controller = (this.#controller = new AbortController());
    try {
      const answer = await ask(path, { ...options, signal: controller.signal });
      return controller.signal.aborted ? null : answer;
    } catch (error) {
      if (controller.signal.aborted) return null;
      throw error;
    }
  }

  drop() {
    this.#controller?.abort();
  }
}

/** Say what went wrong, in words for people. */
export const explain = (error) => (error instanceof Failure ? error.message : "The server does not answer.");
