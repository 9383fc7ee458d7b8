import assert from "node:assert/strict";
import { it } from "node:test";
import { makePorts } from "../../test/makers.ts";
import { createDeadLetterSender } from "./dead-letter-sender.ts";

const attribute = (StringValue: string) => ({ DataType: "String", StringValue });

it("a dead letter that SQS refuses as invalid is sent with less, at last with its reason alone", async () => {
  const sent: string[][] = [];
  const { ports, clock } = makePorts({
    async sendDeadLetters(entries) {
      sent.push(...entries.map(({ MessageAttributes = {} }) => Object.keys(MessageAttributes)));
      return {
        Successful: [],
        Failed: entries.map(({ Id }) => ({ Id, Code: "InvalidAttributeValue", SenderFault: true })),
      };
    },
  });
  const send = createDeadLetterSender(ports, new AbortController().signal);
  const letter = {
    MessageBody: "body",
    MessageAttributes: {
      own: attribute("x"),
      FailureReason: attribute("NotAllowed"),
      Failure: attribute("{}"),
    },
  };
  await assert.rejects(clock.run(send(letter)), { message: "InvalidAttributeValue" });
  assert.deepEqual(sent, [
    ["own", "FailureReason", "Failure"],
    ["FailureReason", "Failure"],
    ["FailureReason"],
  ]);
});
