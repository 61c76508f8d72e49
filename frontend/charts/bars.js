// {"items": [{"name", "value", "note", "bad", "url"}]}: value, note in muted, and in red what is worse beyond chance.
import { names, number, room } from "./look.js";

export function bars(data, colours, { width }) {
  const list = data.items.map((item) => item.name);
  const series = {
    type: "bar", barWidth: 14,
    data: data.items.map((item) => ({ ...item, itemStyle: { color: item.bad ? colours.red : colours["slate-30"], borderRadius: 3 } })),
    label: {
      show: true, position: "right", distance: 8,
      formatter: ({ data: item }) => `{n|${number(item.value)}}${item.note ? `  {m|${item.note}}` : ""}${item.bad ? `  {r|${item.bad}}` : ""}`,
      rich: {
        n: { color: colours.ink, fontSize: 12, fontWeight: 600 }, m: { color: colours.muted, fontSize: 12 }, r: { color: colours.red, fontSize: 12 },
      },
    },
  };
  return {
    grid: { left: room(list), right: width < 420 ? 120 : 168, top: 4, bottom: 4 },
    xAxis: { type: "value", show: false, min: 0, max: Math.max(1, ...data.items.map((item) => item.value)) },
    yAxis: names(list, colours, { axisLabel: { color: colours.ink, fontSize: 13, margin: 14 } }),
    series: [series],
    tooltip: { formatter: ({ data: item }) => [`${item.name} ${number(item.value)}`, item.note, item.bad].filter(Boolean).join("\n") },
  };
}
