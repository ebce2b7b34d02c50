// Agents: who has played, who has a name, and one agent's ethogram from session to session.

import { Interval, Lines, colour } from "./charts.js";
import { ago, number, plain, to } from "./text.js";
import { Answered, Empty, Pill, Tabs, html, useAnswer, useHead, useState } from "./ui.js";

const TABS = [["", "Who has played"], ["registered", "Registered"]];

/** The view: all agents, or the one that the address names. */
export function Agents({ id = "", say }) {
  if (id && id !== "registered") return html`<${Agent} key=${id} id=${id} say=${say} />`;
  return html`<h1>Agents</h1><${Tabs} label="Agents" here=${id} tabs=${TABS} at=${(key) => (key ? to("agents", key) : to("agents"))} />
    <${id ? Registered : Known} say=${say} />`;
}

function Known({ say }) {
  const answer = useAnswer("/v1/agents/known");
  const [words, find] = useState("");
  useHead("Agents", say, answer);
  return html`<${Answered} answer=${answer}>${({ agents }) => {
    if (!agents.length) return html`<${Empty} title="Nobody has played yet"><p><a href="#/start">Start a session</a>, and its agents appear here.</p><//>`;
    const fitting = agents.filter((one) => one.agent_id.toLowerCase().includes(words.toLowerCase()));
    return html`<div class="filters"><input type="search" placeholder="Find by name" aria-label="Find by name" value=${words} onInput=${(event) => find(event.target.value)} /></div>
      <ul class="sessions">${fitting.map((one) => html`<li><a href=${to("agents", one.agent_id)}><span class="name">${plain(one.agent_id, 64)}</span><span class="quiet">${plain(one.adapters.join(", "), 80)}</span><span class="quiet turns-done">${one.sessions} session${one.sessions === 1 ? "" : "s"}</span><time class="quiet" datetime=${one.last_at}>${ago(one.last_at)}</time></a></li>`)}</ul>`;
  }}<//>`;
}

function Registered({ say }) {
  const answer = useAnswer("/v1/agents");
  useHead("Registered agents", say, answer);
  return html`<${Answered} answer=${answer}>${({ agents }) => (agents.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Agents"><table><thead><tr><th>name</th><th>adapter</th><th>configuration</th><th>what it is</th><th>made known</th></tr></thead>
    <tbody>${agents.map((one) => html`<tr><td><b>${plain(one.name, 64)}</b></td><td>${plain(one.adapter, 64)}</td><td><code>${plain(JSON.stringify(one.config), 300)}</code></td><td>${plain(one.about, 300)}</td><td class="quiet">${ago(one.registered_at)} by ${plain(one.actor, 64)}</td></tr>`)}</tbody></table></div>`
    : html`<${Empty} title="No agent has a name yet"><p>A training may describe its agents itself. To use one again under a name: <code>ethogram agents register NAME --adapter ...</code></p><//>`)}<//>`;
}

function Agent({ id, say }) {
  const answer = useAnswer(`/v1/agents/${encodeURIComponent(id)}/history`);
  useHead(plain(id, 60), say, answer);
  return html`<p class="crumb"><a href="#/agents">Agents</a></p><h1>${plain(id, 64)}</h1><${Answered} answer=${answer}>${({ history }) => (history.length ? html`<${History} history=${history} />`
    : html`<${Empty} title="Nothing was inferred about it yet"><p>What an agent lives by is said after its first acts in a session.</p><//>`)}<//>`;
}

function History({ history }) {
  const latest = history.at(-1);
  const names = [...new Set(history.flatMap((one) => one.principles.filter((principle) => principle.identifiable).map((principle) => principle.name)))].sort();
  const [chosen, choose] = useState(names.slice(0, 4));
  const series = chosen.map((name) => ({ name, points: history.flatMap((one, at) => one.principles.filter((principle) => principle.name === name && principle.identifiable).map((principle) => [at + 1, principle.strength, ...principle.interval])) }));
  const toggle = (name) => choose(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name].slice(-6));
  return html`<div class="stack"><section><h2>As it was seen last</h2><p class="summary">${plain(latest.summary)}</p>
      <div class="principles last">${latest.principles.filter((one) => one.identifiable).map((one) => html`<div class="principle"><span>${one.name}</span><${Interval} name=${one.name} strength=${one.strength} interval=${one.interval} /><span class="n">${number(one.strength)}</span></div>`)}</div></section>
    ${history.length > 1 && html`<section><h2>From session to session</h2><p class="caption">Strength with its 95 % interval; choose up to six principles.</p>
      <div class="choose">${names.map((name) => html`<button aria-pressed=${chosen.includes(name)} class=${chosen.includes(name) ? `${colour(chosen.indexOf(name))} chip on` : "chip"} onClick=${() => toggle(name)}>${name}</button>`)}</div>
      <${Lines} series=${series} title="Principles from session to session" unit="session" /></section>`}
    <section><h2>Sessions</h2><div class="scroll" tabindex="0" role="region" aria-label="Sessions"><table><thead><tr><th>session</th><th>when</th><th class="n">acts</th><th>plays like</th><th>verdict</th><th class="n">score</th><th class="n">rank</th></tr></thead>
      <tbody>${history.toReversed().map((one) => html`<tr><td><a href=${to("session", one.session_id, "agents")}>${plain(one.session, 80) || one.session_id.slice(0, 8)}</a></td><td class="quiet">${ago(one.started_at)}</td><td class="n">${one.acts}</td><td>${plain(one.nearest ?? "–", 60)}</td>
        <td>${one.verdict ? html`<${Pill} word=${one.verdict} />` : "–"}</td><td class="n">${number(one.total, 3)}</td><td class="n">${one.rank ?? "–"}</td></tr>`)}</tbody></table></div></section></div>`;
}
