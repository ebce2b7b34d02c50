// The chat of a session: what was said, what comes in, and words of one's own. Comes back after a break without a gap.

import { key } from "./api.js";
import { useName } from "./people.js";
import { ago, plain } from "./text.js";
import { Empty, html, useEffect, useRef, useState } from "./ui.js";

const LONGEST_WAIT_MS = 10_000;

/** Follow a chat from after `after`. `take(entry)`, `say(state)`; returns `{send, stop}`. What was not accepted is sent again. */
export function converse(session, after, take, say, open = (address) => new WebSocket(address)) {
  let [socket, stopped, wait, last] = [null, false, 500, after];
  const waiting = new Map();
  const begin = () => {
    socket = open(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/sessions/${encodeURIComponent(session)}/chat`);
    socket.onopen = () => {
      socket.send(JSON.stringify({ ...(key() ? { key: key() } : {}), after: last }));
      for (const words of waiting.values()) socket.send(JSON.stringify(words));
      say("live");
      wait = 500;
    };
    socket.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      if (told.number) {
        if (told.number <= last) return;
        last = told.number;
        take(told);
      } else if (told.accepted) waiting.delete(told.accepted);
      else if (told.refused || told.error) { waiting.delete(told.refused); take({ refused: told.refused ?? "", why: told.why ?? told.error?.detail ?? "refused" }); }
    };
    socket.onclose = () => {
      if (stopped) return;
      say("reconnecting");
      setTimeout(() => { if (!stopped) begin(); }, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    };
  };
  begin();
  return {
    send(words) {
      const told = { ...words, id: crypto.randomUUID() };
      waiting.set(told.id, told);
      if (socket.readyState === 1) socket.send(JSON.stringify(told));
    },
    stop() { stopped = true; socket.close(); },
  };
}

/** The tab. */
export function Chat({ scene }) {
  const [entries, set] = useState([]);
  const [wrong, setWrong] = useState("");
  const [state, setState] = useState("connecting");
  const [name] = useName();
  const talk = useRef(null);
  const end = useRef(null);
  useEffect(() => {
    talk.current = converse(scene.sessionId, 0, (told) => (told.number ? set((known) => [...known, told]) : setWrong(plain(told.why, 300))), setState);
    return () => talk.current.stop();
  }, [scene]);
  useEffect(() => { end.current?.scrollIntoView({ block: "nearest" }); }, [entries.length]);
  const say = (event) => {
    event.preventDefault();
    const { words, to } = event.target.elements;
    if (!words.value.trim()) return;
    setWrong("");
    talk.current.send({ say: words.value, actor: name || "anonymous", ...(to.value ? { to: to.value } : {}) });
    event.target.reset();
  };
  return html`<div class="chat">${entries.length ? html`<ol class="said" aria-live="polite">${entries.map((one) => html`<li><p class="quiet facts"><b>${plain(one.who, 80)}</b>${one.to && html`<span>to ${plain(one.to, 80)}</span>`}${one.turn && html`<span>${plain(one.game_id ?? "", 40)} turn ${one.turn}</span>`}<span>${ago(one.time)}</span></p><p class="told">${plain(one.text, 4000)}</p></li>`)}<li ref=${end} /></ol>`
      : html`<${Empty} title="Nothing was said yet"><p>What is said here is told to the agents with their next turn, and what they answer stands here.</p><//>`}
    ${wrong && html`<p class="notice" role="alert">${wrong}</p>`}
    <form class="inline" onSubmit=${say}><select name="to" aria-label="To whom"><option value="">to all</option>${[...scene.specs.keys()].map((id) => html`<option value=${id}>to ${plain(id, 40)}</option>`)}</select>
      <input name="words" aria-label="What to say" placeholder="Say something" maxlength="4000" autocomplete="off" /><button class="primary" disabled=${state !== "live"}>Say</button>${state !== "live" && html`<span class="quiet">${state}</span>`}</form></div>`;
}
