// [data-whys]: draws the lines between the whys as one layer, and lets the arrows walk the tree. The current why is aria-current, so that
// keys belong to it (keys.js). data-put="#field" puts data-words into a field ("closest": the field of the same form).
// form[data-shuts] shuts its dialog once it was taken; form[data-kinds] shows the fields of the chosen kind;
// form[data-link-to] goes to the address of its select.
const SPACE = "http://www.w3.org/2000/svg";
const TYPING = "input, textarea, select, [contenteditable]";
const STEP = { ArrowLeft: "above", ArrowRight: "below", ArrowUp: "before", ArrowDown: "after" };

function place(element, frame) {
  const box = element.getBoundingClientRect();
  return { left: box.left - frame.left, right: box.right - frame.left, middle: (box.top + box.bottom) / 2 - frame.top };
}

function path(from, to) {
  const bend = from.right + Math.min(14, (to.left - from.right) / 2);
  const apart = to.middle - from.middle;
  if (Math.abs(apart) < 2) return `M${from.right} ${from.middle}H${to.left}`;
  const round = Math.min(6, Math.abs(apart) / 2) * Math.sign(apart);
  return `M${from.right} ${from.middle}H${bend - 6}Q${bend} ${from.middle} ${bend} ${from.middle + round}V${to.middle - round}Q${bend} ${to.middle} ${bend + 6} ${to.middle}H${to.left}`;
}

function line(from, to, kind) {
  const drawn = document.createElementNS(SPACE, "path");
  drawn.setAttribute("d", path(from, to));
  drawn.setAttribute("class", kind);
  return drawn;
}

function draw(tree) {
  const picture = tree.querySelector(".why-lines");
  const frame = tree.getBoundingClientRect();
  picture.setAttribute("width", frame.width);
  picture.setAttribute("height", frame.height);
  const lines = [];
  for (const why of tree.querySelectorAll("[data-above]")) {
    const above = tree.querySelector(`[data-why="${why.dataset.above}"]`);
    if (above) lines.push(line(place(above, frame), place(why, frame), why.matches(".why-out") ? "faded" : "solid"));
  }
  for (const cause of tree.querySelectorAll("[data-cause]")) {
    const why = tree.querySelector(`[data-why="${cause.dataset.cause}"]`);
    if (why) lines.push(line(place(why, frame), place(cause, frame), cause.matches(".why-confirmed") ? "solid" : cause.matches(".why-ruled_out") ? "faded dashed" : "dashed"));
  }
  picture.replaceChildren(...lines);
}

const watched = new ResizeObserver((entries) => entries.forEach((entry) => draw(entry.target)));

function watch() {
  for (const tree of document.querySelectorAll("[data-whys]")) watched.observe(tree);
}

let current = "";

function choose(why) {
  current = why?.dataset.why ?? "";
  for (const other of document.querySelectorAll("[data-why][aria-current]")) if (other !== why) other.removeAttribute("aria-current");
  why?.setAttribute("aria-current", "true");
}

function neighbour(why, where) {
  const tree = why.closest("[data-whys]");
  if (where === "above") return tree.querySelector(`[data-why="${why.dataset.above}"]`);
  if (where === "below") return tree.querySelector(`[data-above="${why.dataset.why}"]`);
  const all = [...tree.querySelectorAll("[data-why]")].filter((one) => Math.abs(one.getBoundingClientRect().left - why.getBoundingClientRect().left) < 8);
  return all[all.indexOf(why) + (where === "after" ? 1 : -1)];
}

document.addEventListener("focusin", (event) => {
  const why = event.target.closest("[data-why]");
  if (why) choose(why);
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.key in STEP)) return;
  if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
  const why = document.querySelector("[data-why][aria-current]") ?? document.querySelector("[data-whys] [data-why]");
  const next = why && (why.hasAttribute("aria-current") ? neighbour(why, STEP[event.key]) : why);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

document.addEventListener("click", (event) => {
  const filler = event.target.closest("[data-put]");
  if (!filler) return;
  const field = filler.dataset.put === "closest" ? filler.closest("form")?.querySelector("[name=text]") : document.querySelector(filler.dataset.put);
  if (!field) return;
  field.value = filler.dataset.words;
  field.focus();
  filler.closest(".why-hint")?.remove();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-link-to]")) return;
  event.target.action = event.target.querySelector("select").value;
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches("form[data-shuts]")) event.detail.elt.closest("dialog")?.remove();
});

function kinds(form) {
  const chosen = form.querySelector("[name=kind]:checked")?.value;
  for (const part of form.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== chosen;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-kinds]");
  if (form && event.target.name === "kind") kinds(form);
});

function come() {
  watch();
  const kept = current && document.querySelector(`[data-why="${current}"]:not([aria-current])`);
  if (kept) kept.setAttribute("aria-current", "true");
  document.querySelectorAll("form[data-kinds]").forEach(kinds);
}

document.addEventListener("htmx:load", come);
come();
