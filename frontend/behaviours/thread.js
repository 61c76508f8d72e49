// The conversation: it opens at the buyer's last words; [data-countdown] counts the seconds a reply waits and says "over" when they have passed;
// j and k go to the neighbours in the queue ([data-neighbour]); [data-side] shows one part of what the ticket is about on a phone.
function open() {
  const thread = document.querySelector("[data-thread]");
  const last = [...(thread?.querySelectorAll(".turn-in") ?? [])].at(-1);
  if (thread && thread.scrollHeight > thread.clientHeight) {
    thread.scrollTop = last ? Math.max(0, last.offsetTop - thread.offsetTop - 14) : thread.scrollHeight;
  }
  const here = document.querySelector(".pane-list [data-here]");
  const list = here?.closest(".pane-list");
  if (list) list.scrollTop = Math.max(0, here.offsetTop - list.clientHeight / 3);
}

function tick() {
  for (const one of document.querySelectorAll("[data-countdown]")) {
    const left = Math.ceil((new Date(one.dataset.countdown) - Date.now()) / 1000);
    one.querySelector("[data-left]").textContent = String(Math.max(0, left));
    if (left <= 0 && !one.dataset.over) {
      one.dataset.over = "1";
      one.dispatchEvent(new Event("over"));
    }
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches?.("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const next = document.querySelector(`[data-neighbour="${CSS.escape(event.key)}"]`);
  if (next) location.assign(next.href);
});

document.addEventListener("click", ({ target }) => {
  const tab = target.closest("[data-side]");
  if (!tab) return;
  for (const one of document.querySelectorAll("[data-side]")) one.classList.toggle("on", one === tab);
  document.querySelector(tab.dataset.side)?.scrollIntoView({ block: "start", behavior: "smooth" });
});

if (document.querySelector("[data-ticket]")) {
  open();
  setInterval(tick, 250);
}
