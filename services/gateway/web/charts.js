// Two small charts, drawn as SVG: an interval bar, and lines over time with bands.

import { s } from "./dom.js";

const BAR = { width: 200, height: 14, edge: 7 };
const PLOT = { width: 640, height: 220, left: 34, right: 8, top: 8, bottom: 24 };
const COLOURS = 8;
const POINTS = 160;

/** The colour class of the nth agent. */
export function colour(index) {
  return `c${index % COLOURS}`;
}

/** Which side of indifference an interval lies on. */
export function side([low, high]) {
  return low > 0.5 ? "for" : high < 0.5 ? "against" : "unsure";
}

/** Where between 0 and 1 a strength is, and how sure that is. */
export function intervalBar(strength, interval) {
  const at = (value) => BAR.edge + value * (BAR.width - 2 * BAR.edge);
  const middle = BAR.height / 2;
  const kind = side(interval);
  const label = `${strength.toFixed(2)}, 95 % between ${interval[0].toFixed(2)} and ${interval[1].toFixed(2)}`;
  return s("svg", { viewBox: `0 0 ${BAR.width} ${BAR.height}`, role: "img", "aria-label": label },
    s("line", { class: "track", x1: at(0), x2: at(1), y1: middle, y2: middle }),
    s("line", { class: "middle", x1: at(0.5), x2: at(0.5), y1: 1, y2: BAR.height - 1 }),
    s("line", { class: `interval ${kind}`, x1: at(interval[0]), x2: at(interval[1]), y1: middle, y2: middle }),
    s("circle", { class: `dot ${kind}`, cx: at(strength), cy: middle, r: 4.5 }));
}

/** Lines from 0 to 1 over acts. series: [{name, points: [[x, y, low?, high?], ...]}], in the agents' order. */
export function lines(series, title) {
  const longest = Math.max(10, ...series.flatMap((one) => one.points.slice(-1).map((point) => point[0])));
  const x = (value) => PLOT.left + (value / longest) * (PLOT.width - PLOT.left - PLOT.right);
  const y = (value) => PLOT.top + (1 - value) * (PLOT.height - PLOT.top - PLOT.bottom);
  const grid = [0, 0.5, 1].map((value) => [
    s("line", { class: "axis", x1: PLOT.left, x2: PLOT.width - PLOT.right, y1: y(value), y2: y(value) }),
    s("text", { class: "axis-text", x: PLOT.left - 6, y: y(value) + 4, "text-anchor": "end" }, String(value)),
  ]);
  const ends = [
    s("text", { class: "axis-text", x: PLOT.left, y: PLOT.height - 6 }, "1"),
    s("text", { class: "axis-text", x: PLOT.width - PLOT.right, y: PLOT.height - 6, "text-anchor": "end" }, `${longest} acts`),
  ];
  const drawn = series.map((one, index) => {
    const points = thinned(one.points);
    return [band(points, x, y, index), s("polyline", {
      class: `line ${colour(index)}`, points: points.map((point) => `${x(point[0])},${y(point[1])}`).join(" "),
    })];
  });
  return s("svg", { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "img", "aria-label": title }, grid, ends, drawn);
}

function band(points, x, y, index) {
  const sure = points.filter((point) => point.length === 4);
  if (sure.length < 2) return null;
  const outline = [...sure.map((point) => [point[0], point[3]]), ...sure.toReversed().map((point) => [point[0], point[2]])];
  return s("polygon", {
    class: colour(index), fill: "currentColor", "fill-opacity": 0.12, "stroke-opacity": 0,
    points: outline.map((point) => `${x(point[0])},${y(point[1])}`).join(" "),
  });
}

function thinned(points) {
  const step = Math.ceil(points.length / POINTS);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
}
