// The arena of a session as it goes on: who is in and with how many points, its rounds, accusations with their hearings.

import { Lines, colour } from "./charts.js";
import { Votes } from "./council.js";
import { number, plain } from "./text.js";
import { Empty, Pill, html } from "./ui.js";

/** The whole of it. */
export function Arena({ scene }) {
  const { rounds, cases, eliminated, over } = scene.arena;
  const told = [...rounds.values()].sort((one, other) => one.round - other.round);
  const heard = [...cases.values()].sort((one, other) => other.case - one.case);
  if (!told.length) return html`<${Empty} title="The arena has not opened yet"><p>Its first round appears here by itself.</p><//>`;
  const agents = [...scene.specs.keys()];
  return html`<div class="stack">${over ? html`<p class="champion">${plain(over.narration, 600)}</p>` : html`<p class="champion">Round ${told.at(-1).round}${scene.training?.arena?.rounds ? ` of ${scene.training.arena.rounds}` : ""}, <strong>${agents.length - eliminated.size}</strong> of ${agents.length} are in.</p>`}
    <section><h2>Who is in</h2><p class="caption">Points are payoffs less fines. What was given goes to the pot; the book may say otherwise.</p><${Board} agents=${agents} told=${told} scene=${scene} /></section>
    <section><h2>Accusations</h2>${heard.length ? heard.map((one) => html`<${Case} key=${one.case} scene=${scene} told=${one} />`) : html`<p class="quiet">Nobody was accused so far.</p>`}</section>
    <section><h2>Rounds</h2><${Rounds} told=${told} /></section></div>`;
}

function Board({ agents, told, scene }) {
  const closed = told.filter((round) => round.accounts);
  const account = (id, round) => round?.accounts.find((one) => one.agent_id === id);
  const courses = agents.map((id) => ({ name: id, points: closed.flatMap((round) => (account(id, round) ? [[round.round, account(id, round).points]] : [])) }));
  const reached = courses.flatMap((one) => one.points.map((point) => point[1]));
  const rank = (id) => scene.arena.over?.places.find((one) => one.agent_id === id)?.rank ?? agents.length;
  const last = (id) => closed.findLast((round) => account(id, round));
  const standing = agents.map((id, index) => ({ id, index, out: scene.arena.eliminated.get(id), part: account(id, last(id)) }))
    .sort((one, other) => rank(one.id) - rank(other.id) || Boolean(one.out) - Boolean(other.out) || (other.part?.points ?? 0) - (one.part?.points ?? 0));
  return html`${closed.length > 1 && html`<${Lines} series=${courses} title="Points round by round" low=${Math.min(0, ...reached)} high=${Math.max(1, ...reached)} unit="round" />`}
    <div class="scroll" tabindex="0" role="region" aria-label="Who is in"><table class="floor"><thead><tr><th>agent</th><th>stands</th><th class="n">gave</th><th class="n">in the book</th><th class="n">earned</th><th class="n">points</th></tr></thead>
    <tbody>${standing.map(({ id, index, out, part }) => html`<tr class=${out ? "quiet" : ""}><td><i class=${`spot ${colour(index)}`} /><b>${plain(id, 64)}</b></td><td>${out ? html`<${Pill} word=${out.why} /> <span class="quiet">round ${out.round}${out.case ? `, case ${out.case}` : ""}</span>` : html`<${Pill} word=${scene.arena.over?.champion === id ? "champion" : "in"} />`}</td>
      <td class="n">${number(part?.gave, 1)}</td><td class=${part && part.entered !== part.gave ? "n D" : "n"}>${number(part?.entered, 1)}</td><td class="n">${number(part?.payoff, 1)}</td><td class="n"><b>${number(out?.points ?? part?.points, 1)}</b></td></tr>`)}</tbody></table></div>`;
}

// What is said is data: of whom it tells is in the record, never in the words.
function Case({ scene, told }) {
  const { decided } = told;
  const by = told.accusers?.length ? told.accusers.join(", ") : "the arena";
  return html`<article class="hearing"><div class="row"><h3>Case ${told.case}, round ${told.round}: ${plain(by, 200)} against ${plain(told.accused, 64)}</h3><${Pill} word=${decided?.finding ?? (told.plea ? "before the council" : "accused")} /></div>
    <p class="quiet facts">${(decided?.charge ?? told.charge) && html`<span>${decided?.charge ?? told.charge}</span>`}${told.plea && html`<span>plea: ${told.plea}</span>`}${decided?.fine > 0 && html`<span>fine ${number(decided.fine, 1)}</span>`}${decided?.slander > 0 && html`<span>each accuser pays ${number(decided.slander, 1)}</span>`}${decided?.eliminated && html`<span>has to leave</span>`}</p>
    ${(told.words ?? []).map((words) => html`<p class="caption">${plain(words, 600)}</p>`)}${told.defence && html`<blockquote>${plain(told.defence, 2000)}</blockquote>`}
    ${decided && html`<${Votes} scene=${scene} votes=${decided.votes} /><details><summary>Transcript of the hearing</summary><dl class="transcript">${decided.transcript.map((line) => html`<dt>${plain(line.speaker, 64)}</dt><dd>${plain(line.words, 1000)}</dd>`)}</dl></details>`}</article>`;
}

function Rounds({ told }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Rounds"><table><thead><tr><th class="n">round</th><th class="n">pot</th><th class="n">worth</th><th>order of turns</th><th>story</th></tr></thead>
    <tbody>${told.toReversed().map((round) => html`<tr><td class="n">${round.round}</td><td class="n">${number(round.pot, 0)}</td><td class="n">${number(round.worth, 0)}</td><td>${plain((round.order ?? []).join(", "), 400)}</td><td>${plain(round.narration ?? "goes on", 600)}</td></tr>`)}</tbody></table></div>`;
}
