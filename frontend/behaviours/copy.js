// <button data-copy="words"> or data-copy="#id": copies, and says so through data-copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = button.dataset.copy.startsWith("#") ? document.querySelector(button.dataset.copy) : null;
  await navigator.clipboard.writeText(source ? (source.value ?? source.innerText) : button.dataset.copy);
  if (button.dataset.copied) document.dispatchEvent(new CustomEvent("toast", { detail: { message: button.dataset.copied } }));
});
