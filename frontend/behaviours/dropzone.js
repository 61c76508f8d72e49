// <label data-dropzone><input type="file" multiple></label>: drop files or a folder; the chosen files are listed in [data-files] of the form.
const SIZES = ["B", "kB", "MB", "GB"];

function size(bytes) {
  let place = 0;
  for (; bytes >= 1000 && place < 3; place += 1) bytes /= 1000;
  return `${bytes.toFixed(place && bytes < 10 ? 1 : 0)} ${SIZES[place]}`;
}

function show(input) {
  const list = (input.form ?? document).querySelector("[data-files]");
  if (!list) return;
  list.replaceChildren(...[...input.files].map((file) => {
    const row = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { textContent: file.webkitRelativePath || file.name });
    row.append(name, Object.assign(document.createElement("span"), { textContent: size(file.size) }));
    return row;
  }));
}

/** All files below what was dropped; a folder is walked. */
async function gathered(entry) {
  if (entry.isFile) return [await new Promise((done, fail) => entry.file(done, fail))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return (await Promise.all(found.map(gathered))).flat();
    found.push(...some);
  }
}

document.addEventListener("dragover", (event) => {
  const zone = event.target.closest("[data-dropzone]");
  if (!zone) return;
  event.preventDefault();
  zone.classList.add("over");
});

document.addEventListener("dragleave", (event) => event.target.closest("[data-dropzone]")?.classList.remove("over"));

document.addEventListener("drop", async (event) => {
  const zone = event.target.closest("[data-dropzone]");
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("over");
  const input = zone.querySelector('input[type="file"]');
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = entries.length ? (await Promise.all(entries.map(gathered))).flat() : [...event.dataTransfer.files];
  const chosen = new DataTransfer();
  files.filter((file) => !file.name.startsWith(".")).forEach((file) => chosen.items.add(file));
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  if (event.target.matches('input[type="file"]')) show(event.target);
});
