// A session as a spectator sees it: a fold over the records of its stream. Knows no page.

const RECENT = 36;
const WINDOW = 20;
const FEED = 200;

/** A fresh scene. */
export function newScene(sessionId) {
  return {
    sessionId, name: "", mode: "", state: "waiting", reason: null, planned: 0, resolved: 0, records: 0,
    agents: new Map(), feed: [], scores: [], verdicts: new Map(), champion: null, audit: null,
  };
}

// series: the share of the last acts that kept faith, after each act. history: what was inferred, act by act.
function newAgent(id, spec) {
  return { id, spec, acts: 0, kept: 0, window: [], series: [], payoff: 0, recent: "", inference: null, history: [] };
}

function agentOf(scene, id) {
  if (!scene.agents.has(id)) scene.agents.set(id, newAgent(id, null));
  return scene.agents.get(id);
}

function act(scene, turn, leanings, made) {
  const agent = agentOf(scene, made.agent_id);
  const kept = (leanings.get(made.executed) ?? made.executed) === "C";
  agent.acts += 1;
  agent.kept += kept ? 1 : 0;
  agent.payoff += made.payoff;
  agent.window.push(kept ? 1 : 0);
  if (agent.window.length > WINDOW) agent.window.shift();
  agent.series.push([agent.acts, agent.window.reduce((sum, one) => sum + one, 0) / agent.window.length]);
  if (turn.kind === "game") agent.recent = (agent.recent + made.executed).slice(-RECENT);
}

function tell(scene, number, where, words) {
  scene.feed.push({ number, where, words });
  if (scene.feed.length > FEED) scene.feed.shift();
}

const STEPS = {
  "session.admitted"(scene, event) {
    Object.assign(scene, { name: event.name, mode: event.mode, state: "running" });
    for (const spec of event.agents) agentOf(scene, spec.id).spec = spec;
    scene.planned = event.games.reduce((sum, game) => sum + (game.turns || game.rounds), 0)
      + (event.scenarios?.count ?? 0) * event.agents.length;
  },
  "session.rejected": (scene, event) => Object.assign(scene, { state: "rejected", reason: event.reason }),
  "session.failed": (scene, event) => Object.assign(scene, { state: "failed", reason: event.reason }),
  "session.paused": (scene, event) => Object.assign(scene, { state: "paused", reason: `${event.actor}: ${event.reason ?? ""}` }),
  "session.resumed": (scene) => Object.assign(scene, { state: "running", reason: null }),
  "session.finished": (scene, event) => Object.assign(scene, { state: "judging", reason: event.reason ?? null }),
  "session.completed": (scene, event) => Object.assign(scene, { state: event.cancelled ? "cancelled" : "completed" }),
  "tournament.paired": (scene, event) => { scene.planned += event.turns; },
  "turn.resolved"(scene, event) {
    scene.resolved = Math.max(scene.resolved, event.number);
    const played = event.actions.map((one) => `${one.agent_id} ${one.executed}${one.executed === one.intended ? "" : "*"}`);
    tell(scene, event.number, event.kind === "scenario" ? event.situation.archetype : event.game_id, played.join(" · "));
  },
  "behaviour.observed"(scene, event) {
    const leanings = new Map((event.options ?? []).map((option) => [option.id, option.leaning]));
    for (const made of event.acts) act(scene, event, leanings, made);
  },
  "principles.inferred"(scene, event) {
    const agent = agentOf(scene, event.agent_id);
    agent.inference = event;
    agent.history.push({ acts: event.acts, principles: event.principles });
  },
  "verdict.issued": (scene, event) => scene.verdicts.set(event.agent_id, event),
  "score.updated"(scene, event) {
    scene.scores = [...scene.scores.filter((one) => one.agent_id !== event.agent_id), event]
      .sort((one, other) => one.rank - other.rank);
  },
  "champion.crowned": (scene, event) => { scene.champion = event; },
  "audit.checkpoint": (scene, event) => { scene.audit = event; },
};

/** Take in one record; kinds that are not on show only count. */
export function show(scene, frame) {
  scene.records += 1;
  const step = STEPS[frame.type.replace(/^ethogram\./, "").replace(/\.v\d+$/, "")];
  if (step && frame.event) step(scene, frame.event);
}

/** Whether nothing more will be decided. */
export function ended(scene) {
  return ["completed", "cancelled", "failed", "rejected"].includes(scene.state);
}
