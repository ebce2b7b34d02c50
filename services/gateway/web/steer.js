// What people may ask of a session: hold it, let it go on, end it, steer a seat, tell it something, overrule the council.

import { save, send } from "./api.js";
import { ended } from "./scene.js";
import { plain, to } from "./text.js";
import { Asking, html, useState } from "./ui.js";

const WHY = ["reason", "Reason, kept in the history"];
const RULINGS = ["approve", "approve-with-conditions", "reject", "escalate"];
const WAYS = {
  pause: { words: "Pause", states: ["running"], fields: () => [WHY] },
  resume: { words: "Resume", states: ["paused"], fields: () => [WHY] },
  cancel: { words: "End it", states: ["running", "paused"], fields: () => [WHY], danger: true },
  override: { words: "Override a choice", states: ["running", "paused"], more: true, note: "Carried out at that seat's next turn, in place of what its agent chooses; what it would have chosen is kept.",
    fields: (scene) => [["game_id", "Game", [...scene.games.keys()]], ["seat", "Seat", ["0", "1", "2", "3"]], ["option", "Option, such as C"], WHY] },
  inject: { words: "Tell the agents", states: ["running", "paused"], more: true, note: "The next turn of that game ends with these words.",
    fields: (scene) => [["game_id", "Game", [...scene.games.keys()]], ["text", "What they are told"], ["reason", "Reason"]] },
  overrule: { words: "Overrule the council", states: ["completed", "judging"], more: true, note: "The verdict stands on record beside yours.",
    fields: (scene) => [["agent_id", "Agent", [...scene.verdicts.keys()]], ["verdict", "Verdict", RULINGS], WHY] },
};

/** The buttons of a session, and the form of the one that was pressed. */
export function Actions({ scene, still, hold }) {
  const [asking, ask] = useState(null);
  const [told, tell] = useState("");
  const possible = Object.entries(WAYS).filter(([, way]) => way.states.includes(scene.state));
  const act = async (values) => {
    const { seat, ...rest } = values;
    await send(`/v1/sessions/${scene.sessionId}/${asking}`, { actor: localStorage.getItem("ethogram-name") || "web", ...rest, ...(seat === undefined ? {} : { seat: Number(seat) }) });
    tell("Asked; it shows here when it is done.");
    ask(null);
  };
  const report = async () => {
    try {
      await save(`/v1/sessions/${scene.sessionId}/report.html`, `ethogram-${scene.sessionId.slice(0, 8)}.html`);
      tell("Saved: one file with plots, evidence and method.");
    } catch (error) {
      tell(plain(error.message));
    }
  };
  const way = WAYS[asking];
  if (way && way.states.includes(scene.state)) return html`<${Asking} key=${asking} words=${way.words} note=${way.note} danger=${way.danger} fields=${way.fields(scene)} act=${act} leave=${() => ask(null)} />`;
  const button = ([what, one]) => html`<button class=${one.danger ? "danger" : ""} onClick=${() => { tell(""); ask(what); }}>${one.words}</button>`;
  const [first, more] = [possible.filter(([, one]) => !one.more), possible.filter(([, one]) => one.more)];
  return html`<div class="actions">${told && html`<span class="quiet" role="status">${told}</span>`}${first.map(button)}
    ${!ended(scene) && scene.count > 0 && html`<button aria-pressed=${still} onClick=${() => hold(!still)}>${still ? "Follow again" : "Hold the view"}</button>`}
    ${ended(scene) && scene.count > 0 && html`<button onClick=${report}>Save the report</button>`}
    ${scene.count > 0 && html`<a class="button" href=${to("compare", scene.sessionId)}>Compare</a>`}
    ${more.length > 0 && html`<details class="menu"><summary class="button">More</summary><div>${more.map(button)}</div></details>`}</div>`;
}
