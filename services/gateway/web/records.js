// The records themselves, as they stand on the topics: the newest of the history, and what came since.

import { records, typeOf } from "./reading.js";
import { kind } from "./scene.js";
import { plain } from "./text.js";
import { Answered, LongList, html, useAnswer, useMemo, useState } from "./ui.js";

const ROW = 34;
const MOST = 2000;

/** The newest records first; one of them whole. */
export function Records({ scene, drawn }) {
  const [wanted, want] = useState("");
  const answer = useAnswer(records(scene.sessionId, { limit: MOST, ...(wanted ? { kind: typeOf(wanted) } : {}) }));
  return html`<${Answered} answer=${answer}>${(past) => html`<${Found} scene=${scene} past=${past} drawn=${drawn} wanted=${wanted} want=${want} />`}<//>`;
}

function Found({ scene, past, drawn, wanted, want }) {
  const [chosen, choose] = useState(null);
  const ui = useAnswer("/v1/links").data?.kafka_ui;
  const rows = useMemo(() => {
    const known = new Set(past.records.map(where));
    const since = scene.records.filter((frame) => (!wanted || kind(frame) === wanted) && !known.has(where(frame))).toReversed();
    return [...since, ...past.records];
  }, [past, drawn, wanted]);
  const kinds = Object.keys(past.kinds).map((type) => kind({ type })).sort();
  const whole = wanted ? past.kinds[typeOf(wanted)] ?? 0 : scene.count;
  const at = rows.findIndex((frame) => chosen && where(frame) === where(chosen));
  return html`<div class="turns"><div><div class="row"><h2>${rows.length} records</h2>
      <label class="quiet">of kind <select onChange=${(event) => want(event.target.value)}><option value="">any</option>${kinds.map((name) => html`<option selected=${name === wanted}>${name}</option>`)}</select></label></div>
    ${rows.length < whole && html`<p class="caption">The newest of ${whole}; <code>ethogram watch --json</code> has them all.</p>`}
    <${LongList} count=${rows.length} height=${ROW} label="Records" chosen=${at} choose=${(index) => choose(rows[index])} row=${(index) => html`<span class="kind">${kind(rows[index])}</span><span class="quiet n">${rows[index].partition}/${rows[index].offset}</span>`} /></div>
    <div class="detail" tabindex="0" role="region" aria-label="The chosen record">${chosen ? html`<h3>${kind(chosen)}</h3><p class="quiet facts"><span>${plain(chosen.topic, 100)} ${chosen.partition}/${chosen.offset}</span><span>${plain(chosen.time, 40)}</span><code>${plain(chosen.id, 80)}</code>${ui && html`<a href=${kafkaUi(ui, chosen.topic, scene.sessionId)} target="_blank" rel="noopener">in the Kafka UI</a>`}</p>
      <pre>${plain(JSON.stringify(chosen.event, null, 2), 60_000)}</pre>` : html`<p class="quiet">Choose a record to read it.</p>`}</div></div>`;
}

function kafkaUi(address, topic, session) {
  return `${address.replace(/\/$/, "")}/ui/clusters/ethogram/all-topics/${encodeURIComponent(topic)}/messages?mode=TAILING&limit=100&stringFilter=${session}`;
}

function where(frame) {
  return `${frame.topic} ${frame.partition} ${frame.offset}`;
}
