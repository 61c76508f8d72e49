// <button data-insert="#words-7">: puts the words of that element into the reply being written, at the cursor.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-insert]");
  const words = button && document.querySelector(button.dataset.insert)?.textContent.trim();
  const field = document.querySelector('[data-compose-form="reply"] textarea');
  if (!words || !field) return;
  document.querySelector('[data-compose="reply"]')?.click(); // a note may stand in front
  const { selectionStart: start, selectionEnd: end } = field;
  const gap = start && field.value[start - 1] !== "\n" ? "\n" : "";
  field.focus();
  field.setRangeText(gap + words, start, end, "end");
  for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
});
