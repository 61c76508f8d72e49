// The room of a review. [data-ticks] are clocks that go on between two answers of the server; [data-replay] is a ticket whose turns open one by
// one; [data-write] are fields that lose nothing: what is typed is kept on this device until the server took it, and sent again when it is back.

const KEPT = "fupan-room";
const room = () => document.querySelector("[data-meeting]");

// Clocks

const two = (number) => String(number).padStart(2, "0");
const long = (seconds) => `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
const short = (seconds) => `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;

function tick() {
  for (const clock of document.querySelectorAll("[data-ticks]")) {
    clock.began ??= performance.now() - Number(clock.dataset.seconds) * 1000;
    const seconds = Math.floor((performance.now() - clock.began) / 1000);
    (clock.querySelector("span") ?? clock).textContent = clock.dataset.ticks === "long" ? long(seconds) : short(seconds);
    if (clock.dataset.plan) clock.classList.toggle("over", seconds > Number(clock.dataset.plan));
  }
}

setInterval(tick, 1000);

// Replay

const kept = new Map(); // ticket -> turn, so that a fresh middle opens where the room was

function open(game, wanted) {
  const turns = [...game.querySelectorAll("[data-turn]")];
  const place = Math.min(turns.length, Math.max(1, wanted));
  kept.set(game.dataset.replay, place);
  for (const turn of turns) turn.hidden = Number(turn.dataset.turn) !== place && Number(turn.dataset.turn) !== place - 1;
  for (const move of game.querySelectorAll("[data-move]")) {
    const here = Number(move.dataset.move) === place;
    move.toggleAttribute("aria-current", here);
    if (here) beside(move);
  }
  const spoken = turns.slice(0, place).map((turn) => turn.querySelector(".move-notes")).filter(Boolean).at(-1);
  const field = game.querySelector("input[name=message]");
  if (field && spoken) field.value = spoken.id.replace("notes-", "");
}

/** Bring a stone into sight sideways, without moving the page. */
function beside(move) {
  const frame = move.closest(".scroll");
  const box = move.getBoundingClientRect();
  const edge = frame?.getBoundingClientRect();
  if (edge && (box.left < edge.left || box.right > edge.right)) frame.scrollLeft += box.left - edge.left - edge.width / 2 + box.width / 2;
}

const at = (game) => kept.get(game.dataset.replay) ?? 1;

function replay() {
  for (const game of document.querySelectorAll("[data-replay]")) if (game.querySelector("[data-turn]")) open(game, at(game));
}

document.addEventListener("click", (event) => {
  const game = event.target.closest("[data-replay]");
  const move = event.target.closest("[data-move]");
  const step = event.target.closest("[data-step]");
  if (game && move) open(game, Number(move.dataset.move));
  else if (game && step) open(game, at(game) + Number(step.dataset.step));
});

// What is typed

const store = () => JSON.parse(localStorage.getItem(KEPT) ?? "{}");
const keep = (all) => localStorage.setItem(KEPT, JSON.stringify(all));
const name = (form) => `${room()?.dataset.meeting}:${form.dataset.write}`;

function remember(form, text) {
  const all = store();
  if (text) all[name(form)] = { ...all[name(form)], text };
  else delete all[name(form)];
  keep(all);
}

function unsent(form) {
  return store()[name(form)];
}

/** Lines that could not be sent, oldest first, with the key that makes each of them one line however often it is sent. */
function queue(meeting, add) {
  const all = store();
  const waiting = all[`${meeting}:waiting`] ?? [];
  if (add) all[`${meeting}:waiting`] = [...waiting, add];
  if (add) keep(all);
  return all[`${meeting}:waiting`] ?? [];
}

function taken(meeting, key) {
  const all = store();
  all[`${meeting}:waiting`] = (all[`${meeting}:waiting`] ?? []).filter((line) => line.key !== key);
  if (!all[`${meeting}:waiting`].length) delete all[`${meeting}:waiting`];
  keep(all);
}

function offline(is) {
  const notice = document.getElementById("room-offline");
  if (notice) notice.hidden = !is;
}

let sending = false;

async function sendAgain() {
  const meeting = room()?.dataset.meeting;
  const form = document.querySelector("[data-write=minute]");
  if (!meeting || sending) return;
  sending = true;
  try {
    for (const line of queue(meeting)) {
      const body = new FormData();
      for (const [field, value] of Object.entries(line)) body.append(field, value);
      const token = document.querySelector('meta[name="csrf-token"]').content;
      const answer = await fetch(form?.action ?? `/meetings/${meeting}/lines/`, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual" });
      if (answer.status >= 500) return;
      taken(meeting, line.key);
    }
    offline(false);
    document.body.dispatchEvent(new Event("fupan:again"));
  } catch {
    offline(true); // still away; the next answer tries again
  } finally {
    sending = false;
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-write]");
  if (form && event.target.name === "text") remember(form, event.target.value);
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const form = detail.elt.closest?.("form[data-write]");
  if (form && detail.elt === form && form.elements.key) {
    form.elements.key.value ||= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    detail.parameters.key = form.elements.key.value;
  }
});

function emptied(form) {
  remember(form, "");
  form.elements.text.value = "";
  if (form.elements.key) form.elements.key.value = "";
  document.getElementById("wording")?.replaceChildren();
}

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!room()) return;
  const form = detail.elt.closest?.("form[data-write]");
  if (form && detail.elt === form && detail.successful) emptied(form);
  if (detail.successful) {
    offline(false);
    if (queue(room().dataset.meeting).length) sendAgain();
  }
});

document.addEventListener("htmx:sendError", ({ detail }) => {
  const here = room();
  if (!here) return;
  offline(true);
  const form = detail.elt.closest?.("form[data-write]");
  if (!form || detail.elt !== form || !form.elements.kind) return;
  queue(here.dataset.meeting, { kind: form.elements.kind.value, text: form.elements.text.value, key: form.elements.key.value });
  emptied(form);
});

addEventListener("online", sendAgain);

function restore() {
  for (const form of document.querySelectorAll("form[data-write]")) {
    const before = unsent(form);
    if (before?.text && !form.elements.text.value) form.elements.text.value = before.text;
  }
  if (room() && queue(room().dataset.meeting).length) sendAgain();
}

// A part in which somebody writes is not taken from under their hands; what it missed is fetched once they are done.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 300) detail.requestConfig?.elt?.closest?.("[data-editing]")?.removeAttribute("data-editing");
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (!event.detail.target?.querySelector("[data-editing]")) return;
  event.detail.shouldSwap = false;
  setTimeout(() => {
    const version = document.querySelector("#room-state [name=v]");
    if (version) version.value = "0";
  });
});

document.addEventListener("click", (event) => {
  const adopt = event.target.closest("[data-adopt]");
  if (adopt) {
    const fields = [...document.querySelectorAll("form[data-write] [name=text]")];
    const field = fields.find((one) => one.value.includes(adopt.dataset.said));
    if (field) {
      field.value = adopt.dataset.adopt;
      remember(field.form, field.value);
      field.focus();
    }
    adopt.closest(".wording").remove();
  }
  const tab = event.target.closest("[data-room]");
  if (tab) {
    room().dataset.shown = tab.dataset.room;
    for (const other of document.querySelectorAll("[data-room]")) other.classList.toggle("on", other === tab);
  }
  const screen = event.target.closest("[data-screen]");
  if (screen) {
    event.preventDefault();
    const on = document.querySelector(".room-page").classList.toggle("room-screen");
    history.replaceState(null, "", on ? "?screen=1" : location.pathname);
    if (on) document.documentElement.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
  }
});

// The agenda of a planned meeting is ordered by dragging, too.
async function order() {
  const lists = [...document.querySelectorAll("[data-order]")].filter((list) => !list.sorted);
  if (!lists.length) return;
  const { default: Sortable } = await import("sortablejs");
  for (const list of lists) {
    list.sorted = Sortable.create(list, {
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      handle: ".plan-number",
      onEnd: () => {
        const form = document.querySelector(list.dataset.order);
        const items = [...list.querySelectorAll("[data-item]")].map((item) => item.dataset.item);
        [...form.querySelectorAll("[name=item]")].forEach((field, place) => { field.value = items[place]; });
        form.requestSubmit();
      },
    });
  }
}

function begin() {
  tick();
  replay();
  restore();
  order();
}

document.addEventListener("htmx:load", begin);
begin();
