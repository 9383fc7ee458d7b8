/** What a check has found: `unknown` if it could not be made, `skipped` if there was nothing to check. */
export interface Finding {
  readonly verdict: "right" | "wrong" | "unknown" | "skipped";
  readonly text: string;
}

const marks: Readonly<Record<Finding["verdict"], string>> = {
  right: "✔",
  wrong: "✖",
  unknown: "?",
  skipped: "-",
};

/** A finding as a line of text. */
export function findingText({ verdict, text }: Finding): string {
  return `${marks[verdict]} ${text}`;
}
