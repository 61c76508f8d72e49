// data-dialog="#id" opens a <dialog>; data-close=".selector" closes (or removes) the nearest one; a click on the backdrop closes.
// <dialog data-open="1"> comes open: a form in it was wrong.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.querySelector(opener.dataset.dialog)?.showModal();
    return;
  }
  const closer = event.target.closest("[data-close]");
  if (closer) shut(closer.closest(closer.dataset.close));
  else if (event.target instanceof HTMLDialogElement && outside(event.target, event)) event.target.close();
});

function shut(element) {
  if (element instanceof HTMLDialogElement) element.close();
  else element?.remove();
}

function outside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

// Once shut it stays shut, whatever else is loaded.
document.addEventListener("close", (event) => event.target.removeAttribute?.("data-open"), true);

function come() {
  for (const dialog of document.querySelectorAll('dialog[data-open="1"]')) if (!dialog.open) dialog.showModal();
}

document.addEventListener("htmx:load", come);
come();
