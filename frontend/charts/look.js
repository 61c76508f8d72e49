// What all charts share: the theme's colours, quiet axes, the band, numbers as people read them.
const NAMES = [
  "ink", "muted", "faint", "line", "paper", "card", "sunk", "jade", "jade-ink", "jade-15", "amber", "red", "slate", "slate-15", "slate-30", "font",
];

export function palette() {
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--fp-${name}`).trim()]));
  return { ...colours, dark: document.documentElement.dataset.bsTheme === "dark" };
}

export const number = (value, digits = 0) =>
  value == null ? "—" : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");

export const short = (value) => (value == null ? "—" : number(value, Number.isInteger(value) ? 0 : value < 10 ? 1 : 0));

export const percent = (share) => `${number(share * 100)}\u2009%`;

export function xAxis(periods, colours, over = {}) {
  return {
    type: "category", data: periods, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: colours.line } },
    axisLabel: { color: colours.muted, fontSize: 12, hideOverlap: true }, ...over,
  };
}

export function yAxis(colours, over = {}) {
  return {
    type: "value", splitNumber: 3, axisLabel: { color: colours.muted, fontSize: 12, formatter: short }, axisLine: { show: false },
    axisTick: { show: false }, splitLine: { lineStyle: { color: colours.line, opacity: 0.7 } }, ...over,
  };
}

/** Names down the side, largest on top. */
export function names(list, colours, over = {}) {
  return {
    type: "category", inverse: true, data: list, axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false },
    axisLabel: { color: colours.ink, fontSize: 12.5, margin: 10 }, ...over,
  };
}

/** The area between two lines: two stacked series, the lower one unseen. */
export function band(low, high, colours) {
  const unseen = { type: "line", stack: "band", symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  const height = high.map((top, place) => (top == null || low[place] == null ? null : top - low[place]));
  return [{ ...unseen, data: low }, { ...unseen, data: height, areaStyle: { color: colours["jade-15"] } }];
}

/** Room for names at the left: about 13 px a Chinese character, 7 a Latin one. */
export function room(list, most = 160) {
  const width = (text) => [...text].reduce((sum, char) => sum + (char.codePointAt(0) > 0x2e80 ? 13 : 7), 0);
  return Math.min(most, Math.max(48, ...list.map(width)) + 18);
}
