// Short words at the edge of the page: the HX-Trigger header {"toast": {"message": …, "tone": …}}, and failed requests.
const STAY = 6000;
const TONES = { good: "jade", bad: "red", warn: "amber" };

function say(message, tone) {
  const place = document.getElementById("notices");
  if (!place || !message) return;
  const notice = document.createElement("div");
  notice.className = `notice${TONES[tone] ? ` notice-${TONES[tone]}` : ""}`;
  notice.append(Object.assign(document.createElement("p"), { textContent: message }));
  place.append(notice);
  setTimeout(() => notice.remove(), STAY);
}

const words = (name) => document.getElementById("notices")?.dataset[name];

document.addEventListener("toast", (event) => say(event.detail.message, event.detail.tone));
document.addEventListener("htmx:responseError", () => say(words("failed"), "warn"));
document.addEventListener("htmx:sendError", () => say(words("offline"), "warn"));
