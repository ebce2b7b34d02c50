// The page: which view is open follows from the address, `#/view/...`.

import { Agents } from "./agents.js";
import { Compare } from "./compare.js";
import { Operation } from "./operation.js";
import { People } from "./people.js";
import { Session } from "./session.js";
import { Sessions } from "./sessions.js";
import { Standings } from "./standings.js";
import { Start } from "./start.js";
import { html, render, signal, useEffect, useRef, useSignal } from "./ui.js";

const NAV = [["", "Sessions"], ["standings", "Standings"], ["agents", "Agents"], ["people", "People"], ["operation", "Operation"]];
const WHOLE_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const address = signal(parts());
const connection = signal("connecting");

function parts() {
  return location.hash.replace(/^#\/?/, "").split("/").map((part) => { try { return decodeURIComponent(part); } catch { return ""; } });
}

function say(state) {
  connection.value = state;
}

function View({ path }) {
  const [view, id, tab, detail] = path;
  if (view === "session" && id) return html`<${Session} key=${id} id=${id} tab=${tab} detail=${detail} say=${say} />`;
  if (view === "compare") return html`<${Compare} one=${id} other=${tab} say=${say} />`;
  const own = id && WHOLE_ID.test(id); // `people/SESSION` asks for the seats of one session
  const views = {
    start: () => html`<${Start} say=${say} />`,
    standings: () => html`<${Standings} tab=${id} say=${say} />`,
    agents: () => html`<${Agents} id=${id} say=${say} />`,
    people: () => html`<${People} tab=${own ? "" : id} session=${own ? id : ""} say=${say} />`,
    operation: () => html`<${Operation} tab=${id} id=${tab} say=${say} />`,
  };
  return (views[view] ?? (() => html`<${Sessions} say=${say} />`))();
}

function Page() {
  const path = useSignal(address);
  const state = useSignal(connection);
  const main = useRef(null);
  useEffect(() => { main.current.focus({ preventScroll: true }); scrollTo(0, 0); }, [path[0], path[1], path[2]]);
  const here = ["session", "start", "compare"].includes(path[0]) ? "" : path[0];
  return html`<a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); main.current.focus(); }}>To the content</a>
    <header><a class="brand" href="#/"><img src="/web/icon.svg" alt="" width="24" height="24" />Ethogram</a>
      <nav aria-label="Views">${NAV.map(([key, name]) => html`<a href=${`#/${key}`} aria-current=${key === here ? "page" : null}>${name}</a>`)}</nav>
      <span class=${`connection ${state}`} role="status">${state}</span></header>
    <main id="main" tabindex="-1" ref=${main}><${View} path=${path} /></main>`;
}

addEventListener("hashchange", () => { address.value = parts(); });
addEventListener("offline", () => say("offline"));
const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Page} />`, root);
