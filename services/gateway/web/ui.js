// The pieces that every view is made of.

import { html, render, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/htm-preact-3.1.1.js";
import { effect, signal } from "./vendor/signals-core-1.14.5.js";
import { failure, get } from "./api.js";
import { plain } from "./text.js";

export { html, render, signal, useEffect, useLayoutEffect, useMemo, useRef, useState };

/** The value of a signal; the component is drawn again when it changes. */
export function useSignal(source) {
  const [value, set] = useState(source.peek());
  useEffect(() => effect(() => set(source.value)), [source]);
  return value;
}

/** `{data, error, reload}` of a GET, asked again every `every` milliseconds while the page is seen. */
export function useAnswer(path, every = 0) {
  const [answer, set] = useState({ data: null, error: null });
  const [round, next] = useState(0);
  useEffect(() => {
    let gone = false;
    let timer = null;
    const ask = async () => {
      if (!document.hidden) {
        try {
          const data = await get(path);
          if (!gone) set({ data, error: null });
        } catch (error) {
          if (!gone) set((before) => ({ data: before.data, error }));
        }
      }
      if (!gone && every) timer = setTimeout(ask, every);
    };
    ask();
    return () => { gone = true; clearTimeout(timer); };
  }, [path, round]);
  return { ...answer, reload: () => next((one) => one + 1) };
}

const KINDS = {
  completed: "good", champion: "good", dismissed: "good", kept: "good", told: "good", resolved: "good", redriven: "good", approve: "good", chosen: "good", running: "live", judging: "live", waiting: "live", live: "live",
  held: "warn", acknowledged: "warn", burning: "warn", slower: "warn", modify: "warn", discarded: "warn", paused: "warn", "approve-with-conditions": "warn", cancelled: "warn", reconnecting: "warn", new: "warn",
  firing: "bad", upheld: "bad", convicted: "bad", broken: "bad", terminate: "bad", rejected: "bad", failed: "bad", reject: "bad", offline: "bad", "timed-out": "bad", illegal: "bad", unparsable: "bad",
  escalate: "odd",
};

/** A coloured word for a state or a ruling. */
export function Pill({ word }) {
  return html`<span class=${`pill ${KINDS[word] ?? ""}`}>${plain(word, 40)}</span>`;
}

/** Links to the parts of a view; `here` is the one that is open. tabs: `[[key, name], ...]`. */
export function Tabs({ label, here, tabs, at }) {
  return html`<nav class="tabs" aria-label=${label}>${tabs.map(([key, name]) => html`<a href=${at(key)} aria-current=${key === here ? "page" : null}>${name}</a>`)}</nav>`;
}

/** Title of the page, and how fresh it is, from the answer that it shows. */
export function useHead(title, say, answer) {
  useEffect(() => { document.title = `${title} · Ethogram`; }, [title]);
  useEffect(() => say(answer.error ? (answer.error.status ? "refused" : "offline") : answer.data ? "live" : "connecting"), [answer.error, answer.data]);
}

/** A small form that asks once more before something is done. fields: `[[name, words, choices?], ...]`; `act(values)` may throw. */
export function Asking({ words, note, fields, act, leave, danger = false }) {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await act(Object.fromEntries(fields.map(([name]) => [name, event.target.elements[name].value])));
    } catch (error) {
      setWrong(plain(error.body?.detail ?? error.message, 400));
    }
    setBusy(false);
  };
  return html`<form class="inline asking" onSubmit=${submit}>${note && html`<p class="caption">${note}</p>`}
    ${fields.map(([name, told, choices]) => (choices ? html`<select name=${name} aria-label=${told}>${choices.map((one) => html`<option value=${one}>${plain(one, 60)}</option>`)}</select>`
      : html`<input name=${name} placeholder=${told} aria-label=${told} required=${name === "reason" || name === "option" || name === "text"} maxlength="2000" />`))}
    <button class=${danger ? "danger" : "primary"} disabled=${busy}>${words}</button><button type="button" onClick=${leave}>Not now</button>
    ${wrong && html`<p class="notice" role="alert">${wrong}</p>`}</form>`;
}

/** What stands where nothing is yet, and what to do about it. */
export function Empty({ title, children }) {
  return html`<div class="empty"><h2>${title}</h2><div>${children}</div></div>`;
}

/** Bars where text will be. */
export function Loading({ rows = 4 }) {
  return html`<div class="loading" role="status" aria-label="Loading">${Array.from({ length: rows }, () => html`<i />`)}</div>`;
}

/** What went wrong, in the words of the server, and a way to try again. */
export function Trouble({ error, again }) {
  const told = failure(error);
  return html`<div class="trouble" role="alert"><h2>${told.title}</h2><p>${plain(told.detail)}</p>
    ${error?.status === 401 && html`<p><a href="#/operation/keys">Give a key</a></p>`}
    ${again && html`<button onClick=${again}>Try again</button>`}
    ${told.request && html`<p class="quiet">Request <code>${told.request}</code></p>`}</div>`;
}

/** One of: trouble, loading, or what is shown of the data. */
export function Answered({ answer, children }) {
  if (answer.data) return html`${answer.error && html`<p class="notice" role="status">Not fresh: ${failure(answer.error).title}.</p>`}${children(answer.data)}`;
  return answer.error ? html`<${Trouble} error=${answer.error} again=${answer.reload} />` : html`<${Loading} />`;
}

/** A long list of rows of the same height: only those in sight are in the page. */
export function LongList({ count, height, row, label, chosen = -1, choose = () => {} }) {
  const box = useRef(null);
  const [top, setTop] = useState(0);
  const [size, setSize] = useState(600);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(() => setSize(box.current.clientHeight));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const at = chosen * height;
    if (chosen >= 0 && (at < box.current.scrollTop || at + height > box.current.scrollTop + box.current.clientHeight)) {
      box.current.scrollTop = Math.max(0, at - box.current.clientHeight / 2);
    }
  }, [chosen]);
  const first = Math.max(0, Math.floor(top / height) - 6);
  const last = Math.min(count, Math.ceil((top + size) / height) + 6);
  const keys = (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10, Home: -count, End: count }[event.key];
    if (!step || !count) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(count - 1, (chosen < 0 ? -1 : chosen) + step)));
  };
  const rows = [];
  for (let at = first; at < last; at += 1) {
    rows.push(html`<div key=${at} class=${at === chosen ? "line chosen" : "line"} role="option" aria-selected=${at === chosen}
      aria-posinset=${at + 1} aria-setsize=${count} style=${{ top: `${at * height}px`, height: `${height}px` }}
      onClick=${() => choose(at)}>${row(at)}</div>`);
  }
  return html`<div class="long" ref=${box} tabindex="0" role="listbox" aria-label=${label} onKeyDown=${keys}
    onScroll=${(event) => setTop(event.target.scrollTop)}><div style=${{ height: `${count * height}px` }}>${rows}</div></div>`;
}
