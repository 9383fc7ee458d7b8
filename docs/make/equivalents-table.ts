import { markdownTable } from "markdown-table";
import { equivalentMutants } from "../../simulation/mutation/generate/equivalent-mutants.ts";

/** docs/simulation.md: the mutants that no test can notice, by the reason. */
export function equivalentsTable(): string {
  const byReason = Object.groupBy(equivalentMutants, ({ reason }) => reason);
  const rows = Object.entries(byReason).flatMap(([reason, those = []]) =>
    those.map(({ file, find, replace }, index) => [
      `\`${file}\``,
      code(find),
      code(replace),
      index === 0 ? reason : "the same",
    ]),
  );
  return markdownTable([["file", "code", "mutant", "why nothing changes"], ...rows], {
    alignDelimiters: false,
  });
}

function code(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? "(removed)" : `\`${line.replaceAll("|", "\\|")}\``;
}
