// One session: its head, what can be done with it, the slider through its turns, and a tab for each way to look at it.

import { Arena } from "./arena.js";
import { Chat } from "./chat.js";
import { Council } from "./council.js";
import { AgentCards } from "./ethogram.js";
import { Games } from "./games.js";
import { Overview } from "./overview.js";
import { useReading } from "./reading.js";
import { Records } from "./records.js";
import { ended, forkedFrom, newScene, stateAfter } from "./scene.js";
import { Actions } from "./steer.js";
import { plain, reached, to } from "./text.js";
import { Turns } from "./turns.js";
import { Empty, Loading, Pill, Tabs, Trouble, html, useAnswer, useEffect, useMemo, useRef, useState } from "./ui.js";

const STEP_MS = 120;
const WHOLE_ID = /^[0-9a-f-]{36}$/; // may not be known yet: whoever has just started a session listens before it is admitted
const TABS = [["", "Overview"], ["turns", "Turns"], ["games", "Games"], ["arena", "Arena"], ["agents", "Agents"], ["council", "Council"], ["chat", "Chat"], ["records", "Records"]];
const STEPPED = ["", "turns", "games", "agents"];

/** A session, live or finished. */
export function Session({ id, tab = "", detail = "", say }) {
  const scene = useMemo(() => newScene(id), [id]);
  const [at, setAt] = useState(null); // null: the newest turn
  const [still, hold] = useState(false);
  const { state, drawn } = useReading(scene, still);
  const { data: known, error } = useAnswer(`/v1/sessions/${encodeURIComponent(id)}`);
  useEffect(() => say(still ? "held" : state), [state, still]);
  useEffect(() => { document.title = `${plain(scene.name || known?.name || id, 60)} · Ethogram`; }, [scene.name, known]);

  const count = at ?? scene.resolved;
  const then = useMemo(() => stateAfter(scene, count), [drawn, count]);
  if (!scene.count && state === "refused") return html`<${Trouble} error=${{ status: 401, body: { title: "A key is needed", detail: "This gateway lets nobody in without one." } }} />`;
  if (!scene.count && error?.status === 404 && !WHOLE_ID.test(id)) return html`<${Trouble} error=${{ status: 404, body: { title: "No such session", detail: "The gateway knows no session of this name." } }} />`;
  const views = {
    "": () => html`<${Overview} scene=${scene} then=${then} count=${count} />`,
    turns: () => html`<${Turns} scene=${scene} count=${count} number=${Number(detail) || 0} />`,
    games: () => html`<${Games} scene=${scene} then=${then} count=${count} detail=${detail} />`,
    agents: () => html`<${AgentCards} scene=${scene} then=${then} />`,
    arena: () => scene.arena && html`<${Arena} scene=${scene} />`,
    chat: () => html`<${Chat} scene=${scene} />`,
    council: () => html`<${Council} scene=${scene} />`,
    records: () => html`<${Records} scene=${scene} drawn=${drawn} />`,
  };
  return html`<div class="session">
    <${Head} scene=${scene} known=${known} still=${still} hold=${hold} />
    <${Tabs} label="Ways to look at the session" here=${tab} tabs=${TABS.filter(([key]) => key !== "arena" || scene.arena)} at=${(key) => (key ? to("session", id, key) : to("session", id))} />
    ${scene.resolved > 0 && STEPPED.includes(tab) && html`<${Slider} scene=${scene} at=${at} set=${setAt} />`}
    ${scene.count ? (views[tab] ?? views[""])() : html`<${Waiting} />`}</div>`;
}

function Waiting() {
  const [late, setLate] = useState(false);
  useEffect(() => { const timer = setTimeout(() => setLate(true), 4000); return () => clearTimeout(timer); }, []);
  return late ? html`<${Empty} title="Nothing has happened yet"><p>As soon as the session is admitted, it appears here by itself.</p><//>` : html`<${Loading} />`;
}

function Head({ scene, known, still, hold }) {
  const state = scene.count ? scene.state : known?.state ?? scene.state;
  const share = scene.planned ? Math.min(100, (100 * scene.resolved) / scene.planned) : 0;
  const origin = forkedFrom(scene);
  return html`<div class="session-head"><p class="crumb"><a href="#/">Sessions</a></p>
    <div class="row"><h1>${plain(scene.name || known?.name, 200) || "Session"}</h1><${Actions} scene=${scene} still=${still} hold=${hold} /></div>
    <p class="quiet facts"><${Pill} word=${state} /><span>${scene.count ? scene.resolved : known?.resolved_turns ?? 0} of ${scene.planned || known?.planned_turns || "?"} turns</span>
      ${scene.mode && html`<span>mode ${scene.mode}</span>`}${scene.count > 0 && html`<span>${scene.count} records</span>`}<code>${scene.sessionId}</code></p>
    ${origin && html`<p class="quiet">Forked from <a href=${to("session", origin)}>${origin.slice(0, 8)}</a>. <a href=${to("compare", origin, scene.sessionId)}>See both side by side</a></p>`}
    ${scene.reason && html`<p class="notice">${plain(scene.reason)}</p>`}
    ${scene.swaps.map((swap) => html`<p class="notice">From turn ${swap.turns + 1} on ${plain(swap.agent.id, 64)} is reached as ${reached(swap.agent)} instead of ${reached(swap.before)}: ${plain(swap.actor, 64)}${swap.reason ? `, ${plain(swap.reason, 300)}` : ""}.</p>`)}
    ${!ended(scene) && html`<div class="progress" role="progressbar" aria-label="Turns resolved" aria-valuemin="0" aria-valuemax=${scene.planned}
      aria-valuenow=${scene.resolved}><i style=${{ width: `${share}%` }} /></div>`}</div>`;
}

function Slider({ scene, at, set }) {
  const [playing, play] = useState(false);
  const newest = useRef(0);
  newest.current = scene.resolved;
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => set((now) => {
      const next = (now ?? 0) + Math.max(1, Math.round(newest.current / 400));
      if (next < newest.current) return next;
      play(false);
      return null;
    }), STEP_MS);
    return () => clearInterval(timer);
  }, [playing]);
  const value = at ?? scene.resolved;
  const start = () => { if (at === null) set(0); play(!playing); };
  return html`<div class="slider"><button onClick=${start} aria-label=${playing ? "Stop" : "Play from here"}>${playing ? "Stop" : "Play"}</button>
    <input type="range" min="0" max=${scene.resolved} value=${value} aria-label="Turn" aria-valuetext=${`turn ${value} of ${scene.resolved}`}
      onInput=${(event) => { const next = Number(event.target.value); set(next >= scene.resolved ? null : next); }} />
    <span class="n">turn ${value}</span>
    ${at !== null && html`<button onClick=${() => { play(false); set(null); }}>${ended(scene) ? "To the end" : "Follow live"}</button>`}</div>`;
}
