// A session at a glance: the champion, what moved over time, the fingerprints, who earned what against whom.

import { Cross, Fingerprint, Lines, colour } from "./charts.js";
import { strengths } from "./scene.js";
import { number, plain } from "./text.js";
import { html, useState } from "./ui.js";

const FAITH = "";
const MOST = 24;

/** `then` is what was known after `count` turns. */
export function Overview({ scene, then, count }) {
  const [metric, choose] = useState(FAITH);
  const agents = then.agents.slice(0, MOST);
  const pick = (name) => choose(name === metric ? FAITH : name);
  return html`<div class="stack">${count >= scene.resolved && html`<${Champion} scene=${scene} />`}
    <section><h2>${metric ? plain(metric, 60) : "Keeping faith"} over time</h2>
      <p class="caption">${metric ? html`Strength with its 95 % interval. <button class="plain" onClick=${() => choose(FAITH)}>Show how far faith was kept</button>`
        : "Share of the last 20 acts that kept faith with the counterpart."}</p>
      <${Lines} series=${agents.map((agent) => ({ name: agent.id, points: metric ? strengths(scene, agent.id, metric, agent.acts) : agent.course }))} title=${metric || "faith kept"} />
      <div class="legend">${agents.map((agent, index) => html`<span class=${colour(index)}><i /><b>${plain(agent.id, 40)}</b></span>`)}</div></section>
    <section><h2>Fingerprints</h2><${Fingerprint} agents=${agents} chosen=${metric} choose=${pick} />
      <p class="caption">Green lives by it, orange against it; a dot where these games could not tell. Choose a name to see it over time.</p></section>
    ${then.pairs.size > 0 && html`<section><h2>Mean payoff a turn</h2><${Cross} agents=${agents} pairs=${then.pairs} /></section>`}
    <section><h2>Standing</h2><${Standing} scene=${scene} agents=${then.agents} /></section>
    ${scene.audit && html`<p class="quiet audit">Signed log of ${scene.audit.size} records, ${scene.audit.closing ? "closed" : "open"}, root <code>${scene.audit.root}</code></p>`}</div>`;
}

function Champion({ scene }) {
  if (!scene.champion) return null;
  const { agent_id: agent, total, runner_up: second, margin } = scene.champion;
  return html`<p class="champion"><strong>${plain(agent, 60)}</strong> is the champion with ${number(total, 3)}${second ? `, ${number(margin, 3)} before ${plain(second, 60)}` : ""}.</p>`;
}

function Standing({ scene, agents }) {
  const score = new Map(scene.scores.map((one) => [one.agent_id, one]));
  const metrics = [...new Set(scene.scores.flatMap((one) => Object.keys(one.metrics)))].sort();
  const rows = [...agents].sort((one, other) => (score.get(one.id)?.rank ?? 1e9) - (score.get(other.id)?.rank ?? 1e9));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Standing"><table><thead><tr><th>agent</th><th class="n">acts</th><th class="n">keeps faith</th><th class="n">payoff</th>
    ${scene.scores.length > 0 && html`<th class="n">score</th>${metrics.map((name) => html`<th class="n">${plain(name, 40)}</th>`)}`}<th>last actions</th></tr></thead>
    <tbody>${rows.slice(0, 200).map((agent) => html`<tr><td><b>${plain(agent.id, 64)}</b></td><td class="n">${agent.acts}</td><td class="n">${agent.acts ? number(agent.kept / agent.acts) : "–"}</td>
      <td class="n">${number(agent.payoff, 0)}</td>${scene.scores.length > 0 && html`<td class="n"><b>${number(score.get(agent.id)?.total, 3)}</b></td>${metrics.map((name) => html`<td class="n">${number(score.get(agent.id)?.metrics[name])}</td>`)}`}
      <td><span class="tape">${[...agent.recent].map((symbol) => html`<span class=${symbol}>${symbol}</span>`)}</span></td></tr>`)}</tbody></table></div>`;
}
