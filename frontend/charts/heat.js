// {"columns", "rows", "cells": [{"x", "y", "rate", "count", "high", "url", "note"}], "unit"}: colour by rate, label is the count,
// a stone and 600 where beyond chance. Empty cells stay empty.
import { names, number, room, short } from "./look.js";

const LIGHT = ["#F7F9F9", "#D7E3E1", "#9DBFBA", "#5E9C93"];
const DARK = ["#20272B", "#24403F", "#2C6660", "#37897D"];

function label(colours) {
  return {
    show: true, fontSize: 12, color: colours.ink,
    formatter: ({ data }) => (data.name ? `{s|${data.name}}\n` : "") + (data.high ? `{d|●} {b|${number(data.count)}}` : `{n|${number(data.count)}}`),
    rich: {
      s: { color: colours.ink, fontSize: 10.5, lineHeight: 14, width: 84, overflow: "truncate", align: "center" },
      d: { color: colours.ink, fontSize: 9 }, b: { color: colours.ink, fontWeight: 600, fontSize: 12.5 }, n: { color: colours.ink, fontSize: 12, opacity: 0.85 },
    },
  };
}

/** On a phone: of every row its three largest cells, named in the cell. */
function topThree(data) {
  const cells = data.rows.flatMap((_, y) => {
    const row = data.cells.filter((cell) => cell.y === y).sort((one, other) => other.count - one.count);
    return row.slice(0, 3).map((cell, x) => ({ ...cell, x, name: data.columns[cell.x] }));
  });
  return { ...data, columns: ["", "", ""], cells };
}

/** The scale ends near the ninth decile, so that one hot cell does not bleach the rest. */
function ceiling(cells) {
  const rates = cells.map((cell) => cell.rate).sort((one, other) => one - other);
  return rates[Math.floor(rates.length * 0.93)] || 1;
}

export function heat(whole, colours, { width }) {
  const data = width < 420 ? topThree(whole) : whole;
  const cells = data.cells.map((cell) => ({ ...cell, value: [cell.x, cell.y, cell.rate] }));
  const told = ({ data: cell }) => [`${data.rows[cell.y]} × ${cell.name ?? data.columns[cell.x]}`, `${number(cell.count)} · ${short(cell.rate)} ${data.unit ?? ""}`, cell.note].filter(Boolean).join("\n");
  return {
    grid: { left: room(data.rows), right: 4, top: 4, bottom: 26 },
    visualMap: { show: false, min: 0, max: ceiling(data.cells), dimension: 2, inRange: { color: colours.dark ? DARK : LIGHT } },
    xAxis: { type: "category", data: data.columns, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: colours.muted, fontSize: 11.5, interval: 0, overflow: "truncate", width: 74 } },
    yAxis: names(data.rows, colours),
    series: [{ type: "heatmap", data: cells, label: label(colours), itemStyle: { borderColor: colours.card, borderWidth: 2, borderRadius: 4 } }],
    tooltip: { formatter: told },
  };
}
