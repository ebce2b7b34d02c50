// Who is best: ratings with their intervals, titles and who holds them, mean scores, and every champion.

import { Interval, Whisker } from "./charts.js";
import { ago, number, plain, to } from "./text.js";
import { Answered, Empty, Pill, Tabs, html, useAnswer, useHead } from "./ui.js";

const TABS = [["", "Mean scores"], ["ratings", "Ratings"], ["titles", "Titles"], ["champions", "Champions hall"]];
const VIEWS = { "": Scores, ratings: Ratings, titles: Titles, champions: Hall };

/** The view. */
export function Standings({ tab = "", say }) {
  const here = VIEWS[tab] ? tab : "";
  return html`<h1>${{ champions: "Champions hall", titles: "Titles" }[here] ?? "Standings"}</h1>
    <${Tabs} label="Standings" here=${here} tabs=${TABS} at=${(key) => (key ? to("standings", key) : to("standings"))} /><${VIEWS[here]} say=${say} />`;
}

function Scores({ say }) {
  const answer = useAnswer("/v1/standings");
  useHead("Standings", say, answer);
  return html`<${Answered} answer=${answer}>${({ standings }) => (standings.length ? html`<p class="caption">Mean score over all sessions with its 95 % interval; an agent is its name together with its adapter. Whose intervals overlap were not told apart.</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Scores"><table><thead><tr><th class="n">#</th><th>agent</th><th class="wide-cell">95 % interval, 0 to 1</th><th class="n">mean</th><th class="n">sessions</th><th class="n">first</th></tr></thead>
    <tbody>${standings.map((one, place) => html`<tr><td class="n quiet">${place + 1}</td><td><a href=${to("agents", one.agent_id)}><b>${plain(one.agent_id, 64)}</b></a> <span class="quiet">${plain(one.adapter, 64)}</span></td>
      <td>${one.low !== null ? html`<${Interval} name=${one.agent_id} strength=${one.mean} interval=${[one.low, one.high]} />` : html`<span class="quiet">one session alone</span>`}</td>
      <td class="n">${number(one.mean, 3)}</td><td class="n">${one.sessions}</td><td class="n">${one.wins}</td></tr>`)}</tbody></table></div>`
    : html`<${Empty} title="Nobody has been judged yet"><p>Scores appear when a session is complete.</p><//>`)}<//>`;
}

function Ratings({ say }) {
  const answer = useAnswer("/v1/ladder");
  useHead("Ratings", say, answer);
  return html`<${Answered} answer=${answer}>${({ ratings }) => {
    if (!ratings.length) return html`<${Empty} title="Nobody is rated yet"><p>Ratings move after each session in which two agents or more were judged.</p><//>`;
    const low = Math.min(...ratings.map((one) => one.mu - 2 * one.sigma));
    const high = Math.max(...ratings.map((one) => one.mu + 2 * one.sigma));
    return html`<p class="caption">Online ratings after every session, ranked by what is sure of them. A contestant is a name together with how it is reached.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Ratings"><table><thead><tr><th class="n">#</th><th>contestant</th><th class="wide-cell">rating and two standard deviations</th><th class="n">rating</th><th class="n">sure</th><th class="n">sessions</th></tr></thead>
      <tbody>${ratings.map((one, place) => html`<tr><td class="n quiet">${place + 1}</td><td><b>${plain(one.contestant, 64)}</b></td>
        <td><${Whisker} name=${one.contestant} value=${one.mu} interval=${[one.mu - 2 * one.sigma, one.mu + 2 * one.sigma]} span=${[low, high]} /></td><td class="n">${number(one.mu, 1)}</td><td class="n">${number(one.ordinal, 1)}</td><td class="n">${one.sessions}</td></tr>`)}</tbody></table></div>`;
  }}<//>`;
}

function Titles({ say }) {
  const answer = useAnswer("/v1/titles");
  const past = useAnswer("/v1/titles/history?limit=100");
  useHead("Titles", say, answer);
  return html`<${Answered} answer=${answer}>${({ titles }) => (titles.length ? html`<div class="stack"><div class="cards">${titles.map((one) => html`<article class="card"><h2>${plain(one.title, 80)}</h2><p class="champion"><strong>${plain(one.contestant, 64)}</strong></p>
      <p class="quiet facts"><a href=${to("session", one.since)}>since session ${one.since.slice(0, 8)}</a><span>${one.defences} defence${one.defences === 1 ? "" : "s"}</span>${one.overruled ? html`<span>overruled since</span>` : ""}</p>
      ${one.challenges?.length > 0 && html`<p class="caption">Challenged by ${plain(one.challenges.join(", "), 200)}</p>`}</article>`)}</div>
      ${past.data?.history?.length > 0 && html`<section><h2>What became of them</h2><ul class="remarks">${past.data.history.map((one) => html`<li><b>${plain(one.kind, 40)}</b> ${plain(one.title, 80)}: ${one.before && one.before.contestant !== one.after.contestant ? `${plain(one.before.contestant, 64)}, then ` : ""}${plain(one.after.contestant, 64)}, <a href=${to("session", one.session_id)}>session ${one.session_id.slice(0, 8)}</a></li>`)}</ul></section>`}</div>`
    : html`<${Empty} title="No title has been won yet"><p>A title is taken from its holder by beating it in a session, and defended by not losing it.</p><//>`)}<//>`;
}

function Hall({ say }) {
  const answer = useAnswer("/v1/champions?limit=100");
  useHead("Champions hall", say, answer);
  return html`<${Answered} answer=${answer}>${({ champions }) => (champions.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Champions"><table><thead><tr><th>champion</th><th class="n">score</th><th class="n">lead</th><th>before</th><th>session</th><th>crowned</th></tr></thead>
    <tbody>${champions.map((one) => html`<tr><td><a href=${to("agents", one.agent_id)}><b>${plain(one.agent_id, 64)}</b></a>${one.overruled ? html` <span class="quiet">by a person's verdict</span>` : ""}</td><td class="n">${number(one.total, 3)}</td><td class="n">${number(one.margin, 3)}</td><td>${plain(one.runner_up, 64) || "–"}</td>
      <td><a href=${to("session", one.session_id)}>${plain(one.session, 80) || one.session_id.slice(0, 8)}</a></td><td class="quiet">${ago(one.crowned_at)}</td></tr>`)}</tbody></table></div>`
    : html`<${Empty} title="No champion yet"><p>The approved agent with the best score of a session is crowned here.</p><//>`)}<//>`;
}
