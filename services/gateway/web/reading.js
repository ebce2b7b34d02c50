// Reading a session into a scene: what is kept of it at once, what comes after it as it comes.

import { get } from "./api.js";
import { keep, show } from "./scene.js";
import { follow } from "./stream.js";
import { useEffect, useState } from "./ui.js";

const DRAW_MS = 200;
const RETRY_MS = 2000;
// What a scene is made of. What was asked and what was answered is long and read turn by turn: see `details`.
const TOLD = [
  "session.admitted", "session.rejected", "session.failed", "session.paused", "session.resumed", "session.agent-swapped", "session.finished",
  "session.completed", "tournament.paired", "tournament.concluded", "turn.resolved", "behaviour.snapshot", "principles.inferred", "verdict.issued",
  "verdict.overridden", "score.updated", "champion.crowned", "audit.checkpoint", "arena.round-opened", "arena.round-closed", "arena.concluded",
  "accusation.filed", "accusation.answered", "accusation.decided", "agent.eliminated",
];

/** The address of a session's kept records. */
export function records(id, wish) {
  const asked = Object.entries(wish).flatMap(([name, values]) => [values].flat().map((value) => `${name}=${encodeURIComponent(value)}`));
  return `/v1/sessions/${encodeURIComponent(id)}/records?${asked.join("&")}`;
}

/** The type of a kind: `ethogram.turn.resolved.v1`. */
export function typeOf(kind) {
  return `ethogram.${kind}.v1`;
}

/** Read a session into its scene from now on; how the stream stands. Whoever uses it is drawn again as it goes on. */
export function useReading(scene, paused = false) {
  const [state, setState] = useState("connecting");
  const [drawn, draw] = useState(0);
  useEffect(() => {
    if (paused) return undefined;
    let timer = null;
    const drawSoon = () => { timer ??= setTimeout(() => { timer = null; draw((one) => one + 1); }, DRAW_MS); };
    const stop = read(scene, drawSoon, setState);
    return () => { clearTimeout(timer); stop(); };
  }, [scene, paused]);
  return { state, drawn };
}

function read(scene, changed, say) {
  let stop = () => { stopped = true; };
  let stopped = false;
  const path = `/v1/sessions/${encodeURIComponent(scene.sessionId)}/stream`;
  const begin = async () => {
    try {
      if (!scene.mark) await past(scene);
      changed();
    } catch (error) {
      if (stopped) return;
      if (!error.status || error.status >= 500 || error.status === 429) {
        say(navigator.onLine === false ? "offline" : "reconnecting");
        setTimeout(() => { if (!stopped) begin(); }, RETRY_MS);
        return;
      } // a session that nobody knows yet: the stream waits for it
    }
    if (!stopped) stop = follow(path, (frame, mark) => { scene.mark = mark; show(scene, frame); changed(); }, say, scene.mark);
  };
  begin();
  return () => stop();
}

async function past(scene) {
  const known = await get(records(scene.sessionId, { kind: TOLD.map(typeOf) }));
  for (const frame of known.records) show(scene, frame);
  scene.records = []; // in no order of time: the records themselves are asked for where they are shown
  scene.count = Object.values(known.kinds).reduce((sum, count) => sum + count, 0);
  scene.mark = known.mark;
}

/** What was asked in a turn and what was answered, from the history where the scene has not heard of it. */
export function useDetails(scene, turn) {
  const [, draw] = useState(0);
  useEffect(() => {
    const ids = missing(scene, turn);
    if (!ids.length) return;
    get(records(scene.sessionId, { id: ids })).then((told) => { told.records.forEach((frame) => keep(scene, frame)); draw((one) => one + 1); }, () => {});
  }, [scene, turn]);
}

function missing(scene, turn) {
  const known = new Set([...scene.decided.values()].map((one) => one.id));
  const ids = turn.actions.map((action) => action.decision_id).filter((id) => id && !known.has(id));
  return scene.asked.has(`${turn.game_id}/${turn.turn}`) ? ids : [turn.presented_id, ...ids];
}
