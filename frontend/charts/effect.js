// {"periods", "observed", "fitted", "expected", "low", "high", "action": i, "first": i, "selection": [i], "labels"}: what was before and after an
// action, what would have been without it and its band, the weeks that chose the topic on grey; words at the end of each line.
import { band, short, xAxis, yAxis } from "./look.js";

const APART = 15;
const last = (values) => values?.findLastIndex((value) => value != null) ?? -1;

function top(data) {
  const all = [data.observed, data.expected, data.high, data.fitted].flatMap((values) => values ?? []).filter((value) => value != null);
  const highest = Math.max(...all, 1);
  const power = 10 ** Math.floor(Math.log10(highest / 3));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((size) => size * 3 >= highest) ?? highest / 3;
  return { min: 0, max: step * 3, interval: step };
}

/** Words to the right of the last week, pushed apart. */
function words(data, colours, scale) {
  const list = [
    [data.high, data.labels.band, colours.muted, 400],
    [data.expected, data.labels.expected, colours.jade, 500],
    [data.observed, data.labels.observed, colours.ink, 600],
  ].filter(([values]) => last(values) >= 0);
  let above = Infinity;
  return list
    .map(([values, text, colour, weight]) => ({ text, colour, weight, at: last(values), value: values[last(values)] }))
    .sort((one, other) => other.value - one.value)
    .map((label) => {
      above = Math.min(label.value, above - APART / scale);
      return {
        type: "scatter", symbolSize: 0, silent: true, tooltip: { show: false }, clip: false, data: [[label.at, above]],
        label: { show: true, position: "right", distance: 10, formatter: label.text, color: label.colour, fontSize: 12, fontWeight: label.weight, fontFamily: colours.font },
      };
    });
}

/** Neighbouring weeks as one grey area. */
function areas(selection) {
  const runs = [];
  for (const place of selection) {
    const run = runs.at(-1);
    if (run && place === run[1] + 1) run[1] = place;
    else runs.push([place, place]);
  }
  return runs;
}

function before(data, colours) {
  const runs = areas(data.selection);
  const marked = runs.map(([from, to]) => [{ xAxis: data.periods[from] }, { xAxis: data.periods[Math.min(to + 1, data.periods.length - 1)] }]);
  return {
    type: "line", symbol: "none", lineStyle: { color: colours.slate, width: 1.8 }, z: 4,
    data: data.observed.map((value, place) => (place <= data.first ? value : null)),
    markArea: { silent: true, itemStyle: { color: colours["slate-15"] }, data: marked },
    markLine: {
      symbol: "none", silent: true, lineStyle: { color: colours.ink, width: 1, type: "solid" }, data: [{ xAxis: data.periods[data.action] }],
      label: { color: colours.ink, fontSize: 12, fontWeight: 600, fontFamily: colours.font, formatter: data.labels.action, position: "end", distance: 5 },
    },
  };
}

/** What the grey weeks are, beside the first of them. */
function chosen(data, colours, highest, width) {
  if (!data.selection.length || width < 420) return [];
  const [first] = data.selection;
  const side = first > data.periods.length / 3 ? "left" : "right";
  return [{
    type: "scatter", symbolSize: 0, silent: true, tooltip: { show: false }, data: [[first, highest * 0.95]],
    label: { show: true, position: side, distance: 8, formatter: data.labels.selection, color: colours.muted, fontSize: 11.5, fontFamily: colours.font },
  }];
}

function after(data, colours) {
  return {
    type: "line", symbol: "circle", symbolSize: 6, lineStyle: { color: colours.ink, width: 2.2 }, itemStyle: { color: colours.ink }, z: 6,
    data: data.observed.map((value, place) => (place >= data.first ? value : null)),
  };
}

function plain(values, colour, width) {
  return { type: "line", data: values, symbol: "none", lineStyle: { color: colour, width, type: [4, 4] }, silent: true };
}

function tip(data) {
  return (points) => {
    const place = points[0]?.dataIndex ?? 0;
    const range = data.low?.[place] == null ? "" : ` [${short(data.low[place])}, ${short(data.high[place])}]`;
    const due = data.expected?.[place] == null ? "" : `${data.labels.due} ${short(data.expected[place])}${range}`;
    return [data.periods[place], `${data.labels.seen} ${short(data.observed[place])}`, due].filter(Boolean).join("\n");
  };
}

/** On a phone the last sixteen weeks. */
function cut(data, width) {
  const from = width < 420 ? Math.max(0, data.periods.length - 16) : 0;
  if (!from) return data;
  const lists = Object.fromEntries(["periods", "observed", "fitted", "expected", "low", "high"].map((name) => [name, data[name].slice(from)]));
  const selection = data.selection.map((place) => place - from).filter((place) => place >= 0);
  return { ...data, ...lists, selection, action: Math.max(0, data.action - from), first: Math.max(0, data.first - from) };
}

export function effect(whole, colours, { width, height }) {
  const data = cut(whole, width);
  const axis = top(data);
  const room = width < 420 ? 92 : 112;
  const every = data.periods.length > 30 ? 8 : 4;
  return {
    grid: { left: 36, right: room, top: 26, bottom: 26 },
    xAxis: xAxis(data.periods, colours, { axisLabel: { color: colours.muted, fontSize: 11.5, interval: (place) => place % every === 0 } }),
    yAxis: yAxis(colours, axis),
    series: [
      ...(data.expected.length ? band(data.low, data.high, colours) : []),
      plain(data.fitted.map((value, place) => (place <= data.action ? value : null)), colours.faint, 1.2),
      ...(data.expected.length ? [plain(data.expected, colours.jade, 1.5)] : []),
      before(data, colours),
      ...chosen(data, colours, axis.max, width),
      after(data, colours),
      ...words(data, colours, (height - 52) / (axis.max - axis.min)),
    ],
    tooltip: { trigger: "axis", axisPointer: { lineStyle: { color: colours.line } }, formatter: tip(data) },
  };
}
