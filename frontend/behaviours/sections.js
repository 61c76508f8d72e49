// <nav class="tabs-sticky"> with #links: the tab of the section in view is the current one.
const tabs = [...document.querySelectorAll('.tabs-sticky > a[href^="#"]')];
const sections = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));

function mark() {
  const last = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
  let here = sections.findLastIndex((section) => section && section.getBoundingClientRect().top < 160);
  if (last && scrollY > 0) here = tabs.length - 1;
  tabs.forEach((tab, place) => {
    tab.classList.toggle("on", place === Math.max(here, 0));
    tab.toggleAttribute("aria-current", place === Math.max(here, 0));
  });
}

if (tabs.length) {
  document.addEventListener("scroll", mark, { passive: true });
  mark();
}
