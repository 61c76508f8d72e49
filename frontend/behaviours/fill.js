// <button data-fill="slice" data-value="issue_type=late">: puts the value into that field of the nearest form, as if it had been typed.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-fill]");
  const form = button?.closest("form") ?? document.querySelector(`form:has([name="${button?.dataset.fill}"])`);
  const field = form?.elements.namedItem(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.value;
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
});
