// A form whose selects [data-dimension] make up one slice: <input data-slice> holds it as text ("issue_type=late&product=A20"), conditions
// without a select stay in it and are shown in [data-slice-rest]. Either side follows the other.
const parts = (text) => new Map(text.split("&").filter((pair) => pair.includes("=")).map((pair) => {
  const at = pair.indexOf("=");
  return [pair.slice(0, at), pair.slice(at + 1)];
}));
const selects = (form) => [...form.querySelectorAll("[data-dimension]")];

function written(form) {
  const field = form.querySelector("[data-slice]");
  const told = parts(field.value);
  for (const one of selects(form)) {
    const value = one.value.trim();
    if (value) told.set(one.dataset.dimension, value);
    else told.delete(one.dataset.dimension);
  }
  field.value = [...told].sort(([a], [b]) => (a < b ? -1 : 1)).map((pair) => pair.join("=")).join("&");
}

function shown(form) {
  const told = parts(form.querySelector("[data-slice]").value);
  for (const one of selects(form)) {
    const value = told.get(one.dataset.dimension) ?? "";
    if (one.tagName === "SELECT" && value && ![...one.options].some((option) => option.value === value)) one.add(new Option(value, value));
    one.value = value;
  }
}

function rest(form) {
  const place = form.querySelector("[data-slice-rest]");
  if (!place) return;
  const own = new Set(selects(form).map((one) => one.dataset.dimension));
  const others = [...parts(form.querySelector("[data-slice]").value)].filter(([name]) => !own.has(name));
  place.replaceChildren(...others.map(([name, value]) => Object.assign(document.createElement("span"), { className: "chip chip-t", textContent: `${name} = ${value}` })));
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("form:has([data-slice])");
  if (!form) return;
  if (target.matches("[data-dimension]")) written(form);
  else if (target.matches("[data-slice]")) shown(form);
  else return;
  rest(form);
}, true);

for (const field of document.querySelectorAll("[data-slice]")) {
  written(field.form);
  rest(field.form);
}
