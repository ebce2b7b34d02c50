// The timeline of turns, however many, and one of them in full: what was asked, what each seat answered and why.

import { useDetails } from "./reading.js";
import { kept, optionOf, place } from "./scene.js";
import { number, plain, to } from "./text.js";
import { Empty, LongList, Pill, html, useEffect, useMemo, useState } from "./ui.js";

const ROW = 46;

/** The first `count` turns; `number` is the one that the address names. */
export function Turns({ scene, count, number: named }) {
  const [wanted, want] = useState("");
  const [chosen, choose] = useState(named);
  useEffect(() => { if (named) choose(named); }, [named]);
  const agents = [...scene.specs.keys()];
  const rows = useMemo(() => scene.turns.slice(0, count).filter((turn) => turn && (!wanted || turn.actions.some((one) => one.agent_id === wanted))),
    [scene.resolved, scene.count, count, wanted]);
  const at = rows.findIndex((turn) => turn.number === chosen);
  const pick = (place) => {
    choose(rows[place].number);
    history.replaceState(null, "", to("session", scene.sessionId, "turns", String(rows[place].number)));
  };
  if (!scene.resolved) return html`<${Empty} title="No turn has been resolved yet"><p>The first one appears here as soon as every seat has answered.</p><//>`;
  return html`<div class="turns"><div><div class="row"><h2>${rows.length} turns</h2>
      <label class="quiet">of <select onChange=${(event) => want(event.target.value)}><option value="">all agents</option>${agents.map((id) => html`<option value=${id} selected=${id === wanted}>${plain(id, 64)}</option>`)}</select></label></div>
    <${LongList} count=${rows.length} height=${ROW} label="Turns" chosen=${at} choose=${pick} row=${(index) => line(scene, rows[index])} /></div>
    <div class="detail" aria-live="polite">${at >= 0 ? html`<${Turn} scene=${scene} turn=${rows[at]} />` : html`<p class="quiet">Choose a turn to see what was asked, what was answered and why. Arrow keys walk through them.</p>`}</div></div>`;
}

function line(scene, turn) {
  return html`<span class="n quiet">${turn.number}</span><span class="where">${plain(turn.kind === "scenario" ? turn.situation.archetype : `${turn.game_id} · ${turn.turn}`, 40)}</span>
    <span class="acts">${turn.actions.map((one) => html`<span><b>${plain(one.agent_id, 24)}</b> <i class=${kept(scene, turn, one) ? "C" : "D"}>${plain(named(scene, turn, one), 40)}</i>${one.executed !== one.intended && html`<em title="noise turned the intended action round">noise</em>`}</span>`)}</span>`;
}

function named(scene, turn, action) {
  if (action.outcome !== "chosen") return action.outcome;
  const option = optionOf(scene, turn, action);
  return option?.name || (turn.kind === "scenario" && option?.text.toLowerCase()) || action.executed;
}

function Turn({ scene, turn }) {
  useDetails(scene, turn);
  const asked = scene.asked.get(place(turn.game_id, turn.turn));
  const options = turn.options?.length ? turn.options : asked?.options ?? [];
  const text = (asked?.text ?? "").split("\n- ")[0];
  return html`<article><h3>Turn ${turn.number}</h3><p class="quiet facts"><span>${plain(turn.game_id, 64)}, ${turn.kind === "scenario" ? "scenario" : "round"} ${turn.turn}</span>
      ${turn.situation && html`<span>${turn.situation.archetype}</span><span>stress ${number(turn.situation.stress)}</span><span>facing ${plain(turn.situation.counterpart, 60)}, who ${turn.situation.conduct === "D" ? "broke faith" : "kept faith"} before</span>`}</p>
    ${text && html`<p class="asked">${plain(text, 4000)}</p>`}
    ${turn.actions.map((action) => html`<${Answer} scene=${scene} turn=${turn} action=${action} options=${options} />`)}</article>`;
}

function Answer({ scene, turn, action, options }) {
  const made = scene.decided.get(place(turn.game_id, turn.turn, action.seat));
  const calls = made?.calls ?? [];
  return html`<section class="answer"><div class="row"><h4>${plain(action.agent_id, 64)}</h4>${action.outcome !== "chosen" && html`<${Pill} word=${action.outcome} />`}
      <span class="quiet facts">${turn.kind === "game" && html`<span>payoff ${number(action.payoff, 1)}</span>`}
        ${made?.latency_ms != null && html`<span>${number(made.latency_ms, 1)} ms</span>`}${made?.confidence != null && html`<span>confidence ${number(made.confidence)}</span>`}
        ${calls.length > 0 && html`<span>${calls.length} model calls</span>`}${made?.tokens > 0 && html`<span>${made.tokens} tokens</span>`}${made?.cost_micros > 0 && html`<span>$${(made.cost_micros / 1e6).toFixed(4)}</span>`}</span></div>
    <ul class="options">${options.map((option) => html`<li class=${option.id === action.executed ? `picked ${kept(scene, turn, action) ? "C" : "D"}` : ""}><code>${plain(option.id, 12)}</code><span>${plain(option.text, 600)}</span></li>`)}</ul>
    ${action.executed !== action.intended && html`<p class="caption">It intended ${plain(action.intended, 40)}; noise turned that round.</p>`}
    ${action.overridden && html`<p class="notice">Carried out otherwise: ${plain(action.overridden, 200)}.</p>`}
    ${made?.error && html`<p class="notice">${plain(made.error)}</p>`}
    ${made?.reasoning && html`<blockquote>${plain(made.reasoning, 4000)}</blockquote>`}
    ${action.claims?.length > 0 && html`<p class="caption">Claims: ${plain(action.claims.join(", "), 400)}</p>`}</section>`;
}
