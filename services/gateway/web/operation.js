// How well it runs, and what those who run it look after: a tab for each.

import { Configuration } from "./configuration.js";
import { Database } from "./database.js";
import { Keys } from "./keys.js";
import { Letters } from "./letters.js";
import { Alerts, Objectives, Performance } from "./performance.js";
import { to } from "./text.js";
import { Tabs, html } from "./ui.js";

const TABS = [["", "Service levels"], ["alerts", "Alerts"], ["performance", "Performance"], ["letters", "Dead letters"], ["database", "Database"], ["configuration", "Configuration"], ["keys", "Keys"]];
const VIEWS = { "": Objectives, alerts: Alerts, performance: Performance, letters: Letters, database: Database, configuration: Configuration, keys: Keys };

/** The view. */
export function Operation({ tab = "", id, say }) {
  const here = VIEWS[tab] ? tab : "";
  return html`<h1>${TABS.find(([key]) => key === here)[1]}</h1>
    <${Tabs} label="Operation" here=${here} tabs=${TABS} at=${(key) => (key ? to("operation", key) : to("operation"))} />
    <${VIEWS[here]} id=${id} say=${say} />`;
}
