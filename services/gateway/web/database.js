// Questions to the database: one statement that reads, a table that comes back, kept questions, and a file of what came.

import { offer, send } from "./api.js";
import { number, plain } from "./text.js";
import { Answered, Trouble, html, useAnswer, useHead, useState } from "./ui.js";

const KEPT = "ethogram-questions";
const SHOWN = 200;
const OURS = {
  "Sessions by state": "SELECT state, count(*) AS sessions, sum(resolved_turns) AS turns\nFROM sessions\nGROUP BY state\nORDER BY sessions DESC",
  "Best mean scores": "SELECT agent_id, round(avg(total)::numeric, 3) AS mean, count(*) AS sessions\nFROM scores\nGROUP BY agent_id\nORDER BY mean DESC\nLIMIT 20",
  "Verdicts by agent": "SELECT agent_id, verdict, count(*)\nFROM verdicts\nGROUP BY agent_id, verdict\nORDER BY agent_id, verdict",
  "Slowest answers": "SELECT agent_id, session_id, game_id, turn, latency_ms\nFROM decisions\nWHERE latency_ms IS NOT NULL\nORDER BY latency_ms DESC\nLIMIT 50",
  "Who asked for what": "SELECT said_at, who, what, verdict, why\nFROM audit_log\nORDER BY said_at DESC\nLIMIT 100",
};

/** The view. */
export function Database({ say }) {
  const answer = useAnswer("/v1/database/tables");
  useHead("Database", say, answer);
  const [sql, write] = useState(Object.values(OURS)[0]);
  const [found, setFound] = useState(null);
  const [trouble, setTrouble] = useState(null);
  const [asking, setAsking] = useState(false);
  const [kept, setKept] = useState(read);
  const ask = async () => {
    setAsking(true);
    try {
      setFound(await send("/v1/database/questions", { sql }));
      setTrouble(null);
    } catch (error) {
      setTrouble(error);
      setFound(null);
    }
    setAsking(false);
  };
  const keep = (next) => { localStorage.setItem(KEPT, JSON.stringify(next)); setKept(next); };
  const save = (event) => { event.preventDefault(); const name = event.target.elements.name.value.trim(); if (name) { keep({ ...kept, [name]: sql }); event.target.reset(); } };
  const keys = (event) => { if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); ask(); } };
  return html`<${Answered} answer=${answer}>${({ tables }) => html`<div class="database"><div>
      <textarea class="sql" rows="8" spellcheck="false" aria-label="SQL" value=${sql} onInput=${(event) => write(event.target.value)} onKeyDown=${keys} />
      <div class="actions"><button class="primary" disabled=${asking || !sql.trim()} onClick=${ask}>${asking ? "Asking …" : "Ask"}</button><span class="quiet">Ctrl and Enter. It reads only, for 5 seconds and 1,000 rows at most.</span></div>
      ${trouble && html`<${Trouble} error=${trouble} />`}${found && html`<${Table} found=${found} />`}</div>
    <aside><h2>Questions</h2><ul class="plainlist">${Object.entries({ ...OURS, ...kept }).map(([name, text]) => html`<li><button class="plain" onClick=${() => write(text)}>${plain(name, 80)}</button>${kept[name] && html` <button class="plain quiet" aria-label=${`Forget ${name}`} onClick=${() => { const { [name]: _, ...rest } = kept; keep(rest); }}>×</button>`}</li>`)}</ul>
      <form class="inline" onSubmit=${save}><input name="name" placeholder="Keep this one as" aria-label="Keep this question as" maxlength="80" /><button>Keep</button></form>
      <h2>Tables</h2>${tables.map((table) => html`<details class="schema"><summary>${table.name}</summary>${table.about && html`<p class="caption">${plain(table.about, 300)}</p>`}<ul>${table.columns.map((column) => html`<li title=${plain(column.about, 300)}><code>${column.name}</code> <span class="quiet">${column.type.toLowerCase()}</span></li>`)}</ul></details>`)}</aside></div>`}<//>`;
}

function read() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "{}"); } catch { return {}; }
}

function Table({ found }) {
  return html`<div class="row found"><p class="quiet">${found.rows.length}${found.more ? " of more" : ""} rows in ${number(found.milliseconds, 0)} ms</p><button onClick=${() => offer(csv(found), "text/csv", "ethogram.csv")}>Save as CSV</button></div>
    <div class="scroll" tabindex="0" role="region" aria-label="What came back"><table class="cells"><thead><tr>${found.columns.map((name, at) => html`<th class=${typeof found.rows[0]?.[at] === "number" ? "n" : ""}>${plain(name, 60)}</th>`)}</tr></thead>
      <tbody>${found.rows.slice(0, SHOWN).map((row) => html`<tr>${row.map((value) => html`<td class=${typeof value === "number" ? "n" : ""}>${value === null ? html`<span class="quiet">null</span>` : plain(value, 300)}</td>`)}</tr>`)}</tbody></table></div>
    ${found.rows.length > SHOWN && html`<p class="caption">The first ${SHOWN}; the file has all ${found.rows.length}.</p>`}`;
}

/** A table as CSV; text that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csv({ columns, rows }) {
  const cell = (value) => {
    const text = value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
}
