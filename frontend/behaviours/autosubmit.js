// <form data-autosubmit>: filters apply as soon as they change; typing waits 400 ms. Empty fields stay out of the address.
let waiting = 0;

function send(form) {
  clearTimeout(waiting);
  form.requestSubmit();
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-autosubmit") && !event.target.matches("[type=search], [type=text]")) send(form);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.hasAttribute("data-autosubmit") || !event.target.matches("[type=search], [type=text]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => send(form), 400);
});

document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
});
