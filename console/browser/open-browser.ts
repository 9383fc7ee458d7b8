import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Linux distributions and macOS install a browser with Chromium's engine. */
const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser of this machine: `CHROMIUM`, or one of the usual places. */
function findBrowser(): string | undefined {
  const { CHROMIUM } = process.env;
  if (CHROMIUM !== undefined && CHROMIUM !== "") return CHROMIUM;
  return usualPlaces.find((path) => existsSync(path));
}

/** Why tests in a browser are skipped; false if there is one. */
export const whyNoBrowser: string | false =
  findBrowser() === undefined && "no Chromium was found: install it (apt install chromium), or set CHROMIUM";

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    // Containers forbid what the sandbox needs; the pages are this project's own.
    chromiumSandbox: false,
    args: ["--disable-gpu", "--font-render-hinting=none"],
  });
}
