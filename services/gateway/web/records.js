// The records themselves, as they stand on the topics.

import { kind } from "./scene.js";
import { plain } from "./text.js";
import { LongList, html, useState } from "./ui.js";

const ROW = 34;

/** The newest records first; one of them whole. */
export function Records({ scene }) {
  const [wanted, want] = useState("");
  const [chosen, choose] = useState(null);
  const kinds = [...new Set(scene.records.map(kind))].sort();
  const rows = scene.records.filter((frame) => !wanted || kind(frame) === wanted).toReversed();
  const at = rows.indexOf(chosen);
  return html`<div class="turns"><div><div class="row"><h2>${rows.length} records</h2>
      <label class="quiet">of kind <select onChange=${(event) => want(event.target.value)}><option value="">any</option>${kinds.map((name) => html`<option selected=${name === wanted}>${name}</option>`)}</select></label></div>
    ${scene.records.length < scene.count && html`<p class="caption">The newest of ${scene.count}; <code>ethogram watch --json</code> has them all.</p>`}
    <${LongList} count=${rows.length} height=${ROW} label="Records" chosen=${at} choose=${(index) => choose(rows[index])} row=${(index) => html`<span class="kind">${kind(rows[index])}</span><span class="quiet n">${rows[index].partition}/${rows[index].offset}</span>`} /></div>
    <div class="detail">${chosen ? html`<h3>${kind(chosen)}</h3><p class="quiet facts"><span>${plain(chosen.topic, 100)} ${chosen.partition}/${chosen.offset}</span><span>${plain(chosen.time, 40)}</span><code>${plain(chosen.id, 80)}</code></p>
      <pre>${plain(JSON.stringify(chosen.event, null, 2), 60_000)}</pre>` : html`<p class="quiet">Choose a record to read it.</p>`}</div></div>`;
}
