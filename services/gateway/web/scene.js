// A session as a spectator sees it: a fold over the records of its stream, in whatever order its topics arrive; and what
// was known after any of its turns. Knows no page.

const RECENT = 40;
const WINDOW = 20;
const KEPT_RECORDS = 2000;
const ENDED = ["completed", "cancelled", "failed", "rejected"];

/** A fresh scene. */
export function newScene(sessionId) {
  return {
    sessionId, name: "", mode: "", state: "waiting", reason: null, planned: 0, paired: 0, resolved: 0, count: 0, records: [],
    specs: new Map(), games: new Map(), turns: [], asked: new Map(), decided: new Map(), found: new Map(), profiles: [],
    scores: [], verdicts: new Map(), champion: null, audit: null, training: null, heats: [], concluded: new Map(), swaps: [], arena: null, mark: "",
  };
}

/** Where a turn stands; with a seat: where its decision does. */
export function place(gameId, turn, seat) {
  return seat === undefined ? `${gameId}/${turn}` : `${gameId}/${turn}/${seat}`;
}

// Topics arrive in any order: what is told of one round or case is put together as it comes.
function arena(scene) {
  return scene.arena ??= { rounds: new Map(), cases: new Map(), eliminated: new Map(), over: null };
}

function tell(known, number, told) {
  known.set(number, { ...known.get(number), ...told });
}

function planned(event) {
  return (event.games ?? []).reduce((sum, game) => sum + (game.turns || game.rounds), 0) + (event.scenarios?.count ?? 0) * event.agents.length;
}

const STEPS = {
  "session.admitted"(scene, event) {
    Object.assign(scene, { name: event.name, mode: event.mode, planned: planned(event) + scene.paired });
    if (scene.state === "waiting") scene.state = "running";
    for (const spec of event.agents) scene.specs.set(spec.id, spec);
    scene.training = event;
    for (const game of event.games ?? []) scene.games.set(game.game_id, game);
    if (event.arena) arena(scene);
  },
  "tournament.paired"(scene, event) {
    scene.paired += event.turns;
    scene.planned += event.turns;
    scene.heats.push(event);
    for (const game of event.games) scene.games.set(game.game_id, game);
  },
  "arena.round-opened": (scene, event) => tell(arena(scene).rounds, event.round, event),
  "arena.round-closed": (scene, event) => tell(arena(scene).rounds, event.round, event),
  "accusation.filed": (scene, event) => tell(arena(scene).cases, event.case, event),
  "accusation.answered": (scene, event) => tell(arena(scene).cases, event.case, event),
  "accusation.decided": (scene, { case: number, round, accused, accusers, ...decided }) => tell(arena(scene).cases, number, { case: number, round, accused, accusers, decided }),
  "agent.eliminated": (scene, event) => { arena(scene).eliminated.set(event.agent_id, event); },
  "arena.concluded": (scene, event) => { arena(scene).over = event; },
  "tournament.concluded": (scene, event) => { scene.concluded.set(event.entry, event); },
  "session.agent-swapped"(scene, event) {
    scene.swaps.push(event);
    scene.specs.set(event.agent.id, event.agent);
  },
  "session.rejected": (scene, event) => end(scene, "rejected", event.reason),
  "session.failed": (scene, event) => end(scene, "failed", event.reason),
  "session.paused": (scene, event) => move(scene, "paused", `${event.actor} paused it. ${event.reason ?? ""}`),
  "session.resumed": (scene) => move(scene, "running", null),
  "session.finished": (scene, event) => move(scene, "judging", event.reason ?? null),
  "session.completed": (scene, event) => end(scene, event.cancelled ? "cancelled" : "completed", scene.reason),
  "scenario.presented": (scene, event) => { scene.asked.set(place(event.game_id, event.turn), event); },
  "decision.made"(scene, event, id) { scene.decided.set(place(event.game_id, event.turn, event.seat), { ...event, id }); },
  "turn.resolved"(scene, event) {
    scene.turns[event.number - 1] = event;
    scene.resolved = Math.max(scene.resolved, event.number);
  },
  "behaviour.snapshot"(scene, event) { scene.profiles.push(event); },
  "principles.inferred"(scene, event) {
    const known = scene.found.get(event.agent_id) ?? [];
    const before = known.findLastIndex((one) => one.acts < event.acts || (one.acts === event.acts && one.closing <= event.closing));
    known.splice(before + 1, 0, event);
    scene.found.set(event.agent_id, known);
  },
  "verdict.issued": (scene, event) => { scene.verdicts.set(event.agent_id, event); },
  "score.updated"(scene, event) {
    scene.scores = [...scene.scores.filter((one) => one.agent_id !== event.agent_id), event].sort((one, other) => one.rank - other.rank);
  },
  "champion.crowned": (scene, event) => { scene.champion = event; },
  "audit.checkpoint"(scene, event) { if (event.size >= (scene.audit?.size ?? 0)) scene.audit = event; },
};

function move(scene, state, reason) {
  if (!ended(scene)) Object.assign(scene, { state, reason });
}

function end(scene, state, reason) {
  Object.assign(scene, { state, reason: reason ?? null });
}

/** Take in one record; kinds that are not on show only count. */
export function show(scene, frame) {
  scene.count += 1;
  scene.records.push(frame);
  if (scene.records.length > 2 * KEPT_RECORDS) scene.records.splice(0, KEPT_RECORDS);
  keep(scene, frame);
}

/** Take in one record that was asked for by itself: it is no news. */
export function keep(scene, frame) {
  const step = STEPS[kind(frame)];
  if (step && frame.event) step(scene, frame.event, frame.id);
}

/** `turn.resolved` of `ethogram.turn.resolved.v1`. */
export function kind(frame) {
  return frame.type.replace(/^ethogram\./, "").replace(/\.v\d+$/, "");
}

/** Whether nothing more will be decided. */
export function ended(scene) {
  return ENDED.includes(scene.state);
}

/** The session that this one goes on from; none for one that began by itself. */
export function forkedFrom(scene) {
  return [...scene.specs.values()].find((spec) => spec.adapter === "forked")?.config?.session ?? "";
}

/** The option that was carried out; none before the turn's question has come. */
export function optionOf(scene, turn, action) {
  const options = turn.options?.length ? turn.options : scene.asked.get(place(turn.game_id, turn.turn))?.options ?? [];
  return options.find((one) => one.id === action.executed);
}

/** Whether an action kept faith with the counterpart. */
export function kept(scene, turn, action) {
  return (optionOf(scene, turn, action)?.leaning ?? action.executed) === "C";
}

/** What was known after the first `count` turns: agents in order, each with its acts, its course and its ethogram then;
 * mean payoffs of pairs; how far each kept faith with each other. */
export function stateAfter(scene, count) {
  const agents = new Map([...scene.specs.keys()].map((id) => [id, newAgent(scene, id)]));
  const pairs = new Map();
  const ties = new Map();
  for (let at = 0; at < count && at < scene.turns.length; at += 1) {
    const turn = scene.turns[at];
    if (!turn) continue; // its topic has not come so far yet
    for (const action of turn.actions) {
      if (!agents.has(action.agent_id)) agents.set(action.agent_id, newAgent(scene, action.agent_id));
      act(agents.get(action.agent_id), turn, action, kept(scene, turn, action));
    }
    if (turn.actions.length === 2) meet(pairs, turn.actions);
    if (turn.kind === "game") tie(ties, turn.actions, (action) => kept(scene, turn, action));
  }
  const whole = count >= scene.turns.length;
  for (const agent of agents.values()) agent.found = latest(scene.found.get(agent.id), whole ? Infinity : agent.acts);
  return { agents: [...agents.values()], pairs, ties: [...ties.values()].map((one) => ({ ...one, kept: one.kept / one.met })) };
}

function newAgent(scene, id) {
  return { id, spec: scene.specs.get(id), acts: 0, kept: 0, payoff: 0, recent: "", window: [], course: [], found: null };
}

function act(agent, turn, action, faithful) {
  agent.acts += 1;
  agent.kept += faithful ? 1 : 0;
  agent.payoff += action.payoff;
  agent.window.push(faithful ? 1 : 0);
  if (agent.window.length > WINDOW) agent.window.shift();
  agent.course.push([agent.acts, agent.window.reduce((sum, one) => sum + one, 0) / agent.window.length]);
  if (turn.kind === "game") agent.recent = (agent.recent + action.executed).slice(-RECENT);
}

function meet(pairs, [one, other]) {
  for (const [mine, theirs] of [[one, other], [other, one]]) {
    const key = `${mine.agent_id} ${theirs.agent_id}`;
    const [payoff, turns] = pairs.get(key) ?? [0, 0];
    pairs.set(key, [payoff + mine.payoff, turns + 1]);
  }
}

function tie(ties, actions, faithful) {
  for (const mine of actions) for (const theirs of actions) {
    if (mine.seat === theirs.seat) continue;
    const key = `${mine.agent_id} ${theirs.agent_id}`;
    const one = ties.get(key) ?? { from: mine.agent_id, to: theirs.agent_id, kept: 0, met: 0 };
    one.met += 1;
    one.kept += faithful(mine) ? 1 : 0;
    ties.set(key, one);
  }
}

function latest(known, acts) {
  return known?.findLast((one) => one.acts <= acts) ?? null;
}

/** Strengths of one principle as acts came in: `[[acts, strength, low, high], ...]`. */
export function strengths(scene, agentId, name, acts = Infinity) {
  return (scene.found.get(agentId) ?? []).filter((one) => one.acts <= acts).flatMap((one) => one.principles
    .filter((principle) => principle.name === name && principle.identifiable)
    .map((principle) => [one.acts, principle.strength, principle.interval[0], principle.interval[1]]));
}

/** Entropy of behaviour in bits as snapshots were taken: `[[acts, entropy], ...]`. */
export function entropies(scene, agentId, acts = Infinity) {
  return scene.profiles.map((one) => one.profiles[agentId]).filter((one) => one && one.acts <= acts).map((one) => [one.acts, one.entropy]);
}

/** The profile of an agent's behaviour at the last snapshot. */
export function profile(scene, agentId) {
  return scene.profiles.findLast((one) => one.profiles[agentId])?.profiles[agentId] ?? null;
}

/** Number of the turn to which a decision belongs, by its id; 0 if it has not come. */
export function turnOf(scene, decisionId) {
  return scene.turns.find((turn) => turn?.actions.some((action) => action.decision_id === decisionId))?.number ?? 0;
}
