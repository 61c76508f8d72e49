// Every HTMX request carries the CSRF token; a refused rule (409) is told beside the page, what was clicked stays.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const notices = document.getElementById("notices");
  if (event.detail.xhr.status !== 409 || !notices) return;
  event.detail.target = notices;
  event.detail.swapOverride = "beforeend";
});
