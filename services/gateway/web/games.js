// The games of a session: each tournament with its table, bracket or population, every match, and the board of one.

import { Cross, Populations } from "./charts.js";
import { Board } from "./board.js";
import { matchesAfter, meetings, populations, tournaments, winners } from "./matches.js";
import { number, plain, to } from "./text.js";
import { Empty, html, useEffect, useMemo, useState } from "./ui.js";

const MOST = 200;
const ELIMINATIONS = ["single-elimination", "double-elimination"];

/** All games after the first `count` turns; `detail` is the match that the address names. */
export function Games({ scene, then, count, detail }) {
  const [chosen, choose] = useState(detail);
  useEffect(() => { if (detail) choose(detail); }, [detail]);
  const matches = useMemo(() => matchesAfter(scene, count), [scene, scene.resolved, scene.games.size, count]);
  if (!matches.size) return html`<${Empty} title="No matches in this session"><p>Its agents face dilemmas alone: see <a href=${to("session", scene.sessionId, "turns")}>the turns</a>.</p><//>`;
  const pick = (id) => { choose(id); history.replaceState(null, "", to("session", scene.sessionId, "games", id)); };
  const match = matches.get(chosen) ?? [...matches.values()].find((one) => one.played && !one.over) ?? matches.values().next().value;
  return html`<div class="stack"><section><h2>Board</h2><${Board} match=${match} /></section>
    ${tournaments(scene, matches).map((one) => html`<${Tournament} key=${one.entry} told=${one} agents=${then.agents} pick=${pick} chosen=${match.rules.game_id} />`)}</div>`;
}

function Tournament({ told, agents, pick, chosen }) {
  const playing = agents.filter((agent) => told.matches.some((match) => match.rules.players.includes(agent.id)));
  const pairs = useMemo(() => meetings(told.matches), [told]);
  const moran = told.pairing === "moran";
  return html`<section><h2>${plain(told.game, 60)}${told.pairing ? `, ${told.pairing}` : ""}</h2>
    ${moran && html`<p class="caption">Copies of each agent in the population: who earns more has more offspring.</p><${Populations} told=${populations(told, playing.map((one) => one.id))} agents=${agents} />`}
    ${ELIMINATIONS.includes(told.pairing) && html`<${Bracket} told=${told} pick=${pick} />`}
    ${told.standings.length > 0 && html`<${Standings} told=${told} />`}
    ${pairs.size > 0 && playing.length <= 24 && html`<h3>Mean payoff a turn, row against column</h3><${Cross} agents=${playing} pairs=${pairs} />`}
    <${Matches} told=${told} pick=${pick} chosen=${chosen} /></section>`;
}

const MERIT = { swiss: "points", moran: "copies", "king-of-the-hill": "heats as king", "single-elimination": "heat reached", "double-elimination": "heat reached" };

function Standings({ told }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Standings"><table><thead><tr><th class="n">#</th><th>agent</th><th class="n">${MERIT[told.pairing] ?? "merit"}</th><th class="n">score</th><th class="n">played</th><th class="n">won</th><th class="n">drawn</th><th class="n">lost</th></tr></thead>
    <tbody>${told.standings.slice(0, MOST).map((one) => html`<tr><td class="n quiet">${one.rank}</td><td><b>${plain(one.agent_id, 64)}</b></td><td class="n">${number(one.merit, 1)}</td><td class="n">${number(one.score, 0)}</td>
      <td class="n">${one.played}</td><td class="n">${one.wins}</td><td class="n">${one.draws}</td><td class="n">${one.losses}</td></tr>`)}</tbody></table></div>`;
}

function Bracket({ told, pick }) {
  const heats = new Map();
  for (const match of told.matches) heats.set(match.heat, [...(heats.get(match.heat) ?? []), match]);
  const byes = new Map(told.heats.map((heat) => [heat.heat, heat.byes ?? []]));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Bracket"><ol class="bracket">${[...heats].sort(([one], [other]) => one - other).map(([heat, matches]) => html`<li><h3>Heat ${heat}</h3>
    ${matches.map((match) => html`<button class="pairing" onClick=${() => pick(match.rules.game_id)}>${match.rules.players.map((player, seat) => html`<span class=${winners(match).includes(seat) && winners(match).length === 1 ? "won" : ""}><b>${plain(player, 24)}</b> <span class="n">${number(match.scores[seat], 0)}</span></span>`)}</button>`)}
    ${byes.get(heat)?.map((agent) => html`<p class="caption">${plain(agent, 24)} goes on without a match</p>`)}</li>`)}</ol></div>`;
}

function Matches({ told, pick, chosen }) {
  const [all, show] = useState(false);
  const rows = told.matches.slice(0, all ? MOST : 8);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Matches"><table><thead><tr><th>match</th><th>players</th><th class="n">turns</th><th class="n">payoff</th><th>last actions</th></tr></thead>
    <tbody>${rows.map((match) => html`<tr class=${match.rules.game_id === chosen ? "chosen" : ""}><td><button class="plain" onClick=${() => pick(match.rules.game_id)}>${match.rules.game_id}</button></td>
      <td>${match.rules.players.map((player, seat) => html`<div class=${winners(match).includes(seat) && winners(match).length < match.rules.players.length ? "won" : ""}>${plain(player, 40)}</div>`)}</td><td class="n">${match.played}</td>
      <td class="n">${match.scores.map((score) => html`<div>${number(score, 0)}</div>`)}</td><td>${match.tapes.map((tape) => html`<${Tape} symbols=${tape.slice(-40)} />`)}</td></tr>`)}</tbody></table></div>
    ${told.matches.length > rows.length && !all && html`<p><button onClick=${() => show(true)}>Show ${Math.min(MOST, told.matches.length)} of ${told.matches.length} matches</button></p>`}`;
}

/** Actions in a row, one symbol each; C and D in their colours. */
export function Tape({ symbols }) {
  return html`<div class="tape">${[...symbols].map((symbol) => html`<span class=${symbol}>${symbol}</span>`)}</div>`;
}
