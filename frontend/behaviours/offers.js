// The menu of templates behind "/" in the composer ([data-offers]): typing narrows it, arrows choose, Enter or a click puts the words in,
// Esc closes it. The reply remembers which template it came from in a hidden field. A button with [data-offered] in a [data-offer-card]
// elsewhere on the page puts that card's words in.
const menu = () => document.querySelector("[data-offers]");
const reply = () => document.getElementById("reply-text");

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.matches("[data-offers]")) target.querySelector("[data-offer-search]")?.focus();
});

document.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-offered]");
  if (row) take(row);
  else if (menu()?.childElementCount && !target.closest("[data-offers], [data-offer], #reply-text")) close();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!event.target.closest?.("[data-offers]") && !(event.target === reply() && menu()?.childElementCount)) return;
    const rows = [...menu().querySelectorAll("[data-offered]")];
    const here = rows.findIndex((row) => row.classList.contains("on"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length) mark(rows, (Math.max(here, 0) + step + rows.length) % rows.length);
    else if (event.key === "Enter" && !event.ctrlKey && rows[here]) take(rows[here]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

function mark(rows, chosen) {
  rows.forEach((row, at) => {
    row.classList.toggle("on", at === chosen);
    row.setAttribute("aria-selected", String(at === chosen));
  });
  rows[chosen].scrollIntoView({ block: "nearest" });
}

function take(row) {
  const field = reply();
  if (!field) return;
  const words = (row.closest("[data-offer-card]") ?? row).querySelector("[data-offer-text]").textContent;
  if (field.form.hidden) document.querySelector('[data-compose="reply"]')?.click(); // a note may stand in front
  let from = field.selectionStart;
  if (field.value.slice(0, from).match(/(^|\s)\/$/)) from -= 1;
  field.setRangeText(words, from, field.selectionEnd, "end");
  const used = Object.assign(document.createElement("input"), { type: "hidden", name: "template", value: row.dataset.offered });
  field.form.append(used);
  close();
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
}

function close() {
  menu()?.replaceChildren();
  reply().focus();
}
