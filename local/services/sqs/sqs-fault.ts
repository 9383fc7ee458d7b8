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
  /** SQS refuses these entries of a batch, each for a reason of its own. */
  | { readonly kind: "refuseEntries"; readonly refused: readonly RefusedEntry[] }
  /** The call is carried out, but the connection is cut before the answer. */
  | { readonly kind: "loseAnswer" };

interface RefusedEntry {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

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
    case "failEntries": {
      const { code, senderFault = false, message = injected } = fault;
      const failed = fault.ids.map((id) => ({ id, code, message }));
      return failEntries(input, failed, senderFault, work);
    }
    case "refuseEntries":
      return failEntries(input, fault.refused, true, work);
    case "loseAnswer":
      await work(input);
      return undefined;
  }
}

async function failEntries(
  input: SqsCall["input"],
  failed: readonly RefusedEntry[],
  senderFault: boolean,
  work: (input: SqsCall["input"]) => Promise<SqsAnswer>,
): Promise<SqsAnswer> {
  const entries = input.Entries as readonly { Id: string }[];
  const byId = new Map(failed.map((entry) => [entry.id, entry]));
  const rest = entries.filter(({ Id }) => !byId.has(Id));
  const answer: SqsAnswer =
    rest.length > 0 ? await work({ ...input, Entries: rest }) : { status: 200, headers: {}, body: {} };
  const Failed = entries.flatMap(({ Id }) => {
    const { code, message } = byId.get(Id) ?? {};
    return code === undefined ? [] : [{ Id, Code: code, SenderFault: senderFault, Message: message }];
  });
  const { Failed: failedAnyway = [] } = answer.body as { readonly Failed?: readonly object[] };
  return { ...answer, body: { ...answer.body, Failed: [...failedAnyway, ...Failed] } };
}
