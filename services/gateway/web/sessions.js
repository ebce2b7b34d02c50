// All sessions, newest first: found by name, id or state.

import { ended } from "./scene.js";
import { ago, plain, to } from "./text.js";
import { Answered, Empty, Pill, html, useAnswer, useHead, useState } from "./ui.js";

const REFRESH_MS = 2500;
const KEPT = "ethogram-filters";
const SAVED = "ethogram-saved-filters";
const NONE = { words: "", state: "" };

/** The list of sessions. */
export function Sessions({ say }) {
  const answer = useAnswer("/v1/sessions?limit=100", REFRESH_MS);
  const [filters, setFilters] = useState(() => read(KEPT, NONE));
  useHead("Sessions", say, answer);
  const change = (more) => {
    const next = { ...filters, ...more };
    localStorage.setItem(KEPT, JSON.stringify(next));
    setFilters(next);
  };
  return html`<div class="row head"><h1>Sessions</h1><a class="button primary" href="#/start">Start a session</a></div>
    <${Answered} answer=${answer}>${({ sessions }) => (sessions.length ? html`<${List} sessions=${sessions} filters=${filters} change=${change} />` : html`<${First} />`)}<//>`;
}

function read(name, otherwise) {
  try {
    return { ...otherwise, ...JSON.parse(localStorage.getItem(name) ?? "{}") };
  } catch {
    return otherwise;
  }
}

function First() {
  return html`<${Empty} title="No session yet"><p>Agents meet in repeated games and dilemmas; what they do becomes their ethogram.</p>
    <p><a class="button primary" href="#/start">Start the first session</a></p><p class="quiet">or <code>ethogram start examples/training/quickstart.yaml --wait</code></p><//>`;
}

function List({ sessions, filters, change }) {
  const words = filters.words.toLowerCase();
  const states = [...new Set(sessions.map((one) => one.state))].sort();
  const fitting = sessions.filter((one) => (!filters.state || one.state === filters.state)
    && (!words || one.name.toLowerCase().includes(words) || one.session_id.startsWith(words)));
  return html`<div class="filters"><input type="search" placeholder="Find by name or id" aria-label="Find by name or id" value=${filters.words}
      onInput=${(event) => change({ words: event.target.value })} />
    <select aria-label="State" onChange=${(event) => change({ state: event.target.value })}><option value="">any state</option>
      ${states.map((state) => html`<option selected=${state === filters.state}>${state}</option>`)}</select></div>
    <${Saved} filters=${filters} change=${change} />
    ${fitting.length ? html`<ul class="sessions">${fitting.map((one) => html`<${Line} key=${one.session_id} session=${one} />`)}</ul>`
      : html`<${Empty} title="No session fits"><button onClick=${() => change(NONE)}>Show all ${sessions.length}</button><//>`}`;
}

// Filters that were kept, under what they look for.
function Saved({ filters, change }) {
  const [saved, set] = useState(() => read(SAVED, {}));
  const keep = (next) => { localStorage.setItem(SAVED, JSON.stringify(next)); set(next); };
  const name = [filters.words, filters.state].filter(Boolean).join(", ");
  if (!name && !Object.keys(saved).length) return null;
  const forget = () => { const { [name]: _, ...rest } = saved; keep(rest); };
  return html`<div class="choose">${Object.entries(saved).map(([known, wish]) => html`<button class=${known === name ? "chip on" : "chip"} aria-pressed=${known === name} onClick=${() => change(known === name ? NONE : wish)}>${plain(known, 60)}</button>`)}
    ${name && (saved[name] ? html`<button class="plain quiet" onClick=${forget}>Forget this filter</button>` : html`<button class="plain" onClick=${() => keep({ ...saved, [name]: filters })}>Keep this filter</button>`)}</div>`;
}

function Line({ session }) {
  const share = session.planned_turns ? Math.min(100, (100 * session.resolved_turns) / session.planned_turns) : 0;
  return html`<li><a href=${to("session", session.session_id)}><span class="name">${plain(session.name, 120)}</span><${Pill} word=${session.state} />
    <span class="quiet turns-done">${session.resolved_turns} of ${session.planned_turns ?? "?"} turns</span>
    <time class="quiet" datetime=${session.started_at} title=${session.started_at}>${ago(session.started_at)}</time>
    ${!ended(session) && html`<span class="progress"><i style=${{ width: `${share}%` }} /></span>`}</a></li>`;
}
