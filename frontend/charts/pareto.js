// {"items": [{"name", "value", "share" (cumulative), "url", "rest"}], "labels": {"count", "share"}}
// Bars with the value at their end; the cumulative share in a panel of its own. On a phone the share stands behind the count.
import { names, number, percent, room } from "./look.js";

function bars(items, colours, narrow) {
  const colour = (item, place) => (item.rest ? colours["slate-15"] : place < 3 ? colours.slate : colours["slate-30"]);
  return {
    type: "bar", barWidth: 13, cursor: "pointer",
    data: items.map((item, place) => ({ ...item, itemStyle: { color: colour(item, place), borderRadius: 2 } })),
    label: {
      show: true, position: "right", color: colours.ink, fontSize: 12,
      formatter: ({ data }) => (narrow && data.share != null ? `${number(data.value)}  {m|${percent(data.share)}}` : number(data.value)),
      rich: { m: { color: colours.muted, fontSize: 12 } },
    },
  };
}

function cumulative(items, colours) {
  return {
    type: "line", xAxisIndex: 1, yAxisIndex: 1, symbol: "circle", symbolSize: (_, { dataIndex }) => (dataIndex === 2 ? 8 : 4.5),
    data: items.map((item, place) => ({ value: [item.share * 100, place], name: item.name, count: item.value, share: item.share, url: item.url })),
    lineStyle: { color: colours.jade, width: 1.2 }, itemStyle: { color: colours.jade },
    label: {
      show: true, position: "right", distance: 6, color: colours.jade, fontSize: 11.5,
      formatter: ({ dataIndex, data }) => ([0, 2, 5].includes(dataIndex) ? percent(data.share) : ""),
    },
  };
}

function shared(items) {
  const total = items.reduce((sum, item) => sum + item.value, 0);
  let sum = 0;
  return items.map((item) => ({ ...item, share: item.share ?? (sum += item.value) / (total || 1) }));
}

export function pareto(data, colours, { width }) {
  const items = shared(data.items);
  const list = items.map((item) => item.name);
  const narrow = width < 420;
  const left = room(list);
  const title = (text, x) => ({ text, left: x, top: 0, padding: 0, textStyle: { fontSize: 11.5, lineHeight: 18, fontWeight: 400, color: colours.muted } });
  const top = 26;
  const most = Math.max(1, ...items.map((item) => item.value));
  const first = { left, right: narrow ? 72 : 168, top, bottom: 4 };
  const hidden = (grid, max) => ({ gridIndex: grid, type: "value", min: 0, max, show: false });
  return {
    grid: narrow ? [first] : [first, { right: 44, width: 84, top, bottom: 4 }],
    title: narrow ? [title(data.labels.count, left)] : [title(data.labels.count, left), { ...title(data.labels.share), left: width - 128 }],
    xAxis: narrow ? [hidden(0, most)] : [hidden(0, most), hidden(1, 100)],
    yAxis: narrow ? [names(list, colours)] : [names(list, colours, { gridIndex: 0 }), names(list, colours, { gridIndex: 1, axisLabel: { show: false } })],
    series: narrow ? [bars(items, colours, narrow)] : [bars(items, colours, narrow), cumulative(items, colours)],
    tooltip: { formatter: ({ data: item }) => `${item.name}\n${data.labels.count} ${number(item.count ?? item.value)}\n${data.labels.share} ${percent(item.share)}` },
  };
}
