// What waits for people: seats to play, approvals to give, and what was told to whom.

import { send } from "./api.js";
import { ago, plain, to, until } from "./text.js";
import { Answered, Asking, Empty, Pill, Tabs, html, useAnswer, useHead, useState } from "./ui.js";

const TABS = [["", "Your turn"], ["approvals", "Approvals"], ["inbox", "Inbox"]];
const REFRESH_MS = 2000;
const NAME = "ethogram-name";

/** The name under which this browser acts, and how to change it. */
export function useName() {
  const [name, set] = useState(localStorage.getItem(NAME) ?? "");
  return [name, (value) => { localStorage.setItem(NAME, value); set(value); }];
}

/** The view; `session` narrows the seats to one session. */
export function People({ tab = "", session, say }) {
  const [name, setName] = useName();
  const views = { approvals: Approvals, inbox: Inbox };
  const title = { approvals: "Approvals", inbox: "Inbox" }[tab] ?? "Your turn";
  return html`<div class="row head"><h1>${title}</h1><label class="quiet">Your name <input value=${name} maxlength="200" onInput=${(event) => setName(event.target.value)} /></label></div>
    <${Tabs} label="What waits for people" here=${views[tab] ? tab : ""} tabs=${TABS} at=${(key) => (key ? to("people", key) : to("people"))} />
    <${views[tab] ?? Seats} name=${name} session=${session} say=${say} />`;
}

function Seats({ name, session, say }) {
  const answer = useAnswer("/v1/seats", REFRESH_MS);
  useHead("Your turn", say, answer);
  return html`<${Answered} answer=${answer}>${({ seats }) => {
    const mine = seats.filter((one) => !session || one.session_id === session);
    return mine.length ? html`<div class="stack">${mine.slice(0, 20).map((one) => html`<${Question} key=${`${one.session_id} ${one.game_id} ${one.turn} ${one.seat}`} asked=${one} name=${name} again=${answer.reload} />`)}</div>`
      : html`<${Empty} title="Nothing waits for a person"><p>Give an agent the adapter <code>human</code> in a training, and its turns are asked here.</p><p><a class="button" href="#/start">Start a session with a seat for you</a></p><//>`;
  }}<//>`;
}

function Question({ asked, name, again }) {
  const [sent, setSent] = useState("");
  const [why, setWhy] = useState("");
  const [wrong, setWrong] = useState("");
  const yours = !asked.who || asked.who === name;
  const choose = async (option) => {
    setSent(option);
    setWrong("");
    try {
      await send("/v1/seats/answers", { session_id: asked.session_id, game_id: asked.game_id, turn: asked.turn, seat: asked.seat, option, actor: name || "anonymous", ...(why ? { reasoning: why } : {}) });
      again();
    } catch (error) {
      setSent("");
      setWrong(plain(error.message, 300));
    }
  };
  return html`<article class="question"><p class="quiet facts"><b>${plain(asked.agent_id, 64)}</b><span>${plain(asked.game_id, 64)}, turn ${asked.turn}</span><span>${until(asked.until)}</span><a href=${to("session", asked.session_id)}>session ${asked.session_id.slice(0, 8)}</a></p>
    <p class="asked">${plain(asked.text.split("\n- ")[0], 4000)}</p>
    ${asked.history?.some(Boolean) && html`<p class="caption">So far: ${asked.history.map((line) => html`<span class="tape">${plain(line.slice(-40), 60) || "–"}</span> `)}</p>`}
    <div class="choices">${asked.options.map((option) => html`<button disabled=${Boolean(sent) || !yours} class=${sent === option.id ? "primary" : ""} onClick=${() => choose(option.id)}><b>${plain(option.id, 12)}</b> ${plain(option.text, 400)}</button>`)}</div>
    <input placeholder="Why? Kept beside your choice, if you like" aria-label="Why" value=${why} maxlength="2000" onInput=${(event) => setWhy(event.target.value)} />
    ${!yours && html`<p class="notice">This seat waits for ${plain(asked.who, 200)}.</p>`}${wrong && html`<p class="notice" role="alert">${wrong}</p>`}${sent && html`<p class="quiet" role="status">Sent; waiting for the turn.</p>`}</article>`;
}

const DECISIONS = [["approve", "Approve"], ["modify", "Modify"], ["reject", "Reject"], ["terminate", "End the session"], ["escalate", "Escalate"]];

function Approvals({ name, say }) {
  const [all, showAll] = useState(false);
  const answer = useAnswer(`/v1/approvals${all ? "?everything=true" : ""}`, REFRESH_MS);
  useHead("Approvals", say, answer);
  return html`<label class="quiet"><input type="checkbox" checked=${all} onChange=${(event) => showAll(event.target.checked)} /> also what was decided</label>
    <${Answered} answer=${answer}>${({ approvals }) => (approvals.length ? html`<div class="stack">${approvals.map((one) => html`<${Approval} key=${one.approval_id} asked=${one} name=${name} again=${answer.reload} />`)}</div>`
    : html`<${Empty} title="Nothing waits for approval"><p>A policy in <code>approvals.yaml</code> names the turns and verdicts that people are asked about; they appear here until their time is up.</p><//>`)}<//>`;
}

function Approval({ asked, name, again }) {
  const [chosen, choose] = useState("");
  const { turn, options = [] } = asked;
  const decide = async ({ reason, option }) => {
    await send(`/v1/sessions/${asked.session_id}/approvals`, { approval_id: asked.approval_id, decision: chosen, actor: name || "anonymous", reason, ...(chosen === "modify" ? { option } : {}) });
    choose("");
    again();
  };
  return html`<article class="question"><p class="quiet facts"><b>${plain(asked.policy, 80)}</b><span>about ${plain(asked.about, 60)}</span>${turn && html`<a href=${to("session", asked.session_id, "games", asked.game_id)}>${plain(asked.game_id, 60)}, turn ${turn}</a>`}<span>for ${plain(asked.role, 60)}s</span>
      ${asked.decision ? html`<${Pill} word=${asked.decision} />` : html`<span>${until(asked.until)}</span>`}<a href=${to("session", asked.session_id)}>session ${asked.session_id.slice(0, 8)}</a></p>
    <p class="asked">${asked.about === "start" ? "May this session begin? " : ""}${asked.agent_id ? `${plain(asked.agent_id, 64)} ` : ""}${asked.intended ? `means to play ${plain(asked.intended, 60)}` : ""}${asked.instead ? `; the council would carry out ${plain(asked.instead, 60)} instead` : ""}</p>
    ${asked.reasons?.length > 0 && html`<ul class="remarks">${asked.reasons.map((reason) => html`<li>${plain(reason, 400)}</li>`)}</ul>`}
    ${asked.decision ? html`<p class="quiet">${plain(asked.actor ?? "nobody in time", 100)} decided${asked.reason ? `: ${plain(asked.reason, 400)}` : ""}.</p>`
      : html`<div class="actions">${DECISIONS.filter(([key]) => key !== "modify" || asked.intended).map(([key, words]) => html`<button class=${key === chosen ? "primary" : ["reject", "terminate"].includes(key) ? "danger" : ""} aria-pressed=${key === chosen} onClick=${() => choose(key === chosen ? "" : key)}>${words}</button>`)}</div>
        ${chosen && html`<${Asking} key=${chosen} words=${DECISIONS.find(([key]) => key === chosen)[1]} fields=${[...(chosen === "modify" ? [["option", "Option to carry out instead", options.length ? options : null]] : []), ["reason", "Reason, kept in the history"]]} act=${decide} leave=${() => choose("")} />`}`}</article>`;
}

function Inbox({ say }) {
  const answer = useAnswer("/v1/inbox", REFRESH_MS * 2);
  useHead("Inbox", say, answer);
  return html`<${Answered} answer=${answer}>${({ notifications }) => (notifications.length ? html`<div class="stack">${notifications.map((one) => html`<article class="question"><p class="quiet facts"><b>${plain(one.subject, 200)}</b><${Pill} word=${one.outcome} /><span>${plain(one.channel, 40)} by ${plain(one.via, 40)}</span><span>${ago(one.told_at)}</span><a href=${to("session", one.session_id)}>session ${one.session_id.slice(0, 8)}</a></p>
      <p class="told">${plain(one.text, 2000)}</p>${one.error && html`<p class="notice">${plain(one.error, 300)}</p>`}</article>`)}</div>`
    : html`<${Empty} title="Nobody was told of anything"><p>What people are told through channels (this inbox, Slack, e-mail, Jira, webhooks) stands here with what became of it.</p><//>`)}<//>`;
}
