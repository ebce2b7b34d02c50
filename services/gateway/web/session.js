// One session, live: progress, cooperation and principles over time, each agent's ethogram, the council, the champion.

import { colour, intervalBar, lines } from "./charts.js";
import { h, number, pill, plain } from "./dom.js";
import { ended, newScene, show } from "./scene.js";

const COOPERATION = "cooperation";
const DRAW_MS = 200;
const LABELS = 6;
const LIKELY = 0.05;

/** Show a session in `main`; returns what to call when the visitor goes elsewhere. */
export function openSession(main, sessionId, say) {
  const scene = newScene(sessionId);
  const view = { head: h("div"), champion: h("div"), chart: h("div"), feed: h("div", { class: "feed", tabindex: "0" }),
    agents: h("div", { class: "agents" }), council: h("div", { class: "stack" }), metric: COOPERATION };
  view.select = h("select", { "aria-label": "What the chart shows", onchange: (change) => { view.metric = change.target.value; draw(); } });
  main.replaceChildren(h("div", { class: "stack" }, view.head, view.champion,
    h("div", { class: "two" },
      h("section", { class: "card" }, h("div", { class: "row" }, h("h2", {}, "Over time"), view.select), view.chart),
      h("section", { class: "card" }, h("h2", {}, "Turns"), view.feed)),
    view.agents, view.council));

  let timer = null;
  const draw = () => { timer = null; render(scene, view); };
  const stream = new EventSource(`/v1/sessions/${encodeURIComponent(sessionId)}/stream`);
  stream.onopen = () => say("live");
  stream.onerror = () => say(stream.readyState === EventSource.CLOSED ? "offline" : "reconnecting");
  stream.onmessage = (message) => {
    show(scene, JSON.parse(message.data));
    timer ??= setTimeout(draw, DRAW_MS);
  };
  draw();
  return () => { clearTimeout(timer); stream.close(); };
}

function render(scene, view) {
  document.title = `${plain(scene.name || scene.sessionId).slice(0, 60)} · Ethogram`;
  view.head.replaceChildren(head(scene));
  view.champion.replaceChildren(...[champion(scene)].filter(Boolean));
  view.chart.replaceChildren(...chart(scene, view));
  renderFeed(scene, view.feed);
  view.agents.replaceChildren(...[...scene.agents.values()].map((agent, index) => agentCard(scene, agent, index)));
  view.council.replaceChildren(...[council(scene), scores(scene), audit(scene)].filter(Boolean));
}

function head(scene) {
  const share = scene.planned ? Math.min(100, (100 * scene.resolved) / scene.planned) : 0;
  return h("div", {},
    h("a", { href: "#/" }, "← all sessions"),
    h("h1", {}, scene.name || "Session"),
    h("div", { class: "head" }, pill(scene.state),
      h("span", { class: "quiet" }, `${scene.resolved} of ${scene.planned || "?"} turns · ${scene.records} records`),
      h("code", { class: "quiet" }, scene.sessionId)),
    scene.reason ? h("p", { class: "notice" }, scene.reason) : null,
    h("div", { class: "progress", role: "progressbar", "aria-label": "Turns resolved", "aria-valuemin": 0,
      "aria-valuemax": scene.planned, "aria-valuenow": scene.resolved }, h("i", { "width%": share })));
}

function champion(scene) {
  if (!scene.champion) return null;
  const { agent_id: agent, total, runner_up: second, margin } = scene.champion;
  return h("section", { class: "card champion" }, h("span", { class: "crown", "aria-hidden": "true" }, "♛"),
    h("div", {}, h("h3", {}, agent), h("span", { class: "quiet" },
      `champion with ${number(total, 3)}`, second ? ` · ${number(margin, 3)} before ${second}` : "")));
}

function chart(scene, view) {
  const agents = [...scene.agents.values()];
  const names = new Set(agents.flatMap((agent) => (agent.inference?.principles ?? []).map((one) => one.name)));
  const wanted = [COOPERATION, ...[...names].sort()];
  if (view.select.options.length !== wanted.length) {
    view.select.replaceChildren(...wanted.map((name) => h("option", { value: name, selected: name === view.metric }, name)));
  }
  const series = agents.map((agent) => ({ name: agent.id, points: points(agent, view.metric) }));
  const title = view.metric === COOPERATION ? "share of the last 20 acts that kept faith" : `${view.metric}, with 95 % intervals`;
  return [lines(series, title), h("div", { class: "legend" }, agents.map((agent, index) =>
    h("div", { class: colour(index) }, h("i"), h("span", {}, agent.id)))), h("p", { class: "caption" }, title)];
}

function points(agent, metric) {
  if (metric === COOPERATION) return agent.series;
  return agent.history.flatMap(({ acts, principles }) => principles
    .filter((one) => one.name === metric && one.identifiable)
    .map((one) => [acts, one.strength, one.interval[0], one.interval[1]]));
}

function renderFeed(scene, box) {
  const rows = scene.feed.toReversed().map(({ number: turn, where, words }) => h("div", {},
    h("span", { class: "t" }, String(turn)), h("span", { class: "quiet" }, where), h("span", {}, words)));
  box.replaceChildren(...(rows.length ? rows : [h("p", { class: "quiet" }, ended(scene) ? "No turn was played." : "Waiting for the first turn …")]));
}

function agentCard(scene, agent, index) {
  const found = agent.inference;
  const origin = agent.spec ? `${agent.spec.adapter} ${agent.spec.config?.strategy ?? agent.spec.config?.callable ?? ""}` : "";
  const verdict = scene.verdicts.get(agent.id);
  return h("section", { class: "card" },
    h("div", { class: "row" }, h("h3", {}, agent.id), verdict ? pill(verdict.verdict) : h("span", { class: `quiet ${colour(index)}` }, "●")),
    h("p", { class: "quiet mono" }, origin),
    h("div", { class: "figures" }, figure("acts", agent.acts), figure("keeps faith", agent.acts ? number(agent.kept / agent.acts) : "–"),
      figure("payoff", number(agent.payoff, 0))),
    h("p", { class: "tape", "aria-label": "last actions" }, [...agent.recent].map((symbol) => h("span", { class: symbol === "C" ? "C" : "D" }, symbol))),
    found ? ethogram(found) : h("p", { class: "quiet" }, "Not enough acts to say anything yet."));
}

function ethogram(found) {
  const likely = Object.entries(found.labels ?? {}).filter(([, one]) => one >= LIKELY).sort((one, other) => other[1] - one[1]).slice(0, LABELS);
  const nearest = found.strategy?.nearest;
  return [
    h("p", { class: "summary" }, found.summary),
    found.principles.map(principle),
    h("div", { class: "labels" }, likely.map(([label, probability]) => h("span", { class: "pill" }, `${label} ${number(probability)}`))),
    nearest ? h("div", { class: "figures" }, figure("plays like", nearest),
      figure("sure", number(found.strategy.posterior?.[0]?.probability)), figure("trembles", number(found.strategy.tremble))) : null,
  ];
}

function principle(one) {
  if (!one.identifiable) {
    return h("div", { class: "principle unknown", title: plain(one.why) }, h("span", {}, one.name), h("span", { class: "why" }, one.why));
  }
  return h("div", { class: "principle", title: plain(one.why) }, h("span", {}, one.name),
    intervalBar(one.strength, one.interval), h("span", { class: "n" }, number(one.strength)));
}

function figure(name, value) {
  return h("span", {}, `${name} `, h("b", {}, String(value)));
}

function council(scene) {
  if (!scene.verdicts.size) return null;
  const rows = [...scene.verdicts.values()].map((verdict) => h("tr", {}, h("td", {}, verdict.agent_id), h("td", {}, pill(verdict.verdict)),
    h("td", {}, verdict.votes.map((vote) => h("div", {}, h("b", {}, vote.judge), " ", pill(vote.vote), " ",
      h("span", { class: "quiet" }, vote.reasons.join("; ")))))));
  return h("section", { class: "card scroll" }, h("h2", {}, "The council"),
    h("table", { class: "council" }, h("thead", {}, h("tr", {}, ["agent", "verdict", "votes"].map((name) => h("th", {}, name)))), h("tbody", {}, rows)));
}

function scores(scene) {
  if (!scene.scores.length) return null;
  const metrics = [...new Set(scene.scores.flatMap((score) => Object.keys(score.metrics)))].sort();
  const rows = scene.scores.map((score) => h("tr", {}, h("td", { class: "n" }, String(score.rank)), h("td", {}, score.agent_id),
    h("td", { class: "n" }, h("b", {}, number(score.total, 3))), metrics.map((name) => h("td", { class: "n" }, number(score.metrics[name])))));
  return h("section", { class: "card scroll" }, h("h2", {}, "Scores"), h("table", {},
    h("thead", {}, h("tr", {}, h("th", { class: "n" }, "#"), h("th", {}, "agent"), ["total", ...metrics].map((name) => h("th", { class: "n" }, name)))),
    h("tbody", {}, rows)));
}

function audit(scene) {
  if (!scene.audit) return null;
  return h("p", { class: "quiet" }, `Audit log: ${scene.audit.size} records, ${scene.audit.closing ? "closed" : "open"}, root `,
    h("code", {}, scene.audit.root));
}
