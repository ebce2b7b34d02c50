// Service levels with their error budgets, alerts, and figures with their history and what became slower.

import { send } from "./api.js";
import { Lines, Spark } from "./charts.js";
import { ago, number, plain, seconds } from "./text.js";
import { Answered, Asking, Empty, Pill, html, useAnswer, useHead, useState } from "./ui.js";

const REFRESH_MS = 10_000;
const FAST = 14.4; // burns a thirty-day budget in about two days

/** Objectives, each with what is left of its error budget. */
export function Objectives({ say }) {
  const answer = useAnswer("/v1/slo", REFRESH_MS);
  useHead("Service levels", say, answer);
  return html`<${Answered} answer=${answer}>${({ objectives }) => (objectives.length ? html`<p class="caption">Promises over thirty days. The budget is what may go wrong without breaking one; a burn of 1 uses it up exactly in time.</p>
    <div class="cards">${objectives.map((one) => html`<article class="card"><div class="row"><h2>${plain(one.name, 60)}</h2><${Pill} word=${standing(one)} /></div><p class="quiet">${plain(one.about, 300)}</p>
      <dl class="figures">${[["promised", share(one.target)], ["kept", one.good_share === null ? "–" : share(one.good_share)], ["budget left", one.good_share === null ? "–" : one.budget_left < 0 ? "none" : share(one.budget_left, 0)]].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <div class="budget" role="meter" aria-label=${`Error budget left of ${plain(one.name, 60)}`} aria-valuemin="0" aria-valuemax="1" aria-valuenow=${Math.max(0, one.budget_left)}><i class=${one.budget_left < 0.1 ? "low" : ""} style=${{ width: `${100 * Math.min(1, Math.max(0, one.budget_left))}%` }} /></div>
      <table class="burn"><thead><tr>${Object.keys(one.burn).map((window) => html`<th class="n">${window}</th>`)}</tr></thead><tbody><tr>${Object.entries(one.burn).map(([window, burn]) => html`<td class="n" title=${`${one.bad[window] ?? 0} bad of ${one.count[window] ?? 0}`}>${number(burn, 1)}</td>`)}</tr></tbody></table></article>`)}</div>`
    : html`<${Empty} title="Nothing is promised yet"><p>Objectives appear as soon as the first figures were measured.</p><//>`)}<//>`;
}

function standing(one) {
  if (one.good_share === null) return "unmeasured";
  return one.budget_left < 0 ? "broken" : Math.max(0, ...Object.values(one.burn)) >= FAST ? "burning" : "kept";
}

function share(value, digits = 2) {
  return `${number(100 * value, digits)} %`;
}

/** Alerts that go on, and those that went. */
export function Alerts({ say }) {
  const answer = useAnswer("/v1/alerts", REFRESH_MS / 2);
  useHead("Alerts", say, answer);
  return html`<${Answered} answer=${answer}>${({ alerts }) => (alerts.length ? html`<div class="stack">${alerts.map((one) => html`<${Alert} key=${one.id} alert=${one} again=${answer.reload} />`)}</div>`
    : html`<${Empty} title="Nothing is wrong"><p>An alert says what is wrong, since when, and which page of the runbook helps.</p><//>`)}<//>`;
}

function Alert({ alert: one, again }) {
  const [asking, ask] = useState(false);
  const acknowledge = async ({ reason }) => {
    await send(`/v1/alerts/${one.id}/acknowledge`, { actor: localStorage.getItem("ethogram-name") || "anonymous", reason });
    ask(false);
    again();
  };
  return html`<article class="question"><div class="row"><h2>${plain(one.name, 80)}${one.subject ? ` · ${plain(one.subject, 80)}` : ""}</h2><${Pill} word=${one.state} /></div>
    <p>${plain(one.summary, 600)}</p>
    <p class="quiet facts"><span>${one.severity === "page" ? "somebody should look now" : "somebody should look soon"}</span><span>since ${ago(one.since)}</span>${one.resolved_at && html`<span>ended ${ago(one.resolved_at)}</span>`}<code>${plain(one.runbook, 200)}</code></p>
    ${one.acknowledged_by && html`<p class="quiet">${plain(one.acknowledged_by, 100)} knows of it${one.reason ? `: ${plain(one.reason, 400)}` : ""}.</p>`}
    ${one.state === "firing" && !asking && html`<button onClick=${() => ask(true)}>Acknowledge</button>`}
    ${asking && html`<${Asking} words="I know of it" fields=${[["reason", "What is being done"]]} act=${acknowledge} leave=${() => ask(false)} />`}</article>`;
}

const SPANS = [[1, "an hour"], [24, "a day"], [168, "a week"], [720, "thirty days"]];

/** Figures of all services, with their trend. */
export function Performance({ say }) {
  const [hours, choose] = useState(24);
  const [chosen, pick] = useState("");
  const answer = useAnswer(`/v1/performance?hours=${hours}`, REFRESH_MS);
  useHead("Performance", say, answer);
  return html`<div class="row"><p class="caption">Percentiles over the last hour, and their history.</p><label class="quiet">History of <select onChange=${(event) => choose(Number(event.target.value))}>${SPANS.map(([value, words]) => html`<option value=${value} selected=${value === hours}>${words}</option>`)}</select></label></div>
    <${Answered} answer=${answer}>${({ figures, regressions }) => (figures.length ? html`
      ${regressions.map((one) => html`<p class="notice"><b>${one.service} ${plain(one.figure, 60)}</b> became slower: ${one.statistic} ${seconds(one.before_s)} in the week before, ${seconds(one.now_s)} in the last hour.</p>`)}
      <div class="scroll" tabindex="0" role="region" aria-label="Figures"><table><thead><tr><th>service</th><th>figure</th><th class="n">count</th><th class="n">mean</th><th class="n">p50</th><th class="n">p95</th><th class="n">p99</th><th>p95 over time</th></tr></thead>
        <tbody>${figures.map((one) => { const now = one.windows["1h"] ?? {}; const name = `${one.service} ${one.figure}`; return html`<tr class=${name === chosen ? "chosen" : ""}><td>${one.service}</td><td><button class="plain" aria-expanded=${name === chosen} onClick=${() => pick(name === chosen ? "" : name)}>${plain(one.figure, 60)}</button>${slower(regressions, one) && html` <${Pill} word="slower" />`}</td><td class="n">${now.count ?? 0}</td>
          <td class="n">${mean(one.figure, now)}</td>${["p50", "p95", "p99"].map((which) => html`<td class="n">${seconds(now[which])}</td>`)}<td><${Spark} values=${one.history.map((point) => point.p95)} title=${`p95 of ${name}`} /></td></tr>
          ${name === chosen && html`<tr><td colspan="8"><${Trend} figure=${one} /></td></tr>`}`; })}</tbody></table></div>`
      : html`<${Empty} title="Nothing was measured yet"><p>Every service writes its figures once a minute.</p><//>`)}<//>`;
}

// Most figures are durations; these are not.
function mean(figure, now) {
  if (!now.count) return "–";
  const good = () => `${number(100 * (1 - now.bad / now.count), 1)} %`;
  const told = { memory: () => `${number(now.mean / 1e6, 0)} MB`, lag: () => `${number(now.mean, 0)} records`, ready: good, decisions: good, sessions: good };
  return told[figure]?.() ?? seconds(now.mean);
}

function slower(regressions, { service, figure }) {
  return regressions.some((one) => one.service === service && one.figure === figure);
}

function Trend({ figure }) {
  const told = figure.history.filter((point) => point.p95 !== null);
  if (told.length < 2) return html`<p class="quiet">Too short a history to draw.</p>`;
  const lines = ["p50", "p95", "p99"].map((which) => ({ name: which, points: told.map((point, at) => [at + 1, point[which]]) }));
  const drift = slope(told.map((point) => point.p95));
  return html`<${Lines} series=${lines} title=${`Percentiles of ${figure.figure}`} high=${Math.max(1e-6, ...told.map((point) => point.p99))} unit="span" />
    <div class="legend">${lines.map((one, index) => html`<span class=${`c${index}`}><i /><b>${one.name}</b></span>`)}</div>
    <p class="caption">${Math.abs(drift) < 0.05 ? "The p95 holds steady." : `If it goes on like this, the p95 will be ${drift > 0 ? "up" : "down"} by ${number(100 * Math.abs(drift), 0)} % after as long again.`}</p>`;
}

// Change of a least-squares line over the whole history, as a share of its mean.
function slope(values) {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const middle = (values.length - 1) / 2;
  const up = values.reduce((sum, one, at) => sum + (at - middle) * (one - mean), 0);
  const across = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return mean ? ((up / across) * (values.length - 1)) / mean : 0;
}
