import assert from "node:assert/strict";
import { it } from "node:test";
import type { ConnectExchange } from "../services/connect/connect-endpoint.ts";
import { ExchangeText } from "./describe-exchange.ts";

function makeExchange(overrides: Partial<ConnectExchange>): ConnectExchange {
  const input = { ContactId: "task-1", ClientToken: "ct1-a" };
  return { request: { operation: "TransferContact", input }, attemptNumber: 1, ...overrides };
}

const moved = { status: 200, newContactId: "new-1" };

it("an answer as usual is not worth a line", () => {
  const text = new ExchangeText();
  assert.equal(text.of(makeExchange({ answer: moved })), undefined);
  const read: ConnectExchange = {
    request: { operation: "DescribeContact", input: {} },
    attemptNumber: 1,
    answer: { status: 429 },
  };
  assert.equal(text.of(read), undefined);
});

it("throttling and faults without effect say what the caller got", () => {
  const text = new ExchangeText();
  const throttled = { status: 429, errorName: "TooManyRequestsException" };
  assert.equal(text.of(makeExchange({ answer: throttled })), "Connect: task-1: 429 TooManyRequestsException");
  assert.equal(
    text.of(makeExchange({ attemptNumber: 3, fault: { kind: "error", name: "Denied", httpStatus: 403 } })),
    "Connect: task-1, attempt 3: 403 Denied",
  );
  assert.equal(
    text.of(makeExchange({ fault: { kind: "hang" } })),
    "Connect: task-1: no answer, and the contact was not transferred",
  );
});

it("a lost answer that is asked for again is the same contact, or another if the token was ignored", () => {
  const text = new ExchangeText();
  assert.equal(
    text.of(makeExchange({ fault: { kind: "lost-answer" }, answer: moved })),
    "Connect: task-1: transferred to contact new-1; the answer was lost",
  );
  assert.equal(
    text.of(makeExchange({ attemptNumber: 2, answer: moved })),
    "Connect: task-1, attempt 2: the same token, so the same contact new-1",
  );
  assert.equal(
    text.of(makeExchange({ attemptNumber: 3, answer: { status: 200, newContactId: "new-2" } })),
    "Connect: task-1, attempt 3: transferred to contact new-2",
  );
});
