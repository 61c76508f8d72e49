// <div data-board> holds the columns [data-column] with cards [data-card]; cards with data-movable can be dragged, and every move
// is asked of the server, which answers with the whole board. By key: arrows move the focus, space picks up and drops, Enter opens.
import htmx from "htmx.org";
import Sortable from "sortablejs/modular/sortable.core.esm.js";

const TYPING = "input, textarea, select, button, summary, [contenteditable]";
const PHONE = matchMedia("(max-width: 720px)");
const board = () => document.querySelector("[data-board] .board");
const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
const columns = () => [...(board()?.querySelectorAll(".board-cards[data-column]") ?? [])];
let lifted = null;
let wanted = "";

/** Ask for a move; `next` and `before` are the cards below and above its new place. */
function ask(card, column) {
  const values = { state: column.dataset.column };
  const below = card.nextElementSibling?.dataset.card;
  const above = card.previousElementSibling?.dataset.card;
  if (below) values.before = below;
  else if (above) values.after = above;
  wanted = card.id;
  const query = board().dataset.query;
  htmx.ajax("post", `${card.dataset.move}${query ? `?${query}` : ""}`, { target: "#board", swap: "innerHTML", values });
}

function sortable() {
  for (const column of columns()) {
    if (column.sorting) continue;
    column.sorting = new Sortable(column, {
      group: "actions",
      draggable: "[data-movable]",
      filter: "details",
      preventOnFilter: false,
      animation: 120,
      ghostClass: "ghost",
      disabled: PHONE.matches,
      onEnd({ item, from, to, oldIndex, newIndex }) {
        if (from !== to || oldIndex !== newIndex) ask(item, to);
      },
    });
  }
}

// The narrow screen: one column at a time.

function choose(state) {
  for (const one of document.querySelectorAll(".board-switch a, .board-column")) {
    one.classList.toggle("on", (one.dataset.column ?? one.id.slice("column-".length)) === state);
  }
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest(".board-switch a");
  if (!tab) return;
  event.preventDefault();
  choose(tab.dataset.column);
});

// By key

function say(name, words) {
  const voice = document.querySelector("[data-board-voice]");
  if (voice) voice.textContent = (board().dataset[name] ?? "").replace(/\{\w+\}/, words);
}

function focus(card) {
  if (!card) return;
  for (const one of board().querySelectorAll("[data-card]")) one.tabIndex = one === card ? 0 : -1;
  card.focus();
  card.scrollIntoView({ block: "nearest" });
}

function beside(card, step) {
  const all = columns();
  const here = all.indexOf(card.closest(".board-cards"));
  const place = cardsOf(all[here]).indexOf(card);
  for (let at = here + step; all[at]; at += step) {
    const cards = cardsOf(all[at]);
    if (cards.length) return cards[Math.min(place, cards.length - 1)];
  }
  return null;
}

function stepped(card, step) {
  const cards = cardsOf(card.closest(".board-cards"));
  return cards[cards.indexOf(card) + step] ?? null;
}

function walk(card, key) {
  if (key === "ArrowUp") focus(stepped(card, -1));
  else if (key === "ArrowDown") focus(stepped(card, 1));
  else focus(beside(card, key === "ArrowLeft" ? -1 : 1));
}

/** Carry the lifted card one place on. */
function carry(card, key) {
  const all = columns();
  const column = card.closest(".board-cards");
  if (key === "ArrowUp") stepped(card, -1)?.before(card);
  else if (key === "ArrowDown") stepped(card, 1)?.after(card);
  else {
    const next = all[all.indexOf(column) + (key === "ArrowLeft" ? -1 : 1)];
    if (!next) return;
    const place = cardsOf(column).indexOf(card);
    const below = cardsOf(next)[place];
    if (below) below.before(card);
    else next.append(card);
    say("saidOver", next.dataset.name);
  }
  focus(card);
}

function lift(card) {
  if (!("movable" in card.dataset)) return;
  lifted = { card, column: card.closest(".board-cards"), next: card.nextElementSibling };
  card.classList.add("lifted");
  say("saidUp", card.querySelector("h3").textContent);
}

function drop() {
  const { card, column, next } = lifted;
  lifted = null;
  card.classList.remove("lifted");
  const here = card.closest(".board-cards");
  if (here !== column || card.nextElementSibling !== next) ask(card, here);
}

function putBack() {
  const { card, column, next } = lifted;
  lifted = null;
  card.classList.remove("lifted");
  if (next?.parentElement === column) next.before(card);
  else column.append(card);
  focus(card);
  say("saidBack", "");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !board()) return;
  if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
  const card = event.target.closest?.("[data-card]");
  const arrow = event.key.startsWith("Arrow");
  if (!card) {
    if (arrow && event.target === document.body) {
      event.preventDefault();
      focus(board().querySelector("[data-card]"));
    }
    return;
  }
  if (arrow) lifted ? carry(card, event.key) : walk(card, event.key);
  else if (event.key === " ") lifted ? drop() : lift(card);
  else if (event.key === "Escape" && lifted) putBack();
  else if (event.key === "Enter" && event.target === card && !lifted) location.assign(card.dataset.url);
  else return;
  event.preventDefault();
}, true);

// Dragging leaves style attributes behind, HTMX would carry them over to the new cards, and the CSP forbids that.
document.addEventListener("htmx:beforeSwap", () => {
  for (const one of document.querySelectorAll("[data-board] [style]")) one.removeAttribute("style");
});

document.addEventListener("htmx:load", () => {
  lifted = null;
  sortable();
  const card = wanted && document.getElementById(wanted);
  wanted = "";
  if (!card) return;
  if (PHONE.matches) choose(card.closest(".board-cards").dataset.column);
  if (!document.querySelector("dialog[open]")) focus(card);
});
sortable();
