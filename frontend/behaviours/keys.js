// Keys are declared where they act: data-key="m" (also "ctrl+enter", "shift+n", "["), data-go="t" after g, data-key-label for the list.
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const LEAVE = 1200;
let going = 0;

function pressed(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  const key = event.key.toLowerCase();
  if (event.shiftKey && /^([a-z]|enter|arrow\w+)$/.test(key)) parts.push("shift");
  return [...parts, key].join("+");
}

const seen = (element) => element.getClientRects().length > 0 && !element.closest("[inert], [hidden]");

/** The element a key belongs to: in the open dialog, else in the current row, else the first one to be seen. */
function owner(attribute, key) {
  const scope = document.querySelector("dialog[open]") ?? document;
  const all = [...scope.querySelectorAll(`[${attribute}]`)].filter((one) => one.getAttribute(attribute).split(" ").includes(key));
  return all.find((one) => one.closest("[data-row][aria-current]")) ?? all.find((one) => seen(one) && !one.closest("[data-row]"));
}

function act(element) {
  if (element.matches(TYPING)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

function strokes(key) {
  const names = { ctrl: "Ctrl", shift: "Shift", alt: "Alt", enter: "Enter", arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→" };
  const parts = key.split("+");
  return parts.map((part) => names[part] ?? (parts.length > 1 ? part.toUpperCase() : part));
}

function line(keys, label, then) {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  keys.forEach((key, place) => {
    if (place) term.append(then && place === 1 ? ` ${then} ` : " ");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  });
  row.append(term, Object.assign(document.createElement("dd"), { textContent: label }));
  return row;
}

function list(dialog) {
  const place = dialog.querySelector("[data-keys]");
  const told = new Set();
  const rows = [];
  for (const element of document.querySelectorAll("[data-key][data-key-label], [data-go][data-key-label]")) {
    const key = element.dataset.key?.split(" ")[0];
    const keys = key ? strokes(key) : ["g", element.dataset.go];
    if (told.has(keys.join(" "))) continue;
    told.add(keys.join(" "));
    rows.push(line(keys, element.dataset.keyLabel, key ? "" : place.dataset.then));
  }
  place.replaceChildren(place.firstElementChild, ...rows);
}

function help() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  list(dialog);
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const key = pressed(event);
  const typing = event.target.matches?.(TYPING);
  if (typing && key === "escape") return event.target.blur();
  if (typing && !key.startsWith("ctrl+")) return;
  if (key === "?") return help();
  if (going && Date.now() - going < LEAVE) {
    going = 0;
    const door = owner("data-go", key);
    if (door) return act(door);
  }
  if (key === "g" && !document.querySelector("dialog[open]")) {
    going = Date.now();
    return;
  }
  const element = owner("data-key", key);
  if (!element) return;
  event.preventDefault();
  act(element);
});
