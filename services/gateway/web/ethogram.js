// Each agent's ethogram: principles with intervals, what it plays like, labels, lineage, alarms, words against conduct.

import { Bars, Interval, Lineage, colour } from "./charts.js";
import { profile, turnOf } from "./scene.js";
import { number, plain, reached, to } from "./text.js";
import { Pill, html, useState } from "./ui.js";

const LIKELY = 0.05;
const SHOWN = 6;
const MOST = 60;

/** A card for each agent, as it was known then. */
export function AgentCards({ scene, then }) {
  const [wanted, want] = useState("");
  const fitting = then.agents.filter((agent) => agent.id.toLowerCase().includes(wanted.toLowerCase()));
  return html`<div class="stack">${then.agents.length > 6 && html`<input type="search" placeholder="Find an agent" aria-label="Find an agent" value=${wanted} onInput=${(event) => want(event.target.value)} />`}
    <div class="cards">${fitting.slice(0, MOST).map((agent) => html`<${Card} key=${agent.id} scene=${scene} agent=${agent} index=${then.agents.indexOf(agent)} />`)}</div>
    ${fitting.length > MOST && html`<p class="quiet">${fitting.length - MOST} more: search for a name.</p>`}</div>`;
}

function Card({ scene, agent, index }) {
  const { found, spec } = agent;
  const verdict = scene.verdicts.get(agent.id);
  const known = profile(scene, agent.id);
  return html`<article class="card"><div class="row"><h2><i class=${`spot ${colour(index)}`} />${plain(agent.id, 64)}</h2>${verdict && html`<${Pill} word=${verdict.verdict} />`}</div>
    <p class="quiet">${spec && reached(spec)}</p>
    <dl class="figures">${[["acts", agent.acts], ["keeps faith", agent.acts ? number(agent.kept / agent.acts) : "–"], ["payoff", number(agent.payoff, 0)],
      ["entropy", known ? `${number(known.entropy)} bits` : "–"], ["foreseen", number(found?.prediction?.accuracy)], ["log loss", number(found?.prediction?.log_loss)]]
      .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${found ? html`<${Found} scene=${scene} found=${found} acts=${agent.acts} />` : html`<p class="quiet">Not enough acts yet to say anything.</p>`}</article>`;
}

function Found({ scene, found, acts }) {
  const likely = Object.entries(found.labels ?? {}).filter(([, one]) => one >= LIKELY).sort((one, other) => other[1] - one[1]).slice(0, SHOWN);
  const posterior = (found.strategy?.posterior ?? []).filter((one) => one.probability >= LIKELY).slice(0, SHOWN).map((one) => [one.strategy, one.probability]);
  const known = found.principles.filter((one) => one.identifiable);
  const unknown = found.principles.filter((one) => !one.identifiable);
  return html`<p class="summary">${plain(found.summary)}</p>
    <div class="principles">${known.map((one) => html`<${Principle} key=${one.name} scene=${scene} one=${one} />`)}</div>
    ${unknown.length > 0 && html`<p class="caption">These games could not tell: ${unknown.map((one) => one.name).join(", ")}.</p>`}
    ${posterior.length > 0 && html`<h3>Plays like</h3><${Bars} shares=${posterior} />`}
    ${likely.length > 0 && html`<h3>Labels</h3><${Bars} shares=${likely} />`}
    ${found.lineage?.tree?.length > 0 && html`<h3>Lineage</h3><${Lineage} tree=${found.lineage.tree} acts=${found.acts} />`}
    <${Remarks} found=${found} />`;
}

function Principle({ scene, one }) {
  const [open, toggle] = useState(false);
  return html`<div class="principle"><button class="plain" aria-expanded=${open} onClick=${() => toggle(!open)} title=${plain(one.why, 300)}>${one.name}</button>
    <${Interval} name=${one.name} strength=${one.strength} interval=${one.interval} /><span class="n">${number(one.strength)}</span>
    ${open && html`<div class="why"><p>${plain(one.why, 400)}; ${one.observations} observations.</p>
      <p>For: <${Evidence} scene=${scene} ids=${one.supporting} /></p><p>Against: <${Evidence} scene=${scene} ids=${one.contradicting} /></p></div>`}</div>`;
}

/** Links to the turns in which decisions were made. */
export function Evidence({ scene, ids }) {
  const numbers = [...new Set((ids ?? []).slice(0, 12).map((id) => turnOf(scene, id)).filter(Boolean))].sort((one, other) => one - other);
  if (!numbers.length) return html`<span class="quiet">nothing cited</span>`;
  return numbers.map((at) => html`<a class="cite" href=${to("session", scene.sessionId, "turns", String(at))}>${at}</a> `);
}

function Remarks({ found }) {
  const told = [
    ...(found.switches ?? []).map((one) => ["switch", `Changes its conduct after ${one.round} choices (probability ${number(one.posterior)}): from ${one.before} to ${one.after}.`]),
    ...(found.contradictions ?? []).slice(0, 4).map((one) => ["contradiction", `${one.words} (severity ${number(one.severity)}; ${one.game}, turn ${one.turn}).`]),
    ...(found.personalities?.length > 1 ? found.personalities : []).map((one) => ["personality", `${one.name}, ${number(one.share)} of its acts: ${one.conduct}.`]),
    ...(found.relations ?? []).slice(0, 4).map((one) => ["relation", `${one.kind} with ${one.counterparts.join(", ")}: gives ${number(one.given)}, receives ${number(one.received)}.`]),
    ...(found.claims ?? []).map((one) => ["claim", `Claims ${one.principle} ${one.stated} times: kept ${one.kept}, broken ${one.broken}.`]),
  ];
  if (!told.length) return null;
  return html`<h3>Remarks</h3><ul class="remarks">${told.map(([kind, words]) => html`<li><b class=${kind === "switch" ? "alarm" : ""}>${kind}</b> ${plain(words, 500)}</li>`)}</ul>`;
}
