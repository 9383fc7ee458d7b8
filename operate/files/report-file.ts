import { closeSync } from "node:fs";
import { createFile } from "./new-file.ts";
import { writeAll } from "./write-all.ts";

export interface ReportFile extends Disposable {
  write(text: string): void;
}

/** Opens the file of a report: it must be writable before anything is changed. @throws UsageError */
export function openReport(file: string | undefined): ReportFile | undefined {
  if (file === undefined) return undefined;
  const descriptor = createFile(file);
  return {
    write: (text) => void writeAll(descriptor, `${text}\n`, file),
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}
