import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type Rehearsal, startRehearsal } from "../../test/operator/failing-stack.ts";
import { launchConsole } from "../../test/operator/start-console.ts";
import { auditPage, prepareAudit } from "./audit-page.ts";
import { openBrowser, whyNoBrowser } from "./open-browser.ts";

describe("the console on a stack that runs", { skip: whyNoBrowser, timeout: 300_000 }, () => {
  let rehearsal: Rehearsal;
  let directory: string;
  let running: Awaited<ReturnType<typeof launchConsole>>;
  let browser: Browser;
  let page: Page;
  let url: string;
  /** What the browser complains about. */
  const complaints: string[] = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "console-"));
    [rehearsal, browser] = await Promise.all([startRehearsal(), openBrowser()]);
    const { env } = rehearsal.stack;
    running = await launchConsole(["--write", "--stack", rehearsal.stackName], env, directory);
    url = new URL(running.address).origin;
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
    });
    await prepareAudit(context);
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on("console", (message) => {
      // A plan that needs the queue is refused until it has been read.
      if (message.type() === "error" && !message.text().includes("409")) complaints.push(message.text());
    });
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(running.address);
  });
  after(async () => {
    await browser?.close();
    await running?.[Symbol.asyncDispose]();
    await rehearsal?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  const show = async (hash: string) => page.goto(`${url}/#/${hash}`);
  const see = (text: string | RegExp) => page.getByText(text).first().waitFor();
  const seeEnd = () => page.getByText("Done", { exact: true }).waitFor();
  const giveReason = async (why: string) => {
    await page.getByLabel("Why").fill(why);
    // While a plan is made again, nothing can be started: a click waits for the button, the key Enter would be lost.
    await page.locator("form.why button[type=submit]").click();
  };
  const deadLetters = async () => (await rehearsal.stack.peek("DeadLetterQueueUrl")).length;

  it("shows the causes of failures from the outcome log, before the queue is read", async () => {
    await see("Queue not found: queue-refunds");
    await see("/detail/queueID");
    assert.deepEqual(await auditPage(page), []);
    await see("Read the queue to know");
  });

  it("reads the queue when it is asked to", async () => {
    await show("replay?reason=ResourceNotFound&select=all");
    await see("The dead-letter queue has not been read yet");
    await page.getByRole("button", { name: "Read the queue" }).click();
    await see("of 3 dead letters would be sent");
    await show("letters?from=queue");
    await page.locator("#row-5:not(.is-coming)").waitFor();
    await page.keyboard.press("R");
    await see("NotDelivered");
    assert.deepEqual(await auditPage(page), []);
  });

  it("shows a letter, what a replay would do, its life, and what Connect says", async () => {
    await show("letters?from=queue&intent=refund-of-task-1");
    await page.locator("#row-0:not(.is-coming)").waitFor();
    await page.keyboard.press("Enter");
    await see("refund-of-task-1");
    await see(/^failed, ResourceNotFound/);
    await page.keyboard.press("c");
    await see("open, TASK");
    assert.deepEqual(await auditPage(page), []);
  });

  it("replays a cause in steps, and reports each by its token", async () => {
    rehearsal.repair();
    await show("letters?from=queue&reason=ResourceNotFound");
    await page.locator("#row-2:not(.is-coming)").waitFor();
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await see("of 3 dead letters would be sent");
    assert.deepEqual(await auditPage(page), []);
    await giveReason("OPS-1: the queue exists now");
    await seeEnd();
    const transferred = page.getByRole("row", { name: /^transferred refund-of-/ });
    await transferred.nth(2).waitFor();
    assert.equal(rehearsal.stack.connectWorld.transfers.length, 3);
    assert.deepEqual(await auditPage(page), []);
  });

  it("edits a letter that breaks the contract, and replays it", async () => {
    await show("letters?from=queue&intent=order-4712-cancelled");
    await page.locator("#row-0:not(.is-coming)").waitFor();
    await page.keyboard.press("e");
    await page.getByRole("button", { name: "Move to queueId" }).click();
    await see("1 change, 0 do not, 0 become invalid");
    assert.deepEqual(await auditPage(page), []);
    await page.getByRole("link", { name: "Go on to the replay" }).click();
    await see("of 1 dead letter would be sent");
    await giveReason("OPS-2: the producer wrote queueID");
    await seeEnd();
    await page.getByRole("row", { name: /^transferred order-4712-cancelled/ }).waitFor();
    assert.equal(rehearsal.stack.connectWorld.transfers[3]?.queueId, "queue-seniors");
  });

  it("discards what cannot succeed, and undoes it", async () => {
    await show("letters?from=queue&reason=InvalidRequest");
    await page.locator("#row-0:not(.is-coming)").waitFor();
    await page.keyboard.press("d");
    await see("are written to");
    await giveReason("OPS-3: the contact has ended");
    await see("holds what was deleted");
    assert.equal(await deadLetters(), 1);
    assert.deepEqual(await auditPage(page), []);
    await page.keyboard.press("u");
    await giveReason("OPS-4: it was wanted after all");
    await see("Undo of a discard");
    await seeEnd();
    assert.equal(await deadLetters(), 2);
  });

  it("resolves what is unknown: publishes a transfer that is proven, and replays what is open", async () => {
    await rehearsal.loseAnswer("task-8", true);
    await rehearsal.loseAnswer("task-9", false);
    const before = await deadLetters();
    await show("letters?from=queue&reason=ConnectUnavailable");
    await page.keyboard.press("R");
    await page.locator("#row-1:not(.is-coming)").waitFor();
    await page.keyboard.press("a");
    await page.keyboard.press("u");
    await see("of 2 unknown effects asked about");
    await page
      .getByRole("row", { name: /^lost-task-8 .* moved by likely-us .* publish Succeeded/ })
      .waitFor();
    await page.getByRole("row", { name: /^lost-task-9 .* open .* replay/ }).waitFor();
    assert.deepEqual(await auditPage(page), []);
    assert.equal(await deadLetters(), before);
    await giveReason("OPS-5: Connect has recovered");
    await seeEnd();
    await page.getByRole("row", { name: /^lost-task-8 .* published, deleted/ }).waitFor();
    await page.getByRole("row", { name: /^transferred lost-task-9/ }).waitFor();
    assert.deepEqual(await auditPage(page), []);
    assert.equal(await deadLetters(), before - 2);
    const moved = rehearsal.stack.connectWorld.transfers.slice(-2).map(({ contactId }) => contactId);
    assert.deepEqual(moved, ["task-8", "task-9"], "each once");
  });

  it("traces an intent to its transfer", async () => {
    await show("trace/refund-of-task-1");
    await see("Trace the new contact");
    await see("transferred by the intent refund-of-task-1");
    await page.getByRole("button", { name: "Ask Connect" }).click();
    await see(/^in queue queue-refunds/);
    assert.deepEqual(await auditPage(page), []);
  });

  it("has written each change to the audit file, with its reason", async () => {
    const audit = await readFile(join(directory, ".contact-transfer", "dlq-audit.jsonl"), "utf8");
    for (const why of ["OPS-1", "OPS-2", "OPS-3", "OPS-4", "OPS-5"])
      assert.match(audit, new RegExp(`${why}: `));
  });

  it("gives the browser nothing to complain about", () => assert.deepEqual(complaints, []));
});
