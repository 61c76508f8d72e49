// <… data-live-page>: while such a part is on the page and the page is looked at, /wall/events/ tells what is new, and the body
// gets the events "live-tickets" and "live-bulletins", on which parts ask for themselves (hx-trigger). Without a stream: every 15 s.
const ADDRESS = "/wall/events/";
const PATIENCE = 15000;
let source = null;
let timer = 0;

const tell = (kind) => document.body.dispatchEvent(new CustomEvent(`live-${kind}`));
const tellAll = () => ["tickets", "bulletins"].forEach(tell);

function show(live) {
  for (const one of document.querySelectorAll("[data-live]")) one.hidden = (one.dataset.live === "on") !== live;
}

function poll(on) {
  show(!on);
  if (on && !timer) timer = setInterval(tellAll, PATIENCE);
  if (!on && timer) timer = clearInterval(timer) ?? 0;
}

function stop() {
  source?.close();
  source = null;
  if (timer) timer = clearInterval(timer) ?? 0;
}

function start() {
  if (source || document.hidden || !document.querySelector("[data-live-page]")) return;
  source = new EventSource(ADDRESS);
  source.addEventListener("open", () => {
    if (timer) tellAll(); // what happened while nobody told us
    poll(false);
  });
  source.addEventListener("changed", (event) => JSON.parse(event.data).forEach(tell));
  source.addEventListener("error", () => poll(true)); // the browser connects again by itself, unless the server said 204
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return stop();
  if (document.querySelector("[data-live-page]")) tellAll();
  start();
});
document.addEventListener("htmx:load", start);
addEventListener("pagehide", stop);
addEventListener("pageshow", start);
start();
