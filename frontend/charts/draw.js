// A figure: <figure data-chart="kind" data-source="id of its JSON"> (or data-values, the JSON itself). Colours are read from the theme and redrawn with it.
import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TitleComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { bars } from "./bars.js";
import { effect } from "./effect.js";
import { heat } from "./heat.js";
import { palette } from "./look.js";
import { pareto } from "./pareto.js";
import { trend } from "./trend.js";

use([
  BarChart, HeatmapChart, LineChart, ScatterChart, AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent,
  TitleComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

const KINDS = { bars, effect, heat, pareto, trend };
const drawn = new Map();

function option(figure, data) {
  const colours = palette();
  const own = KINDS[figure.dataset.chart](data, colours, { width: figure.clientWidth, height: figure.clientHeight });
  return {
    animation: false,
    textStyle: { fontFamily: colours.font, fontSize: 12, color: colours.muted },
    ...own,
    aria: { enabled: true, label: { description: figure.getAttribute("aria-label") ?? "" } },
    tooltip: { ...tooltip(colours), ...own.tooltip },
  };
}

function tooltip(colours) {
  return {
    renderMode: "richText", confine: true, backgroundColor: colours.card, borderColor: colours.line, borderWidth: 1, padding: [8, 10],
    textStyle: { color: colours.ink, fontSize: 12.5, fontFamily: colours.font },
  };
}

function paint(figure, { chart, data }) {
  chart.setOption(option(figure, data), { notMerge: true });
}

/** Draw one figure and keep it in step with its width and the theme. */
export function draw(figure) {
  if (drawn.has(figure)) return;
  const kept = { data: JSON.parse(figure.dataset.values ?? document.getElementById(figure.dataset.source).textContent), chart: null, width: 0 };
  drawn.set(figure, kept);
  new ResizeObserver(() => fit(figure, kept)).observe(figure);
}

/** A hidden figure has no width yet: it is drawn when it is shown. */
function fit(figure, kept) {
  if (!figure.clientWidth || figure.clientWidth === kept.width) return;
  kept.width = figure.clientWidth;
  kept.chart ??= begun(figure);
  kept.chart.resize();
  paint(figure, kept);
}

function begun(figure) {
  const chart = init(figure, null, { renderer: "svg" });
  chart.on("finished", () => figure.setAttribute("data-ready", ""));
  chart.on("click", ({ data: datum }) => datum?.url && location.assign(datum.url));
  return chart;
}

document.addEventListener("fupan:theme", () => {
  for (const [figure, kept] of drawn) {
    if (!figure.isConnected) drawn.delete(figure);
    else if (kept.chart) paint(figure, kept);
  }
});
