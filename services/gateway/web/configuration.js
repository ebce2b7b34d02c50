// What is configured here, and where each value comes from.

import { plain } from "./text.js";
import { Answered, Pill, html, useAnswer, useHead, useState } from "./ui.js";

/** Every setting of the gateway. */
export function Configuration({ say }) {
  const answer = useAnswer("/v1/configuration");
  const [words, find] = useState("");
  const [set, only] = useState(false);
  useHead("Configuration", say, answer);
  return html`<${Answered} answer=${answer}>${({ settings }) => {
    const fitting = settings.filter((one) => one.name.includes(words.toLowerCase()) && (!set || one.origin !== "default"));
    return html`<div class="filters"><input type="search" placeholder="Find a setting" aria-label="Find a setting" value=${words} onInput=${(event) => find(event.target.value)} /><label class="quiet"><input type="checkbox" checked=${set} onChange=${(event) => only(event.target.checked)} /> only what is set</label></div>
      <div class="scroll" tabindex="0" role="region" aria-label="Settings"><table><thead><tr><th>setting</th><th>value</th><th>from</th></tr></thead>
      <tbody>${fitting.map((one) => html`<tr><td><code>${one.name}</code></td><td>${plain(Array.isArray(one.value) ? one.value.join(", ") : one.value ?? "–", 400)}</td><td>${one.origin === "default" ? html`<span class="quiet">default</span>` : html`<${Pill} word=${one.origin} />`}</td></tr>`)}</tbody></table></div>
      <p class="caption">Secrets are masked. The command line wins over variables, these over files, these over the profile, the profile over <code>.env</code>.</p>`;
  }}<//>`;
}
