// Text from elsewhere, made harmless; numbers and times for people.

// Control characters and marks that turn the direction of text around are shown as a replacement character.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const LONGEST = 2000;

/** Text from elsewhere, made harmless and of bounded length. Preact makes text nodes of strings, never HTML. */
export function plain(value, longest = LONGEST) {
  const text = typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value) ?? "";
  const cut = text.length > longest ? `${text.slice(0, longest)} … (${text.length} characters)` : text;
  return cut.replace(CONTROL, "\ufffd");
}

/** A number for people; a dash for none. */
export function number(value, digits = 2) {
  return value === null || value === undefined ? "–" : Number(value).toFixed(digits);
}

/** How long ago, in words; the whole time stands in the title. */
export function ago(stamp, now = Date.now()) {
  const seconds = Math.max(0, (now - Date.parse(stamp)) / 1000);
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return "just now";
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    const count = Math.floor(seconds / length);
    if (count) return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  }
}

/** How long there is still, in words. */
export function until(stamp, now = Date.now()) {
  const left = (Date.parse(stamp) - now) / 1000;
  if (!Number.isFinite(left)) return "";
  if (left <= 0) return "time is up";
  return left < 90 ? `${Math.ceil(left)} s left` : left < 5400 ? `${Math.round(left / 60)} minutes left` : `${Math.round(left / 3600)} hours left`;
}

/** A duration in seconds, in the unit that suits it. */
export function seconds(value) {
  if (value === null || value === undefined) return "–";
  if (value < 0.001) return `${number(value * 1e6, 0)} µs`;
  return value < 1 ? `${number(value * 1000, value < 0.01 ? 2 : 0)} ms` : `${number(value, 1)} s`;
}

/** The address of a view. */
export function to(...parts) {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/** How an agent is reached, in words: `builtin tit-for-tat`. */
export function reached({ adapter, config }) {
  return plain(`${adapter} ${config?.strategy ?? config?.callable ?? config?.model ?? ""}`.trim(), 120);
}
