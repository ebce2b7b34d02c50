// The page: which view is open follows from the address, `#/` or `#/session/<id>`.

import { pill } from "./dom.js";
import { openSession } from "./session.js";
import { openSessions } from "./sessions.js";

const main = document.getElementById("main");
const connection = document.getElementById("connection");
let close = () => {};

function say(state) {
  const next = pill(state);
  connection.className = next.className;
  connection.textContent = state;
}

function open() {
  close();
  const [, view, id] = location.hash.split("/");
  close = view === "session" && id ? openSession(main, decodeURIComponent(id), say) : openSessions(main, say);
  main.focus({ preventScroll: true });
}

addEventListener("hashchange", open);
open();
