import assert from "node:assert/strict";
import { it } from "node:test";
import { makePorts, makeSettings, resolveUnknown } from "../test/makers.ts";
import { createEngine } from "./engine.ts";

it("Connect is read if the settings say so, but not in shadow mode", () => {
  const refuse = () => assert.fail("Connect was read");
  const reads = { describeContact: refuse, listAssociatedContacts: refuse };
  const readsWith = (settings: Parameters<typeof makeSettings>[0]) =>
    createEngine(makePorts({ settings: makeSettings(settings), reads }).ports).reads;
  assert.deepEqual(readsWith({ resolveUnknown })?.settings, resolveUnknown);
  assert.equal(readsWith({}), undefined);
  assert.equal(readsWith({ resolveUnknown, isShadow: true }), undefined);
});
