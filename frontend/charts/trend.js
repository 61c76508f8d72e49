// {"periods", "observed", "expected", "low", "high", "slice": {"name", "values"}, "alarms": [i], "marks": [{"at", "name"}], "urls",
//  "labels": {"observed", "expected", "upper"}, "from_zero"}: words at the end of each line, no legend.
import { band, short, xAxis, yAxis } from "./look.js";

const APART = 15;
const last = (values) => values?.findLastIndex((value) => value != null) ?? -1;

/** One word at the end of each line: colour, text, value. */
function ends(data, colours) {
  const alarmed = data.alarms?.includes(last(data.observed));
  const list = [
    [data.high, data.labels.upper, colours.muted, 400],
    [data.observed, data.labels.observed, alarmed ? colours.red : colours.ink, 600],
    [data.slice?.values, data.slice?.name, colours.slate, 500],
    [data.expected, data.labels.expected, colours.jade, 500],
  ];
  return list
    .filter(([values]) => last(values) >= 0)
    .map(([values, name, colour, weight]) => ({ value: values[last(values)], at: last(values), text: `${name} ${short(values[last(values)])}`, colour, weight }))
    .sort((one, other) => other.value - one.value);
}

/** Push labels down until they stand clear of each other; `scale` is pixels per unit. */
function placed(labels, scale) {
  let above = Infinity;
  return labels.map((label) => {
    const value = Math.min(label.value, above - APART / scale);
    above = value;
    return { ...label, shown: value };
  });
}

function words(labels, colours) {
  return labels.map((label) => ({
    type: "scatter", symbolSize: 0, silent: true, tooltip: { show: false }, clip: false, data: [[label.at, label.shown]],
    label: { show: true, position: "right", distance: 10, formatter: label.text, color: label.colour, fontSize: 12, fontWeight: label.weight, fontFamily: colours.font },
  }));
}

function observed(data, colours) {
  const stones = (data.alarms ?? []).map((place) => ({ coord: [place, data.observed[place]] }));
  const marks = (data.marks ?? []).map((mark) => ({ xAxis: mark.at, label: { formatter: mark.name } }));
  return {
    type: "line", symbol: "circle", symbolSize: 5, showSymbol: false, lineStyle: { color: colours.ink, width: 1.6 }, itemStyle: { color: colours.ink },
    data: data.observed.map((value, place) => ({ value, url: data.urls?.[place] })),
    markPoint: { symbol: "circle", symbolSize: 13, data: stones, itemStyle: { color: colours.red, borderColor: colours.card, borderWidth: 2 }, label: { show: false } },
    markLine: { symbol: "none", silent: true, data: marks, lineStyle: { color: colours.faint, width: 1, type: [2, 3] }, label: { color: colours.muted, fontSize: 11.5, position: "end", distance: 4 } },
  };
}

function plain(values, colour, width, type = "solid") {
  return { type: "line", data: values, symbol: "none", lineStyle: { color: colour, width, type }, silent: true };
}

/** Top and bottom of the axis, in round steps of three. */
function bounds(data) {
  const all = [data.observed, data.expected, data.low, data.high, data.slice?.values].flatMap((values) => values ?? []).filter((value) => value != null);
  const top = Math.max(...all, 0.001);
  const bottom = data.from_zero === false ? Math.min(...all) : 0;
  const rough = (top - bottom) / 3;
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((size) => size >= rough * 1.02) ?? rough;
  const foot = Math.floor(bottom / step) * step;
  return { min: foot, max: foot + step * Math.ceil((top - foot) / step), interval: step };
}

function tip(data) {
  return (points) => {
    const place = points[0]?.dataIndex ?? 0;
    const line = (name, value) => (value == null ? "" : `${name} ${short(value)}`);
    const range = data.low?.[place] == null ? "" : ` [${short(data.low[place])}, ${short(data.high[place])}]`;
    return [data.periods[place], line(data.labels.observed, data.observed[place]), line(data.slice?.name, data.slice?.values?.[place]), line(data.labels.expected, data.expected?.[place]) + range].filter(Boolean).join("\n");
  };
}

export function trend(data, colours, { width, height }) {
  const axis = bounds(data);
  const labels = placed(ends(data, colours), (height - 48) / (axis.max - axis.min));
  const every = data.periods.length > 30 ? 13 : data.periods.length > 14 ? 5 : 2;
  const shown = (place) => (data.periods.length - 1 - place) % (width < 420 ? every * 2 : every) === 0;
  return {
    grid: { left: 40, right: width < 420 ? 84 : 104, top: 22, bottom: 26 },
    xAxis: xAxis(data.periods, colours, { axisLabel: { color: colours.muted, fontSize: 11.5, interval: shown } }),
    yAxis: yAxis(colours, axis),
    series: [
      ...(data.low && data.high ? band(data.low, data.high, colours) : []),
      ...(data.expected ? [plain(data.expected, colours.jade, 1.2, [4, 3])] : []),
      ...(data.slice ? [plain(data.slice.values, colours.slate, 1.5)] : []),
      observed(data, colours),
      ...words(labels, colours),
    ],
    tooltip: { trigger: "axis", axisPointer: { lineStyle: { color: colours.line } }, formatter: tip(data) },
  };
}
