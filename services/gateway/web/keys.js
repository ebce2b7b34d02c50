// The key of this tab, and all keys for whoever may see them.

import { key, keepKey, remove, send } from "./api.js";
import { ago, plain } from "./text.js";
import { Answered, Asking, html, useAnswer, useHead, useState } from "./ui.js";

/** The view. */
export function Keys({ say }) {
  const answer = useAnswer("/v1/keys");
  useHead("Keys", say, answer);
  const [made, setMade] = useState("");
  const use = (event) => { event.preventDefault(); keepKey(event.target.elements.key.value.trim()); answer.reload(); };
  const make = async (event) => {
    event.preventDefault();
    const { owner, admin } = event.target.elements;
    try {
      const told = await send("/v1/keys", { user_id: owner.value, scopes: admin.checked ? ["read", "play", "admin"] : ["read", "play"] });
      setMade(told.api_key);
      answer.reload();
    } catch (error) { setMade(plain(error.message, 300)); }
  };
  return html`<div class="stack"><section><h2>This tab</h2><p class="quiet">${key() ? "Requests of this tab carry a key." : "On this machine's own address no key is needed; elsewhere give yours. It is forgotten with the tab."}</p>
      <form class="inline" onSubmit=${use}><input name="key" type="password" autocomplete="off" placeholder="etho_sk_…" aria-label="Key" /><button>Use it</button></form></section>
    <section><h2>All keys</h2><form class="inline" onSubmit=${make}><input name="owner" required maxlength="200" placeholder="Whose key" aria-label="Whose key" /><label><input type="checkbox" name="admin" /> may make keys</label><button>Make a key</button></form>
      ${made && html`<p class="notice" role="status">Shown this once: <code>${made}</code></p>`}
      <${Answered} answer=${answer}>${({ keys }) => (keys.length ? html`<${KeyTable} keys=${keys} again=${answer.reload} />` : html`<p class="quiet">No key has been made.</p>`)}<//></section></div>`;
}

function KeyTable({ keys, again }) {
  const [asking, ask] = useState("");
  const end = async () => { await remove(`/v1/keys/${encodeURIComponent(asking)}`); ask(""); again(); };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Keys"><table><thead><tr><th>owner</th><th>for</th><th class="n">a minute</th><th class="n">used</th><th>made</th><td></td></tr></thead><tbody>
    ${keys.map((one) => html`<tr><td><b>${plain(one.owner, 100)}</b></td><td>${one.scopes.join(", ")}</td><td class="n">${one.per_minute}</td><td class="n">${one.used}${one.usage_limit ? ` of ${one.usage_limit}` : ""}</td><td class="quiet">${ago(one.created_at)}</td>
      <td>${one.revoked_at ? html`<span class="quiet">ended</span>` : one.key_id === asking ? html`<${Asking} words="End it for good" fields=${[]} act=${end} leave=${() => ask("")} />` : html`<button class="danger" onClick=${() => ask(one.key_id)}>End</button>`}</td></tr>`)}</tbody></table></div>`;
}
