// A session at a glance: the champion, what moved over time, the fingerprints, who earned what against whom.

import { Cross, Fingerprint, Lines, Relations, colour } from "./charts.js";
import { entropies, strengths } from "./scene.js";
import { Tape } from "./games.js";
import { number, plain } from "./text.js";
import { html, useState } from "./ui.js";

const FAITH = "";
const ENTROPY = "entropy";
const MOST = 24;
const CAPTIONS = { [FAITH]: "Share of the last 20 acts that kept faith with the counterpart.", [ENTROPY]: "How varied the conduct is, in bits: 0 always does the same." };

/** `then` is what was known after `count` turns. */
export function Overview({ scene, then, count }) {
  const [metric, choose] = useState(FAITH);
  const agents = then.agents.slice(0, MOST);
  const names = [...new Set(agents.flatMap((agent) => (agent.found?.principles ?? []).filter((one) => one.identifiable).map((one) => one.name)))].sort();
  return html`<div class="stack">${count >= scene.resolved && html`<${Champion} scene=${scene} />`}
    <section><div class="row"><h2>Over time</h2><label class="quiet">Show <select onChange=${(event) => choose(event.target.value)}><option value=${FAITH} selected=${metric === FAITH}>keeping faith</option><option value=${ENTROPY} selected=${metric === ENTROPY}>entropy</option>
        <optgroup label="principles">${names.map((name) => html`<option value=${name} selected=${name === metric}>${name}</option>`)}</optgroup></select></label></div>
      <p class="caption">${CAPTIONS[metric] ?? "Strength with its 95 % interval: 1 always lives by it, 0 against it, 0.5 indifferent."}</p>
      <${Course} scene=${scene} agents=${agents} metric=${metric} />
      <div class="legend">${agents.map((agent, index) => html`<span class=${colour(index)}><i /><b>${plain(agent.id, 40)}</b></span>`)}</div></section>
    <section><h2>Fingerprints</h2><p class="caption">Green lives by it, orange against it; a dot where these games could not tell. Choose a name to see it over time.</p>
      <${Fingerprint} agents=${agents} chosen=${metric} choose=${(name) => choose(name === metric ? FAITH : name)} /></section>
    <div class="pair">${then.pairs.size > 0 && html`<section><h2>Mean payoff a turn</h2><p class="caption">Row against column.</p><${Cross} agents=${agents} pairs=${then.pairs} /></section>`}
      ${then.ties.length > 0 && agents.length > 1 && html`<section><h2>Relations</h2><p class="caption">Green keeps faith with the other, orange does not; wider, the surer.</p><${Relations} agents=${agents} links=${then.ties} /></section>`}</div>
    <section><h2>Standing</h2><${Standing} scene=${scene} agents=${then.agents} /></section>
    ${scene.audit && html`<p class="quiet audit">Signed log of ${scene.audit.size} records, ${scene.audit.closing ? "closed" : "open"}, root <code>${scene.audit.root}</code></p>`}</div>`;
}

function Course({ scene, agents, metric }) {
  const points = { [FAITH]: (agent) => agent.course, [ENTROPY]: (agent) => entropies(scene, agent.id, agent.acts) }[metric] ?? ((agent) => strengths(scene, agent.id, metric, agent.acts));
  const series = agents.map((agent) => ({ name: agent.id, points: points(agent) }));
  const high = metric === ENTROPY ? Math.max(1, ...series.flatMap((one) => one.points.map((point) => point[1]))) : 1;
  if (!series.some((one) => one.points.length > 1)) return html`<p class="quiet">Too few acts yet to draw a line.</p>`;
  return html`<${Lines} series=${series} title=${`${metric || "faith kept"} over time`} high=${high} />`;
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
      <td><${Tape} symbols=${agent.recent} /></td></tr>`)}</tbody></table></div>`;
}
