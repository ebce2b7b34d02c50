// The board of one match: its table of payoffs with where the play stands and how often it stood there.

import { Lines } from "./charts.js";
import { number, plain } from "./text.js";
import { html } from "./ui.js";

const MOST_ACTIONS = 6;

/** A match as it stands. */
export function Board({ match }) {
  const { rules, turns } = match;
  const now = turns.at(-1);
  return html`<p class="quiet facts"><span>${plain(rules.game_id, 40)}</span><span>${plain(rules.game, 60)}</span><span>turn ${match.played}${rules.turns ? ` of ${rules.turns}` : ""}</span>${rules.noise > 0 && html`<span>noise ${rules.noise}</span>`}${rules.continuation < 1 && html`<span>goes on with probability ${rules.continuation}</span>`}</p>
    <div class="board">${isMatrix(rules) ? html`<${Matrix} match=${match} now=${now} />` : html`<${Seats} match=${match} now=${now} />`}
      <div><h3>Payoff so far</h3><${Lines} series=${climbs(match)} title="Payoff so far" high=${Math.max(1, ...match.scores)} unit="turn" />
        <div class="legend">${rules.players.map((player, seat) => html`<span class=${`c${seat % 8}`}><i /><b>${plain(player, 40)}</b> ${number(match.scores[seat], 0)}</span>`)}</div></div></div>`;
}

function isMatrix(rules) {
  return rules.players.length === 2 && rules.actions.length <= MOST_ACTIONS && Object.keys(rules.payoffs ?? {}).length === rules.actions.length ** 2;
}

function Matrix({ match, now }) {
  const { rules, turns } = match;
  const counts = new Map();
  for (const turn of turns) counts.set(joint(turn), (counts.get(joint(turn)) ?? 0) + 1);
  const most = Math.max(1, ...counts.values());
  const [one, other] = rules.players;
  return html`<table class="matrix"><caption>${plain(one, 40)} chooses the row, ${plain(other, 40)} the column</caption><thead><tr><td></td>${rules.actions.map((action) => html`<th scope="col">${action}</th>`)}</tr></thead>
    <tbody>${rules.actions.map((row) => html`<tr><th scope="row">${row}</th>${rules.actions.map((column) => {
      const [mine, theirs] = rules.payoffs[row + column];
      const count = counts.get(row + column) ?? 0;
      return html`<td class=${now && joint(now) === row + column ? "now" : ""}><i class=${`for far${count ? Math.round((count / most) * 6) : 0}`}><b>${number(mine, mine % 1 ? 1 : 0)}, ${number(theirs, theirs % 1 ? 1 : 0)}</b><small>${count ? `${count} time${count === 1 ? "" : "s"}` : "never"}</small></i></td>`;
    })}</tr>`)}</tbody></table>`;
}

function joint(turn) {
  return [...turn.actions].sort((one, other) => one.seat - other.seat).map((action) => action.executed).join("");
}

function Seats({ match, now }) {
  return html`<table><thead><tr><th>player</th><th>does</th><th class="n">earns</th><th class="n">in all</th></tr></thead><tbody>${match.rules.players.map((player, seat) => {
    const part = now && [...now.actions, ...(now.bystanders ?? [])].find((one) => one.seat === seat);
    return html`<tr><td><b>${plain(player, 40)}</b></td><td>${plain(part?.executed ?? "–", 40)}</td><td class="n">${number(part?.payoff, 1)}</td><td class="n">${number(match.scores[seat], 1)}</td></tr>`;
  })}</tbody></table>`;
}

function climbs({ rules, turns }) {
  const sums = rules.players.map(() => 0);
  const courses = rules.players.map(() => []);
  turns.forEach((turn, index) => {
    for (const part of [...turn.actions, ...(turn.bystanders ?? [])]) sums[part.seat] += part.payoff;
    sums.forEach((sum, seat) => courses[seat].push([index + 1, sum]));
  });
  return rules.players.map((player, seat) => ({ name: player, points: courses[seat] }));
}
