/** Takes the pictures of the console for README.md and docs/console.md, in front of a made-up incident. `npm run pictures`; needs a Chromium. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startFixtureConsole } from "./fixture-console.ts";
import { fixtureLetters } from "./fixture-letters.ts";
import { openBrowser, whyNoBrowser } from "./open-browser.ts";
import { shrinkPng } from "./shrink-png.ts";

const folder = fileURLToPath(new URL("../../docs/pictures", import.meta.url));
const now = Date.parse("2026-11-24T10:00:00Z");
const misspelt = fixtureLetters(now).rows.find(({ reason }) => reason === "InvalidIntent");

interface Picture {
  readonly name: string;
  readonly hash: string;
  /** A text that is there once the view is complete. */
  readonly text: string;
  readonly look?: BrowserContextOptions;
  readonly act?: (page: Page) => Promise<void>;
}

const pictures: readonly Picture[] = [
  { name: "console-overview", hash: "#/", text: "Queue queue-refunds" },
  {
    name: "console-overview-dark",
    hash: "#/",
    text: "Queue queue-refunds",
    look: { colorScheme: "dark" },
  },
  { name: "console-letter", hash: `#/letter/${misspelt?.id}`, text: "requested by" },
  {
    name: "console-letters",
    hash: "#/letters?reason=ConnectUnavailable",
    text: "6 of 69",
    look: { viewport: { width: 1280, height: 480 } },
    act: async (page) => {
      await page.locator("#row-0").waitFor();
      for (const key of ["x", "j", "j", "X"]) await page.keyboard.press(key);
      await page.getByText("3 selected").waitFor();
    },
  },
  {
    name: "console-edit",
    hash: "#/edit?cause=cause-1&select=all&unset=/detail/queueID&set=/detail/queueId:=%22queue-cancellations%22",
    text: "17 change, 0 do not",
  },
  {
    name: "console-resolve",
    hash: "#/resolve?cause=cause-2&select=all",
    text: "What became of them",
    look: { viewport: { width: 1280, height: 840 } },
  },
  {
    name: "console-run",
    hash: "#/replay?cause=cause-0&select=all",
    text: "1 → 10 → 31",
    look: { viewport: { width: 1280, height: 640 } },
    act: async (page) => {
      await page.getByLabel("Why").fill("OPS-318: the queue exists again");
      await page.keyboard.press("Enter");
      await page.getByText("9 transferred").waitFor();
    },
  },
  {
    name: "console-phone",
    hash: "#/",
    text: "Queue queue-refunds",
    look: { viewport: { width: 360, height: 720 } },
  },
];

/** A console and a context of its own each, so that no picture shows what another has done. */
async function takePicture(browser: Browser, { name, hash, text, look, act }: Picture): Promise<void> {
  await using server = await startServer();
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    reducedMotion: "reduce",
    ...look,
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(now);
  await page.goto(server.address);
  await page.goto(`${server.url}/${hash}`);
  await page.getByText(text).first().waitFor();
  await act?.(page);
  const png = await page.screenshot({ animations: "disabled" });
  await writeFile(join(folder, `${name}.png`), shrinkPng(png));
  await context.close();
}

async function startServer() {
  const server = await startFixtureConsole({ now });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

if (whyNoBrowser) throw new Error(`The pictures need a browser: ${whyNoBrowser}.`);
await mkdir(folder, { recursive: true });
const browser = await openBrowser();
try {
  for (const picture of pictures) await takePicture(browser, picture);
} finally {
  await browser.close();
}
