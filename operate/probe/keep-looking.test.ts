import assert from "node:assert/strict";
import { it } from "node:test";
import { explainError } from "../aws/explain-error.ts";
import { keepLooking } from "./keep-looking.ts";

/** Looks every ten seconds, for half a minute; each look is one of these in turn, and the last one from then on. */
async function look(...looks: readonly (boolean | string)[]) {
  let now = 0;
  let made = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  const clock = { now: () => now, monotonic: () => now, sleep };
  const { signal } = new AbortController();
  const looked = await keepLooking(
    async () => {
      const answer = looks[Math.min(made++, looks.length - 1)] ?? false;
      if (typeof answer === "boolean") return answer;
      const thrown = Object.assign(new Error("why"), { name: answer, $metadata: {} });
      throw explainError(thrown, { action: "logs:FilterLogEvents", of: "the log" });
    },
    { clock, from: 0, patienceMs: 30_000, everyMs: 10_000, signal },
  );
  return { ...looked, made };
}

const throttled = "logs:FilterLogEvents on the log failed: ThrottlingException: why";

it("looks until it has seen all", async () => {
  assert.deepEqual(await look(false, false, true), { lookedForMs: 20_000, made: 3 });
});

it("looks again when it is throttled", async () => {
  assert.deepEqual(await look("ThrottlingException", true), { lookedForMs: 10_000, made: 2 });
  assert.deepEqual(await look("ThrottlingException", false), { lookedForMs: 30_000, made: 4 });
});

it("that the last look was throttled is an error: it has seen nothing", async () => {
  assert.deepEqual(await look(false, "ThrottlingException"), {
    lookedForMs: 30_000,
    error: throttled,
    made: 4,
  });
});

it("ends at a refusal", async () => {
  const { error, made } = await look(false, "AccessDeniedException");
  assert.match(error ?? "", /^You are not allowed to call logs:FilterLogEvents/);
  assert.equal(made, 2);
});
