/** An answer before it is sent: faults can change it. */
export interface SqsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** One call, before it reaches the queues. */
export interface SqsCall {
  /** `SendMessageBatch`, `ChangeMessageVisibility` and so on. */
  readonly action: string;
  /** Empty if the action names no queue. */
  readonly queueName: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A failure that a test injects, or that SQS has and the emulator does not. */
export type SqsFault =
  /** Nothing is done, and the whole call fails. */
  | { readonly kind: "error"; readonly code: string; readonly status: number; readonly message?: string }
  /** These entries of a batch fail; the others are carried out. */
  | {
      readonly kind: "failEntries";
      readonly ids: readonly string[];
      readonly code: string;
      /** Whether SQS blames the sender. @default false */
      readonly senderFault?: boolean;
      readonly message?: string;
    }
  /** The call is carried out, but the connection is cut before the answer. */
  | { readonly kind: "loseAnswer" };

const injected = "Failed for a test.";

/** Applies the fault to a call, which `work` carries out. Undefined means that the connection must be cut. */
export async function answerWithFault(
  fault: SqsFault,
  input: SqsCall["input"],
  work: (input: SqsCall["input"]) => Promise<SqsAnswer>,
): Promise<SqsAnswer | undefined> {
  switch (fault.kind) {
    case "error":
      return {
        status: fault.status,
        headers: {},
        body: { __type: `com.amazonaws.sqs#${fault.code}`, message: fault.message ?? injected },
      };
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
  const answer: SqsAnswer =
    rest.length > 0 ? await work({ ...input, Entries: rest }) : { status: 200, headers: {}, body: {} };
  const Failed = entries
    .filter(({ Id }) => fault.ids.includes(Id))
    .map(({ Id }) => ({
      Id,
      Code: fault.code,
      SenderFault: fault.senderFault ?? false,
      Message: fault.message ?? injected,
    }));
  const { Failed: failedAnyway = [] } = answer.body as { readonly Failed?: readonly object[] };
  return { ...answer, body: { ...answer.body, Failed: [...failedAnyway, ...Failed] } };
}
