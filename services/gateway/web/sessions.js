// All sessions, newest first.

import { h, pill } from "./dom.js";

const REFRESH_MS = 2000;

/** Show the list in `main` and keep it fresh; returns what to call when the visitor goes elsewhere. */
export function openSessions(main, say) {
  let gone = false;
  let timer = null;
  const refresh = async () => {
    const sessions = await load(say);
    if (gone) return;
    if (sessions) main.replaceChildren(h("h1", {}, "Sessions"), sessions.length ? list(sessions) : empty());
    timer = setTimeout(refresh, REFRESH_MS);
  };
  document.title = "Ethogram";
  refresh();
  return () => { gone = true; clearTimeout(timer); };
}

async function load(say) {
  try {
    const answer = await fetch("/v1/sessions");
    const body = await answer.json();
    say(answer.ok ? "live" : "reconnecting");
    return answer.ok ? body.sessions : null;
  } catch {
    say("offline");
    return null;
  }
}

function list(sessions) {
  return h("ul", { class: "sessions" }, sessions.map((session) => {
    const share = session.planned_turns ? (100 * session.resolved_turns) / session.planned_turns : 0;
    return h("li", {}, h("a", { class: "card", href: `#/session/${encodeURIComponent(session.session_id)}` },
      h("h3", {}, session.name), pill(session.state),
      h("span", { class: "quiet" }, `${session.resolved_turns} of ${session.planned_turns ?? "?"} turns · ${when(session.started_at)}`),
      h("code", { class: "quiet" }, session.session_id.slice(0, 8)),
      h("div", { class: "progress" }, h("i", { "width%": Math.min(100, share) }))));
  }));
}

function empty() {
  return h("section", { class: "card" }, h("p", {}, "No session yet. Start one:"),
    h("p", {}, h("code", {}, "ethogram start examples/training/quickstart.yaml --wait")));
}

function when(stamp) {
  return stamp ? new Date(stamp).toLocaleString() : "";
}
