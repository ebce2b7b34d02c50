// Lists of what there is beyond one session: standings, agents, questions to people, dead letters, keys.

import { key, keepKey, remove, send } from "./api.js";
import { Interval } from "./charts.js";
import { ago, number, plain, to } from "./text.js";
import { Answered, Empty, Pill, html, useAnswer, useEffect, useState } from "./ui.js";

const REFRESH_MS = 4000;

function useTitle(title, say, answer) {
  useEffect(() => { document.title = `${title} · Ethogram`; }, []);
  useEffect(() => say(answer.error ? (answer.error.status ? "refused" : "offline") : answer.data ? "live" : "connecting"), [answer.error, answer.data]);
}

/** Scores over all sessions, and every champion. */
export function Standings({ say }) {
  const scored = useAnswer("/v1/standings");
  const crowned = useAnswer("/v1/champions?limit=100");
  useTitle("Standings", say, scored);
  return html`<h1>Standings</h1><div class="stack"><section><h2>Scores over all sessions</h2><${Answered} answer=${scored}>${({ standings }) => (standings.length ? html`<${Scores} rows=${standings} />`
    : html`<${Empty} title="Nobody has been judged yet"><p>Scores appear when a session is complete.</p><//>`)}<//>
    <p class="caption">Mean score with its 95 % interval by sessions; an agent is its name together with its adapter. <code>ethogram leaderboard</code> ranks by who came before whom.</p></section>
    <section><h2>Champions</h2><${Answered} answer=${crowned}>${({ champions }) => (champions.length ? html`<${Hall} rows=${champions} />` : html`<p class="quiet">No champion yet.</p>`)}<//></section></div>`;
}

function Scores({ rows }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Scores"><table><thead><tr><th class="n">#</th><th>agent</th><th class="wide-cell"></th><th class="n">mean</th><th class="n">sessions</th><th class="n">first</th></tr></thead>
    <tbody>${rows.map((one, place) => html`<tr><td class="n quiet">${place + 1}</td><td><b>${plain(one.agent_id, 64)}</b> <span class="quiet">${plain(one.adapter, 64)}</span></td>
      <td>${one.low !== null && html`<${Interval} name=${one.agent_id} strength=${one.mean} interval=${[one.low, one.high]} />`}</td>
      <td class="n">${number(one.mean, 3)}</td><td class="n">${one.sessions}</td><td class="n">${one.wins}</td></tr>`)}</tbody></table></div>`;
}

function Hall({ rows }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Champions"><table><thead><tr><th>champion</th><th class="n">score</th><th class="n">lead</th><th>before</th><th>session</th><th>crowned</th></tr></thead>
    <tbody>${rows.map((one) => html`<tr><td><b>${plain(one.agent_id, 64)}</b></td><td class="n">${number(one.total, 3)}</td><td class="n">${number(one.margin, 3)}</td><td>${plain(one.runner_up, 64) || "–"}</td>
      <td><a href=${to("session", one.session_id)}>${plain(one.session, 80) || one.session_id.slice(0, 8)}</a></td><td class="quiet">${ago(one.crowned_at)}</td></tr>`)}</tbody></table></div>`;
}

/** Agents that are known by a name. */
export function Agents({ say }) {
  const answer = useAnswer("/v1/agents");
  useTitle("Agents", say, answer);
  return html`<h1>Agents</h1><${Answered} answer=${answer}>${({ agents }) => (agents.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Agents"><table><thead><tr><th>name</th><th>adapter</th><th>configuration</th><th>what it is</th><th>made known</th></tr></thead>
    <tbody>${agents.map((one) => html`<tr><td><b>${plain(one.name, 64)}</b></td><td>${plain(one.adapter, 64)}</td><td><code>${plain(JSON.stringify(one.config), 300)}</code></td><td>${plain(one.about, 300)}</td><td class="quiet">${ago(one.registered_at)} by ${plain(one.actor, 64)}</td></tr>`)}</tbody></table></div>`
    : html`<${Empty} title="No agent has a name yet"><p>A training may describe its agents itself. To use one again under a name: <code>ethogram agents register NAME --adapter ...</code></p><//>`)}<//>`;
}

/** Records that a service could not process. */
export function Letters({ say }) {
  const answer = useAnswer("/v1/dead-letters", REFRESH_MS);
  useTitle("Dead letters", say, answer);
  return html`<h1>Dead letters</h1><${Answered} answer=${answer}>${({ dead_letters: letters }) => (letters.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Dead letters"><table><thead><tr><th class="n">no.</th><th>service</th><th>what is wrong</th><th>where</th><th>session</th><th>status</th><th>when</th></tr></thead>
    <tbody>${letters.map((one) => html`<tr><td class="n">${one.id}</td><td>${plain(one.service, 40)}</td><td><b>${plain(one.code, 60)}</b><br /><span class="quiet">${plain(one.message, 400)}</span></td>
      <td><code>${plain(one.topic.replace("ethogram.", ""), 80)} ${one.partition}/${one.offset}</code></td><td>${one.session_id ? html`<a href=${to("session", one.session_id)}>${one.session_id.slice(0, 8)}</a>` : "–"}</td>
      <td><${Pill} word=${one.status} /></td><td class="quiet">${ago(one.created_at)}</td></tr>`)}</tbody></table></div>
    <p class="caption">What to do about one: <code>ethogram dlq explain NUMBER</code>; once its cause is gone: <code>ethogram dlq redrive NUMBER</code>.</p>`
    : html`<${Empty} title="No dead letters"><p>Every record was understood. What a service cannot process is kept here with its reason, and never lost.</p><//>`)}<//>`;
}

/** Questions that wait for a person, and how to answer them. */
export function People({ say, session }) {
  const answer = useAnswer("/v1/seats", 1000);
  useTitle("Your turn", say, answer);
  const [name, setName] = useState(localStorage.getItem("ethogram-name") ?? "");
  const keep = (value) => { localStorage.setItem("ethogram-name", value); setName(value); };
  return html`<div class="row head"><h1>Your turn</h1><label class="quiet">Your name <input value=${name} maxlength="200" onInput=${(event) => keep(event.target.value)} /></label></div>
    <${Answered} answer=${answer}>${({ seats }) => {
      const mine = seats.filter((one) => !session || one.session_id === session);
      return mine.length ? html`<div class="stack">${mine.slice(0, 20).map((one) => html`<${Question} key=${`${one.session_id} ${one.game_id} ${one.turn} ${one.seat}`} asked=${one} name=${name} again=${answer.reload} />`)}</div>`
        : html`<${Empty} title="Nothing waits for a person"><p>Give an agent the adapter <code>human</code> in a training, and its turns are asked here.</p><p><a class="button" href="#/start">Start a session with a seat for you</a></p><//>`;
    }}<//>`;
}

function Question({ asked, name, again }) {
  const [sent, setSent] = useState("");
  const [why, setWhy] = useState("");
  const yours = !asked.who || asked.who === name;
  const choose = async (option) => {
    setSent(option);
    try {
      await send("/v1/seats/answers", { session_id: asked.session_id, game_id: asked.game_id, turn: asked.turn, seat: asked.seat, option, actor: name || "anonymous", ...(why ? { reasoning: why } : {}) });
      again();
    } catch (error) {
      setSent("");
      alert(plain(error.message, 300));
    }
  };
  return html`<article class="question"><p class="quiet facts"><b>${plain(asked.agent_id, 64)}</b><span>${plain(asked.game_id, 64)}, turn ${asked.turn}</span><a href=${to("session", asked.session_id)}>session ${asked.session_id.slice(0, 8)}</a></p>
    <p class="asked">${plain(asked.text.split("\n- ")[0], 4000)}</p>
    ${asked.history?.some(Boolean) && html`<p class="caption">So far: ${asked.history.map((line) => html`<span class="tape">${plain(line.slice(-40), 60) || "–"}</span> `)}</p>`}
    <div class="choices">${asked.options.map((option) => html`<button disabled=${Boolean(sent) || !yours} class=${sent === option.id ? "primary" : ""} onClick=${() => choose(option.id)}><b>${plain(option.id, 12)}</b> ${plain(option.text, 400)}</button>`)}</div>
    <input placeholder="Why? Kept beside your choice, if you like" aria-label="Why" value=${why} maxlength="2000" onInput=${(event) => setWhy(event.target.value)} />
    ${!yours && html`<p class="notice">This seat waits for ${plain(asked.who, 200)}.</p>`}${sent && html`<p class="quiet" role="status">Sent; waiting for the turn.</p>`}</article>`;
}

/** The key of this tab, and all keys for whoever may see them. */
export function Keys({ say }) {
  const answer = useAnswer("/v1/keys");
  useTitle("Keys", say, answer);
  const [made, setMade] = useState("");
  const use = (event) => { event.preventDefault(); keepKey(event.target.elements.key.value.trim()); answer.reload(); };
  const make = async (event) => {
    event.preventDefault();
    const { owner, admin } = event.target.elements;
    try {
      const told = await send("/v1/keys", { user_id: owner.value, scopes: admin.checked ? ["read", "play", "admin"] : ["read", "play"] });
      setMade(told.api_key);
      answer.reload();
    } catch (error) { setMade(plain(error.message, 300)); }
  };
  return html`<h1>Keys</h1><div class="stack"><section><h2>This tab</h2><p class="quiet">${key() ? "Requests of this tab carry a key." : "On this machine's own address no key is needed; elsewhere give yours. It is forgotten with the tab."}</p>
      <form class="inline" onSubmit=${use}><input name="key" type="password" autocomplete="off" placeholder="etho_sk_…" aria-label="Key" /><button>Use it</button></form></section>
    <section><h2>All keys</h2><form class="inline" onSubmit=${make}><input name="owner" required maxlength="200" placeholder="Whose key" aria-label="Whose key" /><label><input type="checkbox" name="admin" /> may make keys</label><button>Make a key</button></form>
      ${made && html`<p class="notice" role="status">Shown this once: <code>${made}</code></p>`}
      <${Answered} answer=${answer}>${({ keys }) => (keys.length ? html`<${KeyTable} keys=${keys} again=${answer.reload} />` : html`<p class="quiet">No key has been made.</p>`)}<//></section></div>`;
}

function KeyTable({ keys, again }) {
  const end = async (id) => { if (confirm("End this key for good?")) { await remove(`/v1/keys/${encodeURIComponent(id)}`); again(); } };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Keys"><table><thead><tr><th>owner</th><th>for</th><th class="n">a minute</th><th class="n">used</th><th>made</th><th></th></tr></thead><tbody>
    ${keys.map((one) => html`<tr><td><b>${plain(one.owner, 100)}</b></td><td>${one.scopes.join(", ")}</td><td class="n">${one.per_minute}</td><td class="n">${one.used}${one.usage_limit ? ` of ${one.usage_limit}` : ""}</td><td class="quiet">${ago(one.created_at)}</td>
      <td>${one.revoked_at ? html`<span class="quiet">ended</span>` : html`<button class="danger" onClick=${() => end(one.key_id)}>End</button>`}</td></tr>`)}</tbody></table></div>`;
}
