// Bundles frontend/ into src/fupan/static/dist; `--watch` rebuilds on change.
import { build, context } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";

const OUT = "src/fupan/static/dist";
const shared = {
  outdir: OUT,
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: "none",
  target: "es2022",
  logLevel: "warning",
};
const jobs = [
  { ...shared, entryPoints: ["frontend/app.js", "frontend/charts.js"], format: "esm", external: ["./charts.js"] },
  { ...shared, entryPoints: ["frontend/theme.js"], format: "iife" },
  { ...shared, entryPoints: ["frontend/app.css", "frontend/print.css"], external: ["*.woff2"] },
];

/** One SVG with a symbol for every name in frontend/icons.txt, from Tabler's outline icons. */
async function sprite() {
  const names = (await readFile("frontend/icons.txt", "utf8")).split("\n").map((line) => line.trim()).filter(Boolean);
  const symbols = await Promise.all(names.map(symbol));
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

async function symbol(name) {
  const source = await readFile(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const shapes = source.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  const drawn = shapes.replace(/<path stroke="none"[^>]*\/>/g, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawn}</symbol>`;
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await writeFile(`${OUT}/sprite.svg`, await sprite());
await writeFile(`${OUT}/mark.svg`, await readFile("frontend/mark.svg"));

if (process.argv.includes("--watch")) {
  for (const job of jobs) await (await context(job)).watch();
} else {
  await Promise.all(jobs.map((job) => build(job)));
}
