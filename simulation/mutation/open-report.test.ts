import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { openReport } from "./open-report.ts";

const folder = mkdtempSync(join(tmpdir(), "report-"));
after(() => rmSync(folder, { recursive: true }));

const mutant = (id: string, source = `source of ${id}`) => ({ id, file: "a.ts", line: 1, source });

it("a run that continues leaves out what was noticed before, if its source is the same", () => {
  const file = join(folder, "new", "mutants.json");
  const first = openReport(file, true);
  const killed = { id: "a", diff: "- a", status: "killed", by: "a test" } as const;
  first.add(mutant("a"), killed);
  first.add(mutant("b"), { id: "b", diff: "- b", status: "survived" });

  const next = openReport(file, true);
  assert.deepEqual(
    ["a", "b", "c"].map((id) => next.isNoticed(mutant(id))),
    [true, false, false],
  );
  assert.equal(next.isNoticed(mutant("a", "another source")), false);
  const [{ sourceHash: _, ...result } = {}] = next.resultsOf([mutant("a"), mutant("b")]) as object[] as {
    sourceHash?: string;
  }[];
  assert.deepEqual(result, killed);

  assert.equal(openReport(file, false).isNoticed(mutant("a")), false);
});
