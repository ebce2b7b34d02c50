// Server-sent events over fetch, so that a key can go along: resumes by Last-Event-ID, without gap or double.

import { headers } from "./api.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Follow a path from after `mark`. `take(frame, mark)` gets each record, `say(state)` live, reconnecting, offline or refused; returns its end. */
export function follow(path, take, say, mark = "") {
  const stop = new AbortController();
  run(path, take, say, mark, stop.signal).catch(() => say("offline"));
  return () => stop.abort();
}

async function run(path, take, say, begin, signal) {
  let mark = begin;
  let wait = FIRST_WAIT_MS;
  while (!signal.aborted) {
    // a browser may keep a page that was left, frozen, with its connection; and it opens six of them at most
    const left = new AbortController();
    const leave = () => left.abort();
    addEventListener("pagehide", leave);
    try {
      const more = mark ? { "Last-Event-ID": mark } : {};
      const answer = await fetch(path, { headers: { ...headers(), ...more, Accept: "text/event-stream" }, signal: AbortSignal.any([signal, left.signal]), cache: "no-store" });
      if (answer.ok) {
        say("live");
        for await (const event of events(answer.body)) {
          wait = FIRST_WAIT_MS;
          mark = event.id || mark;
          if (event.data) take(JSON.parse(event.data), mark);
        }
      } else if (answer.status < 500 && answer.status !== 429) {
        say(answer.status === 401 || answer.status === 403 ? "refused" : "offline");
        return;
      }
    } catch (error) {
      if (signal.aborted) return;
    } finally {
      removeEventListener("pagehide", leave);
    }
    if (signal.aborted) return;
    say(navigator.onLine === false ? "offline" : "reconnecting");
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  }
}

/** Events of a body, whole ones only: what was cut off is asked for again. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split(/\r?\n\r?\n/);
    rest = parts.pop();
    for (const part of parts) yield parsed(part);
  }
}

function parsed(part) {
  const event = { id: "", data: "" };
  for (const line of part.split(/\r?\n/)) {
    if (line.startsWith("data:")) event.data += line.slice(5).trimStart();
    else if (line.startsWith("id:")) event.id = line.slice(3).trim();
  }
  return event;
}
