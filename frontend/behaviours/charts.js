// The chart bundle is fetched only by pages that hold a chart, also when HTMX brings one in.
// HTMX drops every script of an answer, the data of a chart among them: it is read beforehand and travels on the figure.
const brought = new Map();

async function draw(root) {
  const figures = [...(root.querySelectorAll?.("[data-chart]") ?? [])];
  if (!figures.length) return;
  for (const figure of figures) {
    const data = brought.get(figure.dataset.source);
    if (data && !document.getElementById(figure.dataset.source)) figure.dataset.values = data;
  }
  const { draw: paint } = await import("./charts.js");
  figures.forEach(paint);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.serverResponse?.includes("data-chart")) return;
  const answer = new DOMParser().parseFromString(detail.serverResponse, "text/html");
  for (const data of answer.querySelectorAll('script[type="application/json"][id]')) brought.set(data.id, data.textContent);
});
document.addEventListener("htmx:load", (event) => draw(event.target));
draw(document);
