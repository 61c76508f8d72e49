// The composer of a ticket: [data-compose="reply|note"] shows its form and goes to its words; #writing tells colleagues that somebody types;
// files are named in data-files; [data-offer] or "/" at the start of a word asks for templates; @ offers the names in data-mentions.
let told = 0;

function show(which, focus = true) {
  for (const tab of document.querySelectorAll("[data-compose]")) {
    const on = tab.dataset.compose === which;
    tab.classList.toggle("on", on);
    tab.setAttribute("aria-selected", String(on));
  }
  for (const form of document.querySelectorAll("[data-compose-form]")) {
    form.hidden = form.dataset.composeForm !== which;
    if (!form.hidden && focus) form.querySelector("textarea").focus();
  }
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-compose]");
  if (tab) show(tab.dataset.compose);
  const offer = event.target.closest("[data-offer]");
  if (offer) ask();
});

function ask() {
  document.querySelector("[data-offers]")?.dispatchEvent(new Event("offer", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-writing]")) return;
  const flag = document.getElementById("writing");
  if (flag) flag.value = target.value.trim() ? "1" : "0";
  if (Date.now() - told > 10_000) {
    told = Date.now();
    document.body.dispatchEvent(new Event("writing"));
  }
  if (target.id === "reply-text" && /(^|\s)\/$/.test(target.value.slice(0, target.selectionStart))) ask();
  if (target.dataset.mentions) offerNames(target);
});

document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[data-files]")) return;
  const names = [...target.files].map((file) => file.name);
  document.querySelector(target.dataset.files).textContent = names.join(", ");
});

// Words that are on their way are no draft any more: a late save must not bring them back. Refused words are one again.

document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-compose-form]")) target.dataset.sent = "1";
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("[data-compose-form][data-sent] [data-writing]")) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.matches("[data-compose-form]") && !detail.successful) delete target.dataset.sent;
});

// Names of colleagues after an @

const place = () => document.querySelector("[data-mention-offers]");

function begun(area) {
  return area.value.slice(0, area.selectionStart).match(/[@＠]([^\s@＠]*)$/);
}

function offerNames(area) {
  const menu = place();
  const word = begun(area);
  const wanted = word?.[1].toLowerCase();
  const names = word ? JSON.parse(area.dataset.mentions).filter((name) => name.toLowerCase().startsWith(wanted)) : [];
  menu.hidden = !names.length;
  menu.replaceChildren(
    ...names.slice(0, 8).map((name, at) => {
      const row = Object.assign(document.createElement("button"), { type: "button", textContent: name });
      row.dataset.name = name;
      row.classList.toggle("on", at === 0);
      return row;
    }),
  );
}

function name(area, chosen) {
  const word = begun(area);
  const from = area.selectionStart - word[1].length;
  area.setRangeText(`${chosen} `, from, area.selectionStart, "end");
  place().hidden = true;
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-mention-offers] [data-name]");
  if (row) name(document.getElementById("note-text"), row.dataset.name);
});

document.addEventListener(
  "keydown",
  (event) => {
    const menu = place();
    if (!menu || menu.hidden || !event.target.dataset?.mentions) return;
    const rows = [...menu.children];
    const here = rows.findIndex((row) => row.classList.contains("on"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      rows[here].classList.remove("on");
      rows[(here + step + rows.length) % rows.length].classList.add("on");
    } else if (event.key === "Enter" || event.key === "Tab") name(event.target, rows[here].dataset.name);
    else if (event.key === "Escape") menu.hidden = true;
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// A draft of a note, and none of a reply: go on with the note.
const note = document.getElementById("note-text");
if (note?.value && !document.getElementById("reply-text").value) show("note", false);
