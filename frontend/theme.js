// Runs before the first paint: the stored theme, else the system's.
const stored = localStorage.getItem("fupan-theme") ?? document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
const dark = stored ? stored === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
