// While a template is written: [data-text-of="de"] is the text of a language, the last one used is previewed ([data-language]);
// <button data-variable="order"> puts {order} at the cursor.
let field = null;

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches("[data-text-of]")) return;
  field = target;
  const language = document.querySelector("[data-language]");
  if (!language || language.value === target.dataset.textOf) return;
  language.value = target.dataset.textOf;
  document.body.dispatchEvent(new Event("language"));
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-variable]");
  if (!button) return;
  const area = field ?? document.querySelector("details[open] > [data-text-of]");
  if (!area) return;
  area.setRangeText(`{${button.dataset.variable}}`, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
});
