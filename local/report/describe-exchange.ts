import type { ConnectExchange } from "../services/connect/connect-endpoint.ts";
import type { Fault } from "../services/connect/faults.ts";

const spoilt: Readonly<Record<Exclude<Fault["kind"], "error" | "html">, string>> = {
  reset: "the connection was reset, and the contact was not transferred",
  hang: "no answer, and the contact was not transferred",
  "lost-answer": "the answer was lost",
  "hang-after": "the answer never came",
  truncate: "the answer was cut off",
  late: "the answer came 10 s late",
};

/** Describes what is worth a line: throttling, faults, and repeated requests. Remembers the contacts that tokens made. */
export class ExchangeText {
  readonly #newContactOf = new Map<string, string>();

  /** Undefined for a request that was answered as usual. */
  of({ request, attemptNumber, fault, answer }: ConnectExchange): string | undefined {
    if (request.operation !== "TransferContact") return undefined;
    const { ContactId = "", ClientToken = "" } = request.input;
    const attempt = attemptNumber > 1 ? `, attempt ${attemptNumber}` : "";
    const line = (text: string) => `Connect: ${ContactId}${attempt}: ${text}`;
    const earlier = this.#newContactOf.get(ClientToken);
    if (answer?.newContactId !== undefined) this.#newContactOf.set(ClientToken, answer.newContactId);
    const what = describeAnswer(answer, earlier);
    if (fault) return line([what, describeFault(fault)].filter((part) => part !== undefined).join("; "));
    if (answer?.status === 429 || (earlier !== undefined && what)) return line(what ?? "");
    return undefined;
  }
}

function describeAnswer(answer: ConnectExchange["answer"], earlier: string | undefined): string | undefined {
  if (!answer) return undefined;
  const { status, errorName, newContactId } = answer;
  if (newContactId === undefined) return `${status} ${errorName ?? ""}`.trimEnd();
  return earlier === newContactId
    ? `the same token, so the same contact ${newContactId}`
    : `transferred to contact ${newContactId}`;
}

function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "error":
      return `${fault.httpStatus} ${fault.name}`;
    case "html":
      return `${fault.httpStatus} with an HTML page`;
    default:
      return spoilt[fault.kind];
  }
}
