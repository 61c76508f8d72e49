// Rows to act on together: [data-select-all] in the head, [data-select] per row, [data-selected-count], [data-bulk] shown when any is chosen.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select], [data-select-all]")) return;
  const scope = event.target.closest("form, table, main") ?? document;
  const boxes = [...scope.querySelectorAll("[data-select]")];
  if (event.target.matches("[data-select-all]")) boxes.forEach((box) => (box.checked = event.target.checked));
  tell(scope, boxes);
});

function tell(scope, boxes) {
  const chosen = boxes.filter((box) => box.checked).length;
  const all = scope.querySelector("[data-select-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  document.querySelectorAll("[data-selected-count]").forEach((place) => (place.textContent = chosen));
  document.querySelectorAll("[data-bulk]").forEach((bar) => (bar.hidden = chosen === 0));
}
