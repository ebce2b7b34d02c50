// Questions and commands to the gateway, with the visitor's key where one was given.

const KEPT = "ethogram-key";

/** The key that this tab uses; empty where none is asked for. */
export function key() {
  return sessionStorage.getItem(KEPT) ?? "";
}

/** Use this key from now on, until the tab is closed. */
export function keepKey(value) {
  if (value) sessionStorage.setItem(KEPT, value);
  else sessionStorage.removeItem(KEPT);
}

/** Headers of every request. */
export function headers() {
  return key() ? { "X-API-Key": key() } : {};
}

/** The JSON that a path answers with; throws what it says when it refuses. */
export function get(path) {
  return ask(path, { headers: headers() });
}

/** Send a value; the JSON that comes back. */
export function send(path, body, more = {}) {
  const told = { ...headers(), "Content-Type": "application/json", ...more };
  return ask(path, { method: "POST", headers: told, body: JSON.stringify(body) });
}

/** Save what a path answers with as a file of this name. */
export async function save(path, name) {
  const answer = await fetch(path, { headers: headers() });
  if (!answer.ok) throw Object.assign(new Error(answer.statusText), { status: answer.status });
  offer(await answer.blob(), "", name);
}

/** Let the visitor save this as a file. */
export function offer(content, type, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

/** End what a path names. */
export function remove(path) {
  return ask(path, { method: "DELETE", headers: headers() });
}

/** Why something could not be had, for people. */
export function failure(error) {
  if (!error?.status) return { title: "The gateway cannot be reached", detail: "It is tried again; nothing is lost.", request: "" };
  return { title: error.body?.title || `Refused (${error.status})`, detail: error.body?.detail ?? "", request: error.body?.request_id ?? "" };
}

async function ask(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(body.detail ?? answer.statusText), { status: answer.status, body });
  return body;
}
