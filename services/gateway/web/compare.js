// Two sessions side by side: the same slider through both; for a fork, where it parted from its origin and what became of it.

import { Fingerprint, Lines, colour } from "./charts.js";
import { Tape } from "./games.js";
import { useReading } from "./reading.js";
import { forkedFrom, kept, newScene, stateAfter } from "./scene.js";
import { number, plain, reached, to } from "./text.js";
import { Answered, Empty, Loading, Pill, html, useAnswer, useEffect, useMemo, useState } from "./ui.js";

/** The view: one or two ids stand in the address. */
export function Compare({ one, other, say }) {
  useEffect(() => { document.title = "Side by side · Ethogram"; }, []);
  if (!one || !other) return html`<${Choose} one=${one} say=${say} />`;
  return html`<${Both} key=${`${one} ${other}`} one=${one} other=${other} say=${say} />`;
}

function Choose({ one, say }) {
  const answer = useAnswer("/v1/sessions?limit=100");
  useEffect(() => say(answer.error ? "offline" : answer.data ? "live" : "connecting"), [answer.data, answer.error]);
  return html`<p class="crumb">${one ? html`<a href=${to("session", one)}>Back to the session</a>` : html`<a href="#/">Sessions</a>`}</p><h1>Side by side</h1>
    <${Answered} answer=${answer}>${({ sessions }) => {
      const others = sessions.filter((session) => session.session_id !== one);
      return others.length ? html`<p class="quiet">With which session?</p><ul class="sessions">${others.map((session) => html`<li><a href=${one ? to("compare", one, session.session_id) : to("compare", session.session_id)}>
          <span class="name">${plain(session.name, 120)}</span><${Pill} word=${session.state} /><span class="quiet turns-done">${session.resolved_turns} turns</span><code class="quiet">${session.session_id.slice(0, 8)}</code></a></li>`)}</ul>`
        : html`<${Empty} title="There is no other session"><p>Play the same training with another seed, or fork this one: <code>ethogram fork</code></p><//>`;
    }}<//>`;
}

function Both({ one, other, say }) {
  const scenes = useMemo(() => [newScene(one), newScene(other)], [one, other]);
  const first = useReading(scenes[0]);
  const second = useReading(scenes[1]);
  const [at, setAt] = useState(null);
  useEffect(() => say(first.state === "live" ? second.state : first.state), [first.state, second.state]);
  const longest = Math.max(...scenes.map((scene) => scene.resolved));
  const thens = scenes.map((scene, index) => useMemo(() => stateAfter(scene, Math.min(at ?? Infinity, scene.resolved)), [first.drawn, second.drawn, at, index]));
  if (!scenes.every((scene) => scene.count)) return html`<h1>Side by side</h1><${Loading} />`;
  return html`<p class="crumb"><a href="#/">Sessions</a></p><h1>Side by side</h1>
    <div class="slider"><input type="range" min="0" max=${longest} value=${at ?? longest} aria-label="Turn of both" aria-valuetext=${`turn ${at ?? longest} of ${longest}`}
      onInput=${(event) => { const next = Number(event.target.value); setAt(next >= longest ? null : next); }} /><span class="n">turn ${at ?? longest}</span></div>
    <div class="stack"><${Parted} scenes=${scenes} />
      <section><h2>What became of the agents</h2><${Fates} scenes=${scenes} thens=${thens} /></section>
      <div class="columns">${scenes.map((scene, index) => html`<${Column} scene=${scene} then=${thens[index]} />`)}</div></div>`;
}

function Column({ scene, then }) {
  const agents = then.agents.slice(0, 12);
  return html`<section class="column"><div class="row"><h2><a href=${to("session", scene.sessionId)}>${plain(scene.name, 120)}</a></h2><${Pill} word=${scene.state} /></div>
    <p class="quiet facts"><span>${scene.resolved} turns</span><span>seed ${scene.training?.seed ?? "–"}</span><code>${scene.sessionId.slice(0, 8)}</code></p>
    <h3>Keeping faith</h3><${Lines} series=${agents.map((agent) => ({ name: agent.id, points: agent.course }))} title=${`Faith kept in ${plain(scene.name, 60)}`} />
    <div class="legend">${agents.map((agent, index) => html`<span class=${colour(index)}><i /><b>${plain(agent.id, 40)}</b></span>`)}</div>
    <h3>Fingerprints</h3><${Fingerprint} agents=${agents} /></section>`;
}

// The first turn that both have and that was played otherwise.
function Parted({ scenes }) {
  const [first, second] = scenes;
  const played = useMemo(() => new Map(first.turns.filter(Boolean).map((turn) => [`${turn.game_id}/${turn.turn}`, turn])), [first.resolved]);
  const differing = second.turns.find((turn) => turn && played.has(`${turn.game_id}/${turn.turn}`) && joint(turn) !== joint(played.get(`${turn.game_id}/${turn.turn}`)));
  const origin = forkedFrom(second) === first.sessionId ? second : forkedFrom(first) === second.sessionId ? first : null;
  const fork = origin && [...origin.specs.values()].find((spec) => spec.adapter === "forked").config;
  return html`<section><h2>Where they part</h2>
    ${origin && html`<p>${plain(origin.name, 120)} repeats ${fork.turns} turns of its origin, then plays on: ${[...origin.specs.values()].map((spec) => `${plain(spec.id, 40)} as ${reached(spec.config?.then ?? spec)}`).join(", ")}.</p>`}
    ${differing ? html`<p>First at <a href=${to("session", second.sessionId, "turns", String(differing.number))}>${plain(differing.game_id, 40)}, turn ${differing.turn}</a>:</p>
        <table class="narrow"><tbody>${[[first, played.get(`${differing.game_id}/${differing.turn}`)], [second, differing]].map(([scene, turn]) => html`<tr><td class="quiet">${plain(scene.name, 60)}</td>${turn.actions.map((action) => html`<td><b>${plain(action.agent_id, 40)}</b> <span class=${kept(scene, turn, action) ? "C" : "D"}>${plain(action.executed, 40)}</span></td>`)}</tr>`)}</tbody></table>`
      : html`<p class="quiet">Every turn that both have was played alike.</p>`}</section>`;
}

function joint(turn) {
  return turn.actions.map((action) => `${action.seat}${action.executed}`).sort().join(" ");
}

function Fates({ scenes, thens }) {
  const ids = [...new Set(thens.flatMap((then) => then.agents.map((agent) => agent.id)))].sort();
  const row = (id, index) => {
    const [scene, agent] = [scenes[index], thens[index].agents.find((one) => one.id === id)];
    if (!agent) return html`<tr><td>${index ? "" : html`<b>${plain(id, 64)}</b>`}</td><td class="quiet" colspan="7">not in ${plain(scene.name, 60)}</td></tr>`;
    const verdict = scene.verdicts.get(id);
    const score = scene.scores.find((one) => one.agent_id === id);
    return html`<tr><td>${index ? "" : html`<b>${plain(id, 64)}</b>`}</td><td class="quiet">${plain(scene.name, 40)}</td><td>${verdict ? html`<${Pill} word=${verdict.verdict} />` : "–"}</td><td class="n">${number(score?.total, 3)}</td>
      <td class="n">${agent.acts ? number(agent.kept / agent.acts) : "–"}</td><td class="n">${number(agent.payoff, 0)}</td><td>${plain(agent.found?.strategy?.nearest ?? "–", 40)}</td><td><${Tape} symbols=${agent.recent.slice(-24)} /></td></tr>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Agents in both"><table class="doubled"><thead><tr><th>agent</th><th>in</th><th>verdict</th><th class="n">score</th><th class="n">keeps faith</th><th class="n">payoff</th><th>plays like</th><th>last actions</th></tr></thead>
    <tbody>${ids.slice(0, 100).map((id) => [row(id, 0), row(id, 1)])}</tbody></table></div>`;
}
