/** An answer as its text: faults change it before it is sent. */
export interface SqsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One call at the border, before it reaches the queues. */
export interface SqsCall {
  /** `SendMessageBatch`, `ChangeMessageVisibility` and so on. */
  readonly action: string;
  /** Empty where the action names no queue. */
  readonly queueName: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What tests let go wrong with a call. */
export type SqsFault =
  /** Nothing is done, and the whole call fails. */
  | { readonly kind: "error"; readonly code: string; readonly status: number }
  /** These entries of a batch are not done and listed as failed; the others are done. */
  | { readonly kind: "failEntries"; readonly ids: readonly string[]; readonly code: string }
  /** Everything is done, but the connection is cut before the answer. */
  | { readonly kind: "loseAnswer" };

/** Does to a call what the fault says; no answer means that the connection is cut. `work` is the real thing. */
export async function answerWithFault(
  fault: SqsFault,
  input: SqsCall["input"],
  work: (input: SqsCall["input"]) => Promise<SqsAnswer>,
): Promise<SqsAnswer | undefined> {
  switch (fault.kind) {
    case "error":
      return jsonAnswer(fault.status, {
        __type: `com.amazonaws.sqs#${fault.code}`,
        message: "Failed for a test.",
      });
    case "failEntries":
      return failEntries(input, fault, work);
    case "loseAnswer":
      await work(input);
      return undefined;
  }
}

async function failEntries(
  input: SqsCall["input"],
  fault: SqsFault & { kind: "failEntries" },
  work: (input: SqsCall["input"]) => Promise<SqsAnswer>,
): Promise<SqsAnswer> {
  const entries = input.Entries as readonly { Id: string }[];
  const rest = entries.filter(({ Id }) => !fault.ids.includes(Id));
  const answer: SqsAnswer = rest.length > 0 ? await work({ ...input, Entries: rest }) : jsonAnswer(200, {});
  const result = JSON.parse(answer.body);
  const Failed = entries
    .filter(({ Id }) => fault.ids.includes(Id))
    .map(({ Id }) => ({ Id, Code: fault.code, SenderFault: false, Message: "Failed for a test." }));
  return { ...answer, body: JSON.stringify({ ...result, Failed: [...(result.Failed ?? []), ...Failed] }) };
}

function jsonAnswer(status: number, body: object): SqsAnswer {
  return { status, headers: { "content-type": "application/x-amz-json-1.0" }, body: JSON.stringify(body) };
}
