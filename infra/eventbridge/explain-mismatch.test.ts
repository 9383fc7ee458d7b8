import assert from "node:assert/strict";
import { it } from "node:test";
import { mismatchExplainer } from "./explain-mismatch.ts";

const pattern = {
  "detail-type": ["Contact Transfer Requested"],
  source: [{ "anything-but": ["contact-transfer"] }],
};
const event = { "detail-type": "Contact Transfer Requested", source: "com.example", detail: {} };

it("an event that a rule matches needs no explanation", () => {
  assert.deepEqual(mismatchExplainer(pattern)(event), []);
  assert.deepEqual(
    mismatchExplainer({ ...pattern, account: ["111122223333"] })(event),
    [],
    "its account is not known",
  );
});

it("each member that does not match is named with what the rule takes", () => {
  const other = { ...event, "detail-type": "Contact Transfer Request", source: "contact-transfer" };
  assert.deepEqual(mismatchExplainer(JSON.stringify(pattern))(other), [
    'detail-type "Contact Transfer Request" is not "Contact Transfer Requested"',
    'source "contact-transfer" is excluded: it must be anything but ["contact-transfer"]',
  ]);
  assert.deepEqual(mismatchExplainer({ source: ["a", "b"], detail: { kind: ["c"] } })(event), [
    'source "com.example" is not one of "a", "b"',
    'detail does not match {"kind":["c"]}',
  ]);
});
