// <time data-clock="Asia/Shanghai">: the time there, every second.
const worded = (zone) => new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: zone });
const clocks = new Map();

function tick() {
  for (const one of document.querySelectorAll("[data-clock]")) {
    const zone = one.dataset.clock;
    if (!clocks.has(zone)) clocks.set(zone, worded(zone));
    one.textContent = clocks.get(zone).format(new Date());
  }
}

if (document.querySelector("[data-clock]")) {
  tick();
  setInterval(tick, 1000);
}
