// Dead letters: what a service could not process, what to think of it, and what is to become of it.

import { send } from "./api.js";
import { ago, number, plain, to } from "./text.js";
import { Answered, Asking, Empty, Pill, html, useAnswer, useHead, useState } from "./ui.js";

const REFRESH_MS = 4000;
const WHOLE_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** The list, and one of them in full. */
export function Letters({ say, id }) {
  const answer = useAnswer("/v1/dead-letters", REFRESH_MS);
  const [status, choose] = useState("");
  useHead("Dead letters", say, answer);
  return html`<${Answered} answer=${answer}>${({ dead_letters: letters }) => {
    if (!letters.length) return html`<${Empty} title="No dead letters"><p>Every record was understood. What a service cannot process is kept here with its reason, and never lost.</p><//>`;
    const fitting = letters.filter((one) => !status || one.status === status);
    return html`<div class="turns"><div><label class="quiet">Show <select onChange=${(event) => choose(event.target.value)}><option value="">all</option>${["new", "redriven", "discarded"].map((name) => html`<option selected=${name === status}>${name}</option>`)}</select></label>
        <ul class="letters">${fitting.map((one) => html`<li><a href=${to("operation", "letters", String(one.id))} aria-current=${String(one.id) === id ? "true" : null}><span class="row"><b>${plain(one.code, 60)}</b><${Pill} word=${one.status} /></span>
          <span class="quiet">${plain(one.message, 160)}</span><span class="quiet facts"><span>${one.service}</span><span>${ago(one.created_at)}</span></span></a></li>`)}</ul>
        ${!fitting.length && html`<p class="quiet">None is ${status}.</p>`}</div>
      <div class="detail">${id ? html`<${Letter} key=${id} id=${id} again=${answer.reload} />` : html`<p class="quiet">Choose a dead letter to see what is wrong with it and what to do about it.</p>`}</div></div>`;
  }}<//>`;
}

function Letter({ id, again }) {
  const answer = useAnswer(`/v1/dead-letters/${encodeURIComponent(id)}`);
  const [asking, ask] = useState("");
  const act = async (what, body) => {
    await send(`/v1/dead-letters/${encodeURIComponent(id)}/${what}`, body);
    ask("");
    answer.reload();
    again();
  };
  return html`<${Answered} answer=${answer}>${(letter) => html`<h3>Dead letter ${letter.id}</h3>
    <p class="quiet facts"><${Pill} word=${letter.status} /><span>${letter.service}, while it tried to ${letter.stage}</span>${WHOLE_ID.test(letter.session_id) && html`<a href=${to("session", letter.session_id)}>session ${letter.session_id.slice(0, 8)}</a>`}</p>
    <p><b>${plain(letter.code, 60)}</b>: ${plain(letter.message, 1000)}</p>
    <div class="triage"><p><b>${plain(letter.triage.severity, 20)}</b>, ${plain(letter.triage.pattern, 60)}, ${number(letter.triage.confidence * 100, 0)} % sure${letter.triage.raised.length ? ` (raised: ${plain(letter.triage.raised.join(", "), 200)})` : ""}</p>
      <p>${plain(letter.triage.cause, 600)}</p><p class="quiet">${plain(letter.triage.next_step, 600)}</p></div>
    ${letter.reason && html`<p class="notice">Discarded. ${plain(letter.reason, 400)}</p>`}
    ${letter.status !== "discarded" && html`<div class="actions"><button onClick=${() => ask("redrive")}>Send it back</button><button class="danger" onClick=${() => ask("discard")}>Discard</button><span class="quiet">sent back ${letter.redrives} of 3 times</span></div>`}
    ${asking === "redrive" && html`<${Asking} words="Send it back now" note="The service gets the same bytes once more; its cause should be gone." fields=${[]} act=${() => act("redrive", {})} leave=${() => ask("")} />`}
    ${asking === "discard" && html`<${Asking} words="Discard for good" fields=${[["reason", "Why, for those who come later"]]} act=${({ reason }) => act("discard", { actor: localStorage.getItem("ethogram-name") || "anonymous", reason })} leave=${() => ask("")} />`}
    <h3>Where it stood</h3><p class="caption"><code>${plain(letter.topic, 120)} ${letter.partition}/${letter.offset}</code>, key <code>${plain(letter.key ?? "–", 120)}</code></p>
    <h3>Headers</h3><pre>${plain(Object.entries(letter.headers).map(([name, value]) => `${name}: ${value}`).join("\n"), 6000)}</pre>
    <h3>Bytes</h3><pre>${plain(letter.value ?? "none", 20_000)}</pre>`}<//>`;
}
