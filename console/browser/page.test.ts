import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Letter } from "../protocol/letters.ts";
import type { ConsoleServer } from "../server/start-server.ts";
import { auditPage, overflowOf, prepareAudit } from "./audit-page.ts";
import { startFixtureConsole } from "./fixture-console.ts";
import { fixtureLetter, fixtureLetters } from "./fixture-letters.ts";
import { openBrowser, whyNoBrowser } from "./open-browser.ts";

const now = Date.parse("2026-11-24T10:00:00Z");
const { rows } = fixtureLetters(now);
const misspelt = rows.find(({ reason }) => reason === "InvalidIntent");
const unknown = rows.find(({ effect }) => effect === "unknown");

const script = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
const hostile = `${script}\u202Egnp.exe\u200B\u0007 ${"W".repeat(2000)}`;

/** A letter whose every text wants to be something else. */
function hostileLetter(): Letter {
  const [row] = rows;
  assert.ok(row);
  const letter = fixtureLetter(row, now);
  const [reason, message, source] = [hostile, hostile, hostile];
  const body = JSON.stringify({ [hostile]: hostile, detail: { contactId: hostile, "a/b~c": [hostile] } });
  return {
    ...letter,
    ...{
      id: "hostile",
      causeId: "hostile",
      reason,
      message,
      source,
      body,
      intentId: hostile,
      contactId: hostile,
      queueId: hostile,
    },
    isIntent: false,
    effect: "unknown",
    violations: [{ path: "/detail/a~1b~0c/0", message: hostile }],
    error: { name: hostile, requestId: hostile },
    origin: [{ label: hostile, text: hostile }],
    attributes: [{ name: hostile, text: hostile }],
    replay: { isPossible: false, skipReason: "__proto__", why: hostile },
  };
}

const views: readonly (readonly [name: string, hash: string, text: string])[] = [
  ["overview", "#/", "Failures by cause"],
  ["letters", "#/letters?select=all", "All 70 dead letters"],
  ["letter", `#/letter/${misspelt?.id}`, "did you mean queueId?"],
  ["edit", "#/edit?cause=cause-0&select=all&set=/detail/userId:=%22a%20b%22", "become invalid"],
  ["replay", "#/replay?select=all", "would be skipped"],
  ["discard", "#/discard?cause=cause-2&select=all", "are written to"],
  ["resolve", "#/resolve?cause=cause-2&select=all", "What became of them"],
  ["runs", "#/runs", "None yet"],
  ["trace", `#/trace/${rows[0]?.intentId}`, "requested by"],
];

describe("the page", { skip: whyNoBrowser, timeout: 300_000 }, () => {
  let server: ConsoleServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the browser complains about, such as a script that the policy forbids. */
  const complaints: string[] = [];

  before(async () => {
    server = await startFixtureConsole({ now, letter: hostileLetter() });
    browser = await openBrowser();
    context = await browser.newContext({ reducedMotion: "reduce" });
    await prepareAudit(context);
    page = await openPage(context, server.address);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  async function openPage(opened: BrowserContext, address: string): Promise<Page> {
    const made = await opened.newPage();
    made.setDefaultTimeout(20_000);
    made.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    made.on("pageerror", ({ message }) => complaints.push(message));
    await made.clock.setFixedTime(now);
    await made.goto(address);
    return made;
  }
  const show = async (hash: string, text: string) => {
    await page.goto(`${server.url}/${hash}`);
    await page.getByText(text).first().waitFor();
  };
  /** In the form of the address, which is what a reload would read. */
  const hash = () => new URL(page.url()).hash;

  it("takes the token out of the address, and keeps its place there", async () => {
    assert.equal(page.url(), `${server.url}/`);
    await show("#/letters?reason=IntentExpired", "order-7711-cancelled");
    await page.reload();
    await page.getByText("3 of 70").waitFor();
  });

  it("says what it does not know, rather than that all is well", async () => {
    await page.route("**/api/now", async (route) => {
      const { intents: _, ...known } = await (await route.fetch()).json();
      await route.fulfill({
        json: { ...known, alarms: { kind: "read", readAt: now, ringing: [], total: 0 } },
      });
    });
    await show("#/", "Not known: the intent queue was not read");
    assert.equal(await page.getByText("Not known: the intent queue was not read").count(), 2);
    await page.getByText(/^No alarm has a name that begins with /).waitFor();
    assert.equal(await page.getByText("Nothing waits").count(), 0);
    await page.unroute("**/api/now");
  });

  it("says that lines which an undo could not import are still in the file", async () => {
    const failures = [{ id: "line 2", why: "SQS refuses it" }];
    const counts = { revision: 1, selected: 2, done: 1, skipped: 0, failed: 1, failures, canUndo: false };
    const about = { id: "x", kind: "import", state: "failed", startedAt: now, operator: "o", why: "w" };
    await page.route("**/api/runs/x", (route) =>
      route.fulfill({ json: { ...about, ...counts, commandLine: "npx contact-transfer" } }),
    );
    await show("#/runs/x", "1 failed and are still in the file:");
    await page.unroute("**/api/runs/x");
  });

  const looks = [
    { colorScheme: "light", width: 1440 },
    { colorScheme: "dark", width: 360 },
  ] as const satisfies readonly (BrowserContextOptions & { width: number })[];
  for (const { colorScheme, width } of looks) {
    for (const [name, place, text] of views) {
      it(`has nothing for axe to find in ${name}, ${colorScheme}, and fits ${width} px`, async () => {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await show(place, text);
        assert.deepEqual(await auditPage(page), []);
        assert.equal(await overflowOf(page), 0);
      });
    }
  }

  it("shows hostile letters as text, with what is hidden in them named", async () => {
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      for (const [place, text] of [
        ["#/letters", "U+202E"],
        ["#/letter/hostile", "U+202E"],
        ["#/edit?select=hostile", "U+202E"],
        ["#/", "U+202E"],
        ["#/replay?select=hostile", "U+202E"],
        ["#/discard?select=hostile", "U+202E"],
        ["#/resolve?select=hostile", "U+202E"],
        ["#/trace/hostile", "U+202E"],
        [`#/letters?message=${encodeURIComponent(hostile)}`, "U+202E"],
      ] as const) {
        await show(place, text);
        assert.equal(await page.locator("img, #app script").count(), 0);
        assert.doesNotMatch(await page.title(), /^owned/);
        assert.equal(await overflowOf(page), 0, place);
        const all = (await page.locator("#app").textContent()) ?? "";
        assert.doesNotMatch(all, /[\p{Cc}\p{Cf}]/u);
      }
    }
  });

  describe("by keyboard alone", () => {
    before(async () => {
      await page.setViewportSize({ width: 1440, height: 900 });
    });

    it("goes from a group to its letters, to one of them and back", async () => {
      await show("#/", "Failures by cause");
      await page.getByText("Queue queue-refunds").first().waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByText("17 of 70").waitFor();
      assert.equal(hash(), "#/letters?cause=cause-1");
      await page.locator("#row-0").waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByText("2 of 17").waitFor();
      await page.keyboard.press("j");
      await page.getByText("3 of 17").waitFor();
      await page.keyboard.press("c");
      await page.getByText("It can be transferred: open, TASK").waitFor();
      await page.keyboard.press("Escape");
      await page.getByText("17 of 70").waitFor();
    });

    it("selects some, a range, all that match, and none; a reload keeps it", async () => {
      await show("#/letters?cause=cause-2", "6 of 70");
      await page.locator("#row-0").waitFor();
      await page.keyboard.press("x");
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("X");
      await page.getByText("3 selected").waitFor();
      await page.reload();
      await page.getByText("3 selected").waitFor();
      assert.equal(await page.locator('[role=row][aria-selected="true"]').count(), 3);
      await page.keyboard.press("a");
      await page.getByText("All 6 dead letters that match").waitFor();
      await page.keyboard.press("Escape");
      await page.getByText("Select all 6 that match").waitFor();
    });

    it("plans a replay and starts it with a reason, in steps", async () => {
      await show("#/letters?cause=cause-0", "42 of 70");
      await page.locator("#row-0").waitFor();
      await page.keyboard.press("a");
      await page.keyboard.press("r");
      await page.getByText("1 → 10 → 31").waitFor();
      await page.getByLabel("Why").focus();
      await page.keyboard.type("OPS-1: the queue exists again");
      await page.locator("form.why button[type=submit][aria-disabled=false]").waitFor();
      await page.keyboard.press("Enter");
      await page.getByText("Waiting for what becomes of this step").waitFor();
      await page.getByText("9 transferred").waitFor();
      await page.locator("h1").waitFor();
      assert.deepEqual(await auditPage(page), []);
      await page.keyboard.press("p");
      await page.getByText("Paused: nothing is sent until you resume").waitFor();
      await page.keyboard.press("p");
      await page.getByText("Sending to the intent queue").waitFor();
      await page.keyboard.press("c");
      await page.getByText("Cancelled: what was not sent").waitFor();
    });

    /** Fills in the form of a replay. Resolves with the requests that start a run, as they come. */
    const giveReason = async () => {
      const starts: string[] = [];
      await show("#/replay?cause=cause-0&select=all", "1 → 10 → 31");
      await page.getByLabel("Why").focus();
      await page.keyboard.type("OPS-1: the queue exists again");
      await page.route("**/api/runs", async (asked) => {
        if (asked.request().method() === "POST") starts.push(asked.request().url());
        await asked.continue();
      });
      return starts;
    };

    /** Chooses another plan, and presses Enter while the button says that it is not there. */
    const startEarly = async (label: string, told: string) => {
      await page.getByLabel("Ask Connect about each contact first").check();
      await page.getByRole("button", { name: label }).waitFor();
      await page.getByLabel("Why").focus();
      await page.keyboard.press("Enter");
      await page.getByText(told).waitFor();
    };

    it("starts nothing before the plan is there again, and says so", async () => {
      const starts = await giveReason();
      await page.locator("form.why button[type=submit][aria-disabled=false]").waitFor();
      // Every label that the button has from now on, however shortly.
      await page.evaluate(`globalThis.labels = [];
        const button = document.querySelector("form.why button[type=submit]");
        new MutationObserver(() => labels.push(button.textContent))
          .observe(button, { childList: true, characterData: true, subtree: true });`);
      const held = Promise.withResolvers<void>();
      const planned = Promise.withResolvers<void>();
      await page.route("**/api/plans/replay", async (asked) => {
        planned.resolve();
        await held.promise;
        await asked.continue();
      });
      await startEarly("Planning again…", "Not started: the plan is being made again.");
      assert.deepEqual(await auditPage(page), []);
      await planned.promise;
      assert.deepEqual(await page.evaluate("labels"), ["Planning again…"]);
      held.resolve();
      await page.getByText("Not started yet: look at the plan as it is now, then press Enter.").waitFor();
      assert.deepEqual(starts, []);
      await page.keyboard.press("Enter");
      await page.getByText("Waiting for what becomes of this step").waitFor();
      assert.equal(starts.length, 1);
      await page.unrouteAll({ behavior: "wait" });
    });

    it("starts nothing by an old plan after what is chosen now could not be planned", async () => {
      const starts = await giveReason();
      // In the page, because the browser would complain about an answer.
      await page.evaluate(`globalThis.realFetch = fetch;
        globalThis.fetch = (url, options) =>
          url.includes("/plans/") ? Promise.reject(new TypeError()) : realFetch(url, options);`);
      await startEarly("No plan", "Not started: what is chosen could not be planned.");
      assert.deepEqual(starts, []);
      await page.evaluate("globalThis.fetch = realFetch");
      await page.unrouteAll({ behavior: "wait" });
    });

    it("sees the verdicts on unknown effects, and resolves them with a reason", async () => {
      await show("#/letters?cause=cause-2", "6 of 70");
      await page.locator("#row-0").waitFor();
      await page.keyboard.press("a");
      await page.keyboard.press("u");
      await page.getByText("of 6 unknown effects asked about").waitFor();
      assert.equal(hash(), "#/resolve?cause=cause-2&select=all");
      await page.getByText("would be published as Succeeded, and deleted").waitFor();
      await page.getByText("not final yet").waitFor();
      await page.keyboard.press("c");
      await page.getByRole("button", { name: "Ask Connect again" }).waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.type("OPS-6: Connect has recovered");
      await page.locator("form.why button[type=submit][aria-disabled=false]").waitFor();
      const [asked] = await Promise.all([
        page.waitForRequest((request) => request.url().endsWith("/api/runs") && request.method() === "POST"),
        page.keyboard.press("Enter"),
      ]);
      assert.deepEqual(asked.postDataJSON(), {
        kind: "resolve",
        request: { selection: { kind: "filter", filter: { cause: ["cause-2"] } } },
        why: "OPS-6: Connect has recovered",
      });
      await page.getByText("Waiting for what becomes of this step").waitFor();
    });

    it("edits all that match: the form, the difference, what becomes of them", async () => {
      await show("#/edit?cause=cause-1&select=all", "not in the contract");
      await page.getByRole("button", { name: "Move to queueId" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("17 change, 0 do not, 0 become invalid").waitFor();
      await page.locator(".json-row.removed", { hasText: "queueID" }).waitFor();
      await page.locator(".json-row.added", { hasText: "queueId" }).waitFor();
      assert.equal(
        hash(),
        "#/edit?cause=cause-1&select=all&unset=/detail/queueID&set=/detail/queueId:%3D%22queue-cancellations%22",
      );
      await page.reload();
      await page.getByText("17 change, 0 do not, 0 become invalid").waitFor();
      const metadata = page.getByLabel("metadata", { exact: true });
      await metadata.fill('{ "n": 9007199254740993');
      await page.getByText("This is not JSON yet").waitFor();
      await metadata.fill("{}");
      await page.locator(".json-row.added", { hasText: "metadata" }).waitFor();
      await page.getByRole("button", { name: "Undo the change of metadata" }).click();
      await page.keyboard.press("Enter");
      await page.getByText("2 changes, edit…").waitFor();
    });

    it("searches, shows its keys, and lets single keys be switched off", async () => {
      await show("#/", "Failures by cause");
      await page.keyboard.press("/");
      await page.keyboard.type(unknown?.intentId ?? "");
      await page.keyboard.press("Enter");
      await page.getByText("requested by com.example.orders").waitFor();
      await page.keyboard.press("?");
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Read the logs again").waitFor();
      assert.deepEqual(await auditPage(page), []);
      await dialog.getByRole("checkbox").uncheck();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await page.keyboard.press("g");
      await page.keyboard.press("o");
      assert.match(hash(), /^#\/trace/);
      await page.keyboard.press("?");
      await dialog.getByRole("checkbox").check();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await page.keyboard.press("g");
      await page.keyboard.press("o");
      await page.getByText("Failures by cause").waitFor();
    });
  });

  it("leaves the focus to who types as soon as a new view is there", async () => {
    await show("#/", "Failures by cause");
    const focused = await page.evaluate(`(async () => {
      const main = document.getElementById("main");
      const isShown = new Promise((resolve) => {
        new MutationObserver(() => document.getElementById("main") !== main && resolve()).observe(document.body, {
          childList: true,
          subtree: true,
        });
      });
      location.hash = "#/runs";
      await isShown;
      document.getElementById("search").focus();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return document.activeElement.id;
    })()`);
    assert.equal(focused, "search");
  });

  it("opens the help that is asked for before the browser has reported that the last one was closed", async () => {
    await show("#/", "Failures by cause");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    const isOpen = await page.evaluate(`(async () => {
      const closed = document.querySelector("dialog");
      const reported = new Promise((resolve) => closed.addEventListener("close", resolve));
      closed.close();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true }));
      await reported;
      await new Promise((resolve) => setTimeout(resolve));
      return document.querySelector("dialog[open]") !== null;
    })()`);
    assert.equal(isOpen, true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("shows the chain of a contact: who moved it, where it waited, and with whom it is", async () => {
    await show(`#/trace/${rows[0]?.contactId}`, "The chain of contacts");
    const contacts = page.getByRole("region", { name: "The chain of contacts" }).getByRole("listitem");
    assert.equal(await contacts.count(), 3);
    await contacts.nth(1).getByText("most likely transferred by the intent order-7711").waitFor();
    await contacts.nth(1).getByText("connected to agent agent-lee").waitFor();
    await contacts.nth(2).getByText("transferred by an agent").waitFor();
    await page.keyboard.press("c");
    await page.getByText("verdict of Connect's reads").waitFor();
    await contacts.nth(2).getByRole("link").click();
    assert.equal(hash(), "#/trace/8f28b205-2c1d-4a70-b2f0-3d6f1f1c2a11");
  });

  it("says that a text is too long to look for", async () => {
    await show(`#/trace/${"x".repeat(20_000)}`, "This is too long to look for: shorten it.");
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("431")));
  });

  it("leads on from a run that it does not know", async () => {
    await page.route("**/api/runs/gone", (route) =>
      route.fulfill({
        status: 404,
        json: { error: { code: "NoSuchRun", message: "It knows no such run." } },
      }),
    );
    await show("#/runs/gone", "It knows no such run.");
    assert.equal(await page.getByRole("button", { name: "Read the queue" }).count(), 0);
    await page.getByRole("link", { name: "All runs" }).click();
    assert.equal(hash(), "#/runs");
    await page.unroute("**/api/runs/gone");
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("404")));
  });

  it("says what happened when its program has ended", async () => {
    const other = await startFixtureConsole({ now });
    const gone = await openPage(await browser.newContext(), other.address);
    await gone.getByText("Failures by cause").waitFor();
    await other.close();
    await gone.getByRole("link", { name: "Trace" }).click();
    await gone.getByLabel("Intent id, contact id").fill("x");
    await gone.keyboard.press("Enter");
    await gone.getByText("Start it again in the terminal").first().waitFor();
    await gone.context().close();
    complaints.splice(
      0,
      complaints.length,
      ...complaints.filter((text) => !text.includes("ERR_CONNECTION_REFUSED")),
    );
  });

  it("is read-only unless the console may write", async () => {
    const other = await startFixtureConsole({ now, canWrite: false });
    const readOnly = await openPage(await browser.newContext(), other.address);
    await readOnly.goto(`${other.url}/#/replay?select=all`);
    await readOnly.getByText("This console is read-only").waitFor();
    assert.equal(await readOnly.getByLabel("Why").count(), 0);
    await readOnly.context().close();
    await other.close();
  });

  it("says that the stack is paused, and not when its queue is worked off", async () => {
    const other = await startFixtureConsole({ now, isPaused: true });
    const paused = await openPage(await browser.newContext(), other.address);
    await paused.getByText("Paused: nothing is transferred.").waitFor();
    const tile = paused.getByLabel("Now", { exact: true }).getByText("Worked off in").locator("..");
    assert.match((await tile.textContent()) ?? "", /–/);
    await paused.context().close();
    await other.close();
  });

  it("goes through 50,000 letters without waiting for them", async () => {
    const other = await startFixtureConsole({ now, copies: 750 });
    const long = await openPage(
      await browser.newContext({ viewport: { width: 1440, height: 900 } }),
      other.address,
    );
    await long.goto(`${other.url}/#/letters`);
    await long.getByText("51,750").first().waitFor();
    await long.locator("#row-0").waitFor();
    await long.keyboard.press("End");
    await long.locator("#row-51749.is-active:not(.is-coming)").waitFor();
    assert.ok((await long.getByRole("row").count()) < 60, "only the rows in view exist");
    await long.keyboard.press("Home");
    await long.locator("#row-0.is-active").waitFor();
    await long.context().close();
    await other.close();
  });

  it("gives the browser nothing to complain about", () => assert.deepEqual(complaints, []));
});
