// Start a session: a form made from the JSON Schema of the training file, so that it offers all that a file may say.

import { failure, send } from "./api.js";
import { plain, to } from "./text.js";
import { Answered, html, useAnswer, useEffect, useRef, useState } from "./ui.js";

const HIDDEN = ["session_id"];
const builtin = (id, strategy) => ({ id, adapter: "builtin", config: { strategy } });
const DUEL = { game: "prisoners-dilemma", rounds: 50, noise: 0.05, pairing: "round-robin", repetitions: 1 };
const EXAMPLES = {
  "Two strategies": { name: "tit-for-tat and grim trigger", seed: 7, mode: "auto", agents: [builtin("tft", "tit-for-tat"), builtin("grim", "grim-trigger")], games: [DUEL],
    scenarios: { archetypes: ["loyalty", "betrayal", "scarcity"], count: 6 } },
  "A seat for you": { name: "me against tit-for-tat", seed: 7, mode: "auto", agents: [{ id: "me", adapter: "human", config: {} }, builtin("tft", "tit-for-tat")], games: [{ ...DUEL, rounds: 10 }] },
};

/** The form. */
export function Start({ say }) {
  const answer = useAnswer("/v1/openapi.json");
  useEffect(() => { document.title = "Start a session · Ethogram"; }, []);
  useEffect(() => say(answer.error ? "offline" : answer.data ? "live" : "connecting"), [answer.error, answer.data]);
  return html`<p class="crumb"><a href="#/">Sessions</a></p><h1>Start a session</h1><${Answered} answer=${answer}>${(document) => html`<${Form} schemas=${document.components.schemas} />`}<//>`;
}

function Form({ schemas }) {
  const [training, set] = useState(Object.values(EXAMPLES)[0]);
  const [trouble, setTrouble] = useState(null);
  const [sending, setSending] = useState(false);
  const key = useRef(crypto.randomUUID()); // asking twice starts one session
  const change = (next) => { key.current = crypto.randomUUID(); set(next); };
  const submit = async (event) => {
    event.preventDefault();
    setSending(true);
    setTrouble(null);
    try {
      const { session_id: id } = await send("/v1/sessions", training, { "Idempotency-Key": key.current });
      location.hash = training.agents.some((one) => one.adapter === "human") ? to("people", id) : to("session", id);
    } catch (error) {
      setTrouble(error);
    }
    setSending(false);
  };
  return html`<p class="examples">Begin with ${Object.entries(EXAMPLES).map(([name, value]) => html`<button type="button" onClick=${() => change(value)}>${name}</button> `)}</p>
    <form class="training" onSubmit=${submit}><${Fields} schema=${schemas.StartTraining} schemas=${schemas} value=${training} change=${change} />
      ${trouble && html`<${Refused} error=${trouble} />`}
      <p><button class="primary" disabled=${sending}>${sending ? "Starting …" : "Start"}</button></p>
      <details><summary>The same as a file</summary><pre>${JSON.stringify(training, null, 2)}</pre></details></form>`;
}

function Refused({ error }) {
  const told = failure(error);
  const wrong = error.body?.errors ?? [];
  return html`<div class="trouble" role="alert"><h2>${told.title}</h2><p>${plain(told.detail)}</p>
    ${wrong.length > 0 && html`<ul>${wrong.map((one) => html`<li><code>${plain(one.pointer ?? one.field ?? "", 200)}</code> ${plain(one.detail ?? one.message ?? "", 400)}</li>`)}</ul>`}</div>`;
}

function Fields({ schema, schemas, value, change }) {
  const names = Object.keys(schema.properties).filter((name) => !HIDDEN.includes(name));
  const order = [...(schema.required ?? []), ...names.filter((name) => !schema.required?.includes(name))].filter((name) => names.includes(name));
  return order.map((name) => html`<${Field} key=${name} name=${name} schema=${schema.properties[name]} schemas=${schemas} needed=${schema.required?.includes(name)}
    value=${value?.[name]} change=${(next) => { const { [name]: _, ...rest } = value ?? {}; change(next === undefined ? rest : { ...rest, [name]: next }); }} />`);
}

function resolved(schema, schemas) {
  const known = schema.$ref ? schemas[schema.$ref.split("/").at(-1)] : schema;
  const choice = known.anyOf?.find((one) => one.type !== "null");
  return choice ? { ...resolved(choice, schemas), description: known.description, optional: true } : known;
}

/** One field, by its type. */
function Field({ name, schema: given, schemas, value, change, needed }) {
  const schema = resolved(given, schemas);
  const hint = plain((given.description ?? schema.description ?? "").replaceAll("`", ""), 400);
  const label = name.replaceAll("_", " ");
  if (schema.const !== undefined) return null;
  if (schema.type === "object" && schema.properties) return html`<${Group} label=${label} hint=${hint} schema=${schema} schemas=${schemas} value=${value} change=${change} needed=${needed} />`;
  if (schema.type === "array" && schema.items.enum) return html`<${Ticks} label=${label} hint=${hint} of=${schema.items.enum} value=${value ?? []} change=${change} />`;
  if (schema.type === "array" && (schema.items.$ref || schema.items.type === "object")) return html`<${List} label=${label} hint=${hint} schema=${schema} schemas=${schemas} value=${value ?? []} change=${change} />`;
  return html`<label class="field"><span>${label}</span><${Entry} schema=${schema} value=${value} change=${change} needed=${needed} /><small>${hint}</small></label>`;
}

function Entry({ schema, value, change, needed }) {
  if (schema.enum) return html`<select onChange=${(event) => change(event.target.value)}>${schema.enum.map((one) => html`<option selected=${one === (value ?? schema.default)}>${one}</option>`)}</select>`;
  if (schema.type === "boolean") return html`<input type="checkbox" checked=${value ?? schema.default ?? false} onChange=${(event) => change(event.target.checked)} />`;
  if (schema.type === "integer" || schema.type === "number") {
    return html`<input type="number" required=${needed} value=${value ?? schema.default ?? ""} min=${schema.minimum} max=${schema.maximum} step=${schema.type === "integer" ? 1 : "any"}
      onInput=${(event) => change(event.target.value === "" ? undefined : Number(event.target.value))} />`;
  }
  if (schema.type === "object") return html`<${Json} value=${value ?? {}} change=${change} />`;
  if (schema.type === "array") return html`<input value=${(value ?? []).join(", ")} onChange=${(event) => change(event.target.value.split(",").map((one) => one.trim()).filter(Boolean))} />`;
  return html`<input required=${needed} maxlength=${schema.maxLength} pattern=${schema.pattern?.replace(/^\^|\$$/g, "").replaceAll("-]", "\\-]")} value=${value ?? schema.default ?? ""} onInput=${(event) => change(event.target.value || undefined)} />`;
}

function Json({ value, change }) {
  const [text, setText] = useState(JSON.stringify(value));
  const input = useRef(null);
  useEffect(() => setText(JSON.stringify(value)), [JSON.stringify(value)]);
  const take = (event) => {
    setText(event.target.value);
    try {
      const next = JSON.parse(event.target.value);
      input.current.setCustomValidity(next && typeof next === "object" && !Array.isArray(next) ? "" : "an object, as {\"strategy\": \"tit-for-tat\"}");
      if (input.current.checkValidity()) change(next);
    } catch {
      input.current.setCustomValidity("JSON, as {\"strategy\": \"tit-for-tat\"}");
    }
  };
  return html`<input ref=${input} class="mono" value=${text} onChange=${take} spellcheck="false" />`;
}

function Group({ label, hint, schema, schemas, value, change, needed }) {
  const on = value !== undefined && value !== null;
  return html`<fieldset><legend>${needed ? label : html`<label><input type="checkbox" checked=${on} onChange=${(event) => change(event.target.checked ? blank(schema, schemas) : undefined)} /> ${label}</label>`}</legend>
    <small>${hint}</small>${on && html`<div class="grid"><${Fields} schema=${schema} schemas=${schemas} value=${value} change=${change} /></div>`}</fieldset>`;
}

function List({ label, hint, schema, schemas, value, change }) {
  const items = resolved(schema.items, schemas);
  return html`<fieldset><legend>${label}</legend><small>${hint}</small>
    ${value.map((one, place) => html`<div class="item" key=${place}><div class="grid"><${Fields} schema=${items} schemas=${schemas} value=${one} change=${(next) => change(value.with(place, next))} /></div>
      ${value.length > (schema.minItems ?? 0) && html`<button type="button" class="danger" aria-label=${`Take out ${label} ${place + 1}`} onClick=${() => change(value.toSpliced(place, 1))}>Take out</button>`}</div>`)}
    <button type="button" onClick=${() => change([...value, blank(items, schemas)])}>Add one</button></fieldset>`;
}

function Ticks({ label, hint, of, value, change }) {
  return html`<fieldset class="ticks"><legend>${label}</legend><small>${hint}</small><div>${of.map((one) => html`<label><input type="checkbox" checked=${value.includes(one)}
    onChange=${(event) => change(event.target.checked ? [...value, one] : value.filter((other) => other !== one))} /> ${one}</label>`)}</div></fieldset>`;
}

/** What a new entry says before anything was changed: what is needed, with its defaults. */
function blank(schema, schemas) {
  return Object.fromEntries((schema.required ?? []).map((name) => {
    const one = resolved(schema.properties[name], schemas);
    return [name, one.const ?? one.default ?? (one.type === "array" ? (one.items.enum ?? []).slice(0, one.minItems ?? 0) : one.type === "integer" ? Math.max(6, one.minimum ?? 0) : "")];
  }));
}
