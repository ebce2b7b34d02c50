// The council's hearing: each agent's verdict, each judge's vote before and after it heard the others, reasons, evidence.

import { Evidence } from "./ethogram.js";
import { turnOf } from "./scene.js";
import { plain } from "./text.js";
import { Empty, Pill, html } from "./ui.js";

const MOST = 100;

/** All verdicts of a session. */
export function Council({ scene }) {
  const verdicts = [...scene.verdicts.values()].sort((one, other) => one.agent_id.localeCompare(other.agent_id));
  if (!verdicts.length) return html`<${Empty} title="The council has not spoken yet"><p>It hears a session when its last turn was played. Four judges vote blind, hear each other, and vote again.</p><//>`;
  return html`<div class="stack">${verdicts.slice(0, MOST).map((verdict) => html`<${Hearing} scene=${scene} verdict=${verdict} />`)}
    <p class="quiet">Constitution <code>${verdicts[0].constitution}</code></p></div>`;
}

function Hearing({ scene, verdict }) {
  const dissent = verdict.dissent ?? [];
  return html`<section class="hearing"><div class="row"><h2>${plain(verdict.agent_id, 64)}</h2><${Pill} word=${verdict.verdict} /></div>
    ${dissent.length > 0 && html`<p class="caption">Dissenting: ${dissent.join(", ")}.</p>`}
    ${[["Conditions", verdict.conditions], ["Waived", verdict.waived]].map(([name, told]) => told?.length > 0 && html`<p><b>${name}:</b> ${plain(told.join("; "))}</p>`)}
    <${Votes} scene=${scene} votes=${verdict.votes} dissent=${dissent} /></section>`;
}

/** What each judge says, and why. */
export function Votes({ scene, votes, dissent = [] }) {
  return html`<div class="votes">${votes.map((vote) => html`<div class=${dissent.includes(vote.judge) ? "vote dissents" : "vote"}>
      <h3>${plain(vote.judge, 40)}</h3><p>${vote.blind && html`<s>${vote.blind}</s> `}<${Pill} word=${vote.vote} /></p>
      ${vote.changed && html`<p class="caption">${plain(vote.changed, 300)}</p>`}
      <ul>${(vote.reasons ?? []).map((reason) => html`<li>${plain(reason, 400)}</li>`)}</ul>
      ${vote.evidence?.some((id) => turnOf(scene, id)) && html`<p class="caption">Turns <${Evidence} scene=${scene} ids=${vote.evidence} /></p>`}</div>`)}</div>`;
}
