// <… data-walk> with [data-row] inside: j and k move, Enter opens the row's first link; the row is marked aria-current.
// data-walk="scroll" only scrolls (sections of a page).
const TYPING = "input, textarea, select, [contenteditable]";

function rows() {
  const list = document.querySelector("[data-walk]");
  return list ? [...list.querySelectorAll("[data-row]")].filter((row) => row.getClientRects().length) : [];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
  all[here]?.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: next.offsetHeight > innerHeight / 2 ? "start" : "nearest" });
  next.dispatchEvent(new CustomEvent("fupan:walk", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "Enter" && event.target === document.body) {
    const row = document.querySelector("[data-walk] [data-row][aria-current]");
    (row?.matches("a") ? row : row?.querySelector("a"))?.click();
  }
});
