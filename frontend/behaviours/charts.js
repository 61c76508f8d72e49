// The chart bundle is fetched only by pages that hold a chart, also when HTMX brings one in.
async function draw(root) {
  const figures = root.querySelectorAll?.("[data-chart]") ?? [];
  if (!figures.length) return;
  const { draw: paint } = await import("./charts.js");
  figures.forEach(paint);
}

document.addEventListener("htmx:load", (event) => draw(event.target));
draw(document);
