// Charts as SVG: an interval, lines with bands, a heat map of principles, bars, a cross table, a lineage, a population,
// relations.

import { html } from "./ui.js";
import { number, plain } from "./text.js";

const PLOT = { width: 1000, height: 240 };
const COLOURS = 8;
const POINTS = 160;

/** The colour class of the nth agent. */
export function colour(index) {
  return `c${index % COLOURS}`;
}

/** On which side of indifference an interval lies. */
export function side([low, high]) {
  return low > 0.5 ? "for" : high < 0.5 ? "against" : "unsure";
}

/** Where between 0 and 1 a strength is, and how sure that is. */
export function Interval({ name, strength, interval }) {
  const at = (value) => 7 + value * 186;
  const kind = side(interval);
  const label = `${name} ${number(strength)}, 95 % between ${number(interval[0])} and ${number(interval[1])}`;
  return html`<svg class="interval-bar" viewBox="0 0 200 14" preserveAspectRatio="none" role="img" aria-label=${label}>
    <line class="track" x1=${at(0)} x2=${at(1)} y1="7" y2="7" /><line class="middle" x1=${at(0.5)} x2=${at(0.5)} y1="1" y2="13" />
    <line class=${`interval ${kind}`} x1=${at(interval[0])} x2=${Math.max(at(interval[1]), at(interval[0]) + 1)} y1="7" y2="7" />
    <line class=${`dot ${kind}`} x1=${at(strength)} x2=${at(strength)} y1="7" y2="7" /></svg>`;
}

/** Lines over acts, from `low` to `high`. series: `[{name, points: [[x, y, low?, high?], ...]}]`, in the agents' order. */
export function Lines({ series, title, low = 0, high = 1, unit = "act" }) {
  const longest = Math.max(unit === "act" ? 10 : 2, ...series.map((one) => one.points.at(-1)?.[0] ?? 0));
  const y = (value) => (1 - (value - low) / (high - low)) * PLOT.height;
  const line = (points) => points.map((point) => `${(((point[0] - 1) / (longest - 1)) * PLOT.width).toFixed(1)},${y(point[1]).toFixed(1)}`).join(" ");
  const band = (points) => [...points.map((point) => [point[0], point[3]]), ...points.toReversed().map((point) => [point[0], point[2]])];
  const middle = (low + high) / 2;
  const level = (value) => html`<line class="axis" x1="0" x2=${PLOT.width} y1=${y(value)} y2=${y(value)} />`;
  return html`<div class="chart"><div class="scale" aria-hidden="true">${[high, middle, low].map((value) => html`<span>${tick(value)}</span>`)}</div>
    <svg viewBox=${`0 0 ${PLOT.width} ${PLOT.height}`} preserveAspectRatio="none" role="img" aria-label=${title}>${[low, middle, high].map(level)}
    ${series.map(({ points }, index) => {
      const seen = thinned(points);
      const sure = seen.filter((point) => point.length === 4);
      return html`<g class=${colour(index)}>${sure.length > 1 && html`<polygon class="band" points=${line(band(sure))} />`}
        <polyline class="curve" points=${line(seen)} /></g>`;
    })}</svg><div class="ends" aria-hidden="true"><span>${unit} 1</span><span>${unit} ${longest}</span></div></div>`;
}

function tick(value) {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 1 : 0);
}

/** Shares of a population, one bar per moment. told: `[{name, counts: Map(agent -> number)}]`. */
export function Populations({ told, agents }) {
  const order = new Map(agents.map((agent, index) => [agent.id, index]));
  const width = PLOT.width / told.length;
  const label = `Population at ${told.length} moments; at the end ${[...told.at(-1).counts].filter(([, count]) => count).map(([name, count]) => `${count} of ${plain(name, 40)}`).join(", ")}`;
  return html`<div class="chart low"><div class="scale" aria-hidden="true"><span>all</span><span>none</span></div><svg viewBox=${`0 0 ${PLOT.width} ${PLOT.height}`} preserveAspectRatio="none" role="img" aria-label=${label}>
    ${told.map(({ name, counts }, at) => {
      const whole = [...counts.values()].reduce((sum, one) => sum + one, 0) || 1;
      let top = PLOT.height;
      return [...counts].sort(([one], [other]) => order.get(one) - order.get(other)).filter(([, count]) => count).map(([agent, count]) => {
        const height = (count / whole) * PLOT.height;
        top -= height;
        return html`<rect class=${`${colour(order.get(agent) ?? 0)} share`} x=${at * width + 1} y=${top} width=${Math.max(1, width - 2)} height=${height}><title>${`${name}: ${count} of ${plain(agent, 40)}`}</title></rect>`;
      });
    })}</svg><div class="ends" aria-hidden="true"><span>${told[0].name}</span><span>${told.at(-1).name}</span></div></div>
    <div class="legend">${agents.filter((agent) => told.some(({ counts }) => counts.get(agent.id))).map((agent) => html`<span class=${colour(order.get(agent.id))}><i /><b>${plain(agent.id, 40)}</b></span>`)}</div>`;
}

function thinned(points) {
  const step = Math.ceil(points.length / POINTS);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}

/** One row per agent, one column per principle; darker where further from indifference. */
export function Fingerprint({ agents, choose, chosen }) {
  const names = [...new Set(agents.flatMap((agent) => (agent.found?.principles ?? []).map((one) => one.name)))].sort();
  if (!names.length) return html`<p class="quiet">Not enough acts yet to say anything about principles.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Principles of all agents"><table class="heat"><thead><tr><td></td>
    ${names.map((name) => html`<th scope="col">${choose ? html`<button class=${name === chosen ? "slant on" : "slant"} aria-pressed=${name === chosen} onClick=${() => choose(name)} title=${`Show ${name} over time`}>${name}</button>` : html`<span class="slant">${name}</span>`}</th>`)}</tr></thead>
    <tbody>${agents.map((agent) => html`<tr><th scope="row">${plain(agent.id, 40)}</th>${names.map((name) => {
      const one = agent.found?.principles.find((principle) => principle.name === name);
      return html`<td>${one?.identifiable ? heat(one) : html`<i class="none" title=${one ? plain(one.why, 200) : "nothing inferred yet"}>·</i>`}</td>`;
    })}</tr>`)}</tbody></table></div>`;
}

function heat({ name, strength, interval, why }) {
  const far = Math.round(Math.abs(strength - 0.5) * 18);
  const told = `${name} ${number(strength)}, 95 % between ${number(interval[0])} and ${number(interval[1])}: ${plain(why, 200)}`;
  return html`<i class=${`${strength >= 0.5 ? "for" : "against"} far${far}`} title=${told}>${number(strength)}</i>`;
}

/** Probabilities by name, the largest first. */
export function Bars({ shares }) {
  return html`<div class="bars">${shares.map(([name, share]) => html`<div><span>${plain(name, 60)}</span>
    <b><i style=${{ width: `${Math.max(1, share * 100)}%` }} /></b><span class="n">${number(share)}</span></div>`)}</div>`;
}

/** Mean payoff a turn of the row against the column. */
export function Cross({ agents, pairs }) {
  if (!pairs.size) return null;
  const mean = (one, other) => { const met = pairs.get(`${one} ${other}`); return met ? met[0] / met[1] : null; };
  const values = [...pairs.values()].map(([payoff, turns]) => payoff / turns);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Mean payoffs"><table class="heat cross"><thead><tr><td></td>
    ${agents.map((agent) => html`<th scope="col"><span class="slant">${plain(agent.id, 20)}</span></th>`)}</tr></thead><tbody>
    ${agents.map((row) => html`<tr><th scope="row">${plain(row.id, 40)}</th>${agents.map((column) => {
      const value = mean(row.id, column.id);
      const far = value === null ? 0 : Math.round((high > low ? (value - low) / (high - low) : 0.5) * 9);
      return html`<td>${value === null ? html`<i class="none" />` : html`<i class=${`for far${far}`}>${number(value)}</i>`}</td>`;
    })}</tr>`)}</tbody></table></div>`;
}

/** When each principle was born, when it ended, what branched off it. */
export function Lineage({ tree, acts }) {
  const at = (value) => 170 + (value / Math.max(acts, 1)) * 190;
  return html`<svg viewBox=${`0 0 400 ${tree.length * 20 + 6}`} role="img" aria-label=${`Lineage of ${tree.length} principles`}>
    ${tree.map((node, line) => html`<text class="axis-text" x=${node.parent ? 12 : 0} y=${line * 20 + 15}>${plain(node.name, 34)}</text>
      <line class=${node.died ? "life dead" : "life"} x1=${at(node.born)} x2=${at(node.died ?? acts)} y1=${line * 20 + 11} y2=${line * 20 + 11} />
      <circle class="birth" cx=${at(node.born)} cy=${line * 20 + 11} r="3.5" />
      <text class="axis-text end" x="398" y=${line * 20 + 15}>${number(node.strength)}</text>`)}</svg>`;
}

/** Who meets whom: a line for each direction, wide where faith is kept. links: `[{from, to, kept, met}]`, ids of agents. */
export function Relations({ agents, links }) {
  const size = 360;
  const place = new Map(agents.map((agent, index) => {
    const angle = (index / agents.length) * 2 * Math.PI - Math.PI / 2;
    return [agent.id, [size / 2 + Math.cos(angle) * 118, size / 2 + Math.sin(angle) * 118, angle]];
  }));
  return html`<svg class="relations" viewBox=${`0 34 ${size} ${size - 68}`} role="img" aria-label=${`Relations of ${agents.length} agents`}>
    ${links.filter((link) => link.from !== link.to && place.has(link.from) && place.has(link.to)).map((link) => {
      const [[x1, y1], [x2, y2]] = [place.get(link.from), place.get(link.to)];
      const [bx, by] = [(x1 + x2) / 2 - (y2 - y1) * 0.14, (y1 + y2) / 2 + (x2 - x1) * 0.14];
      return html`<path class=${link.kept >= 0.5 ? "tie for" : "tie against"} d=${`M${x1.toFixed(1)},${y1.toFixed(1)} Q${bx.toFixed(1)},${by.toFixed(1)} ${x2.toFixed(1)},${y2.toFixed(1)}`} stroke-width=${(1 + 5 * Math.abs(link.kept - 0.5) * 2).toFixed(1)}>
        <title>${`${plain(link.from, 40)} keeps faith with ${plain(link.to, 40)} in ${number(link.kept)} of ${link.met} acts`}</title></path>`;
    })}
    ${agents.map((agent, index) => {
      const [x, y, angle] = place.get(agent.id);
      const across = Math.cos(angle);
      return html`<circle class=${`${colour(index)} node`} cx=${x} cy=${y} r="9" /><text class="axis-text node-name" x=${x + across * 16} y=${y + Math.sin(angle) * 18 + 4} text-anchor=${across > 0.3 ? "start" : across < -0.3 ? "end" : "middle"}>${plain(agent.id, 16)}</text>`;
    })}</svg>`;
}

/** A value with its interval on a scale of one's own. span: `[low, high]`. */
export function Whisker({ name, value, interval, span }) {
  const at = (one) => 7 + ((one - span[0]) / (span[1] - span[0] || 1)) * 186;
  const label = `${plain(name, 60)} ${number(value, 1)}, between ${number(interval[0], 1)} and ${number(interval[1], 1)}`;
  return html`<svg class="interval-bar" viewBox="0 0 200 14" preserveAspectRatio="none" role="img" aria-label=${label}><line class="track" x1="7" x2="193" y1="7" y2="7" />
    <line class="interval for" x1=${at(interval[0])} x2=${at(interval[1])} y1="7" y2="7" /><line class="dot for" x1=${at(value)} x2=${at(value)} y1="7" y2="7" /></svg>`;
}

/** A course in a line of text. Values may be null. */
export function Spark({ values, title }) {
  const known = values.filter((value) => value !== null && value !== undefined);
  if (known.length < 2) return html`<span class="quiet">–</span>`;
  const high = Math.max(...known) || 1;
  const points = known.map((value, at) => `${((at / (known.length - 1)) * 120).toFixed(1)},${(20 - (value / high) * 18).toFixed(1)}`).join(" ");
  return html`<svg class="spark c0" viewBox="0 0 120 22" role="img" aria-label=${title}><polyline class="curve" points=${points} /></svg>`;
}
