/** What a check has found: `unknown` if it could not be made, for lack of a permission for example. */
export interface Finding {
  readonly verdict: "right" | "wrong" | "unknown";
  readonly text: string;
}

const marks: Readonly<Record<Finding["verdict"], string>> = { right: "✔", wrong: "✖", unknown: "?" };

/** A finding as a line of text. */
export function findingText({ verdict, text }: Finding): string {
  return `${marks[verdict]} ${text}`;
}
