import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { ConnectClient } from "@aws-sdk/client-connect";
import { makeConnectHandler } from "../../local/services/connect/connect-endpoint.ts";
import { TokenSemantics } from "../../local/services/connect/world/client-tokens.ts";
import { ConnectWorld, type ConnectWorldOptions } from "../../local/services/connect/world/connect-world.ts";
import { startHttpServer } from "../../local/services/http-server.ts";
import { instanceArn, instanceId } from "../../test/makers.ts";
import { readDocument } from "../../test/operator/read-document.ts";
import { readJournal } from "../probe/journal.ts";
import { probeOrCleanUp } from "./probe.ts";

/** A Connect of which a probe knows nothing; its clock moves by the probe's pauses alone. */
async function start(context: TestContext, options: Partial<ConnectWorldOptions> = {}) {
  let now = Date.parse("2026-11-24T10:00:00Z");
  let ids = 0;
  const world = new ConnectWorld({
    seed: {
      instances: {
        [instanceArn]: {
          contactFlows: { flow: "QUEUE_TRANSFER" },
          queues: ["queue"],
          users: [],
          contacts: {},
        },
      },
    },
    now: () => now,
    newId: () => `contact-${++ids}`,
    ...options,
  });
  const server = await startHttpServer(makeConnectHandler({ world }));
  const connect = new ConnectClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const directory = await mkdtemp(join(tmpdir(), "probe-"));
  context.after(async () => {
    connect.destroy();
    await Promise.all([server.close(), rm(directory, { recursive: true })]);
  });
  const printed: string[] = [];
  const journal = join(directory, "journal.jsonl");
  return {
    world,
    journal,
    printed,
    run: async (more: object = {}, signal = new AbortController().signal) => {
      const code = await probeOrCleanUp(
        {
          instance: instanceId,
          flow: "flow",
          queue: "queue",
          yes: true,
          json: true,
          patience: 600_000,
          journal,
          ...more,
        },
        {
          connect,
          clock: {
            now: () => now,
            monotonic: () => now,
            async sleep(ms, aborted) {
              aborted?.throwIfAborted();
              now += ms;
            },
          },
          terminal: {
            print: (text) => void printed.push(text),
            note: () => {},
            progress: () => {},
            paint: (_, text) => text,
            drained: async () => {},
          },
          signal,
          pauseMs: 2_000,
        },
      );
      return { code, document: "json" in more ? undefined : readDocument("probe", printed.at(-1)) };
    },
    /** Contacts that have not ended. */
    open: () =>
      Array.from({ length: ids }, (_, n) => `contact-${n + 1}`).filter((ContactId) => {
        const { Contact } = world.describeContact({ InstanceId: instanceId, ContactId });
        return Contact?.DisconnectTimestamp === undefined;
      }),
  };
}

describe("a probe finds out", () => {
  const worlds: Record<string, [Partial<ConnectWorldOptions>, string]> = {
    "a Connect that returns the first result": [{ tokenSemantics: "dedupe" }, "dedupe"],
    "a Connect that answers 409": [{ tokenSemantics: "conflict" }, "conflict"],
    "a Connect that checks the state first, and ends the task at once": [
      { tokenSemantics: "validate-first" },
      "validate-first or ignored",
    ],
    "a Connect that checks the state first, and ends the task later": [
      { tokenSemantics: "validate-first", originalEndsAfterMs: 10_000 },
      "validate-first",
    ],
    "a Connect that ignores tokens": [{ tokenSemantics: "ignored", originalEndsAfterMs: 10_000 }, "ignored"],
  };
  it("covers every semantics of the local Connect", () => {
    const covered = Object.values(worlds).map(([{ tokenSemantics }]) => tokenSemantics);
    assert.deepEqual(new Set(covered), new Set(Object.values(TokenSemantics)));
  });
  for (const [what, [options, semantics]] of Object.entries(worlds)) {
    it(`${what}, and leaves nothing behind`, async (t) => {
      const { run, open } = await start(t, options);
      const { code, document } = await run();
      assert.equal(code, 0);
      assert.equal(document.tokenSemantics, semantics);
      assert.deepEqual(open(), []);
    });
  }

  it("the initiation method, the queue and the lag of the reads, and which settings follow", async (t) => {
    const { run } = await start(t, { transferMethod: "API", readsLagMs: { describe: 20_000, list: 90_000 } });
    const { document } = await run();
    const { facts, settings, findings } = document;
    assert.equal(facts.initiationMethod, "API");
    assert.equal(facts.successorQueueId, "queue");
    assert.ok(facts.successorListedAfterMs >= 90_000 && facts.successorListedAfterMs < 100_000);
    assert.deepEqual(settings, { resolveUnknown: "true", settleFor: "16m", transferMethods: "API" });
    assert.ok(findings.length > 0);
  });

  it("that reads do not show the transfer in time: then resolveUnknown stays off", async (t) => {
    const { run, open } = await start(t, { readsLagMs: { describe: 0, list: 3_600_000 } });
    const { document } = await run({ patience: 60_000 });
    assert.deepEqual(document.settings, { resolveUnknown: "false" });
    assert.deepEqual(open(), []);
  });
});

describe("a probe", () => {
  it("only shows its plan without --yes", async (t) => {
    const { run, world, printed } = await start(t);
    await run({ yes: undefined, json: undefined });
    assert.match(printed.at(-1) ?? "", /^1\. Start a task .*Nothing has been done\. Add --yes to do it\.$/s);
    const { document } = await run({ yes: undefined });
    assert.equal(document.steps.length, 5);
    assert.deepEqual(world.transfers, []);
  });

  it("has each call in its journal before it makes it, and ends its contacts if Connect denies the transfer", async (t) => {
    const { run, open, journal } = await start(t, {
      allow: (action) => action !== "connect:TransferContact",
    });
    await assert.rejects(run(), /You are not allowed to call connect:TransferContact/);
    assert.deepEqual(open(), []);
    const entries = (await readFile(journal, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      entries.map(
        ({ call, action, answered, error, cleanedUp }) => action ?? answered ?? error ?? cleanedUp ?? call,
      ),
      ["connect:StartTaskContact", true, "connect:TransferContact", "AccessDeniedException", ["contact-1"]],
    );
  });

  it("says in one sentence what Connect refuses", async (t) => {
    const { run } = await start(t);
    await assert.rejects(run({ flow: "missing" }), {
      name: "ToolError",
      message: /^connect:StartTaskContact on the instance \S+ failed: ResourceNotFoundException: /,
    });
  });

  it("ends its contacts after Ctrl-C, and exits with 130", async (t) => {
    const interrupted = new AbortController();
    const { run, open, printed } = await start(t, {
      allow(action) {
        if (action === "connect:TransferContact") interrupted.abort();
        return true;
      },
    });
    const { code } = await run({ json: undefined }, interrupted.signal);
    assert.deepEqual([code, printed, open()], [130, [], []]);
  });

  it("can be cleaned up by its journal, which also names a task whose call was not answered", async (t) => {
    const { journal, run } = await start(t);
    await writeFile(
      journal,
      `${JSON.stringify({ call: 1, action: "connect:StartTaskContact", instanceId, name: "task-1" })}
${JSON.stringify({ call: 1, answered: true, contactId: "contact-1" })}
${JSON.stringify({ call: 2, action: "connect:StartTaskContact", instanceId, name: "task-2" })}
{"call":3,"act`,
    );
    assert.deepEqual(readJournal(journal), {
      instanceId,
      contactIds: ["contact-1"],
      unansweredTasks: ["task-2"],
    });
    const { code, document } = await run({ cleanUp: journal });
    assert.deepEqual([code, document], [0, { ended: 1, failed: {}, unanswered: ["task-2"] }]);
  });
});
