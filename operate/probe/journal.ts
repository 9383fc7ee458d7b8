import { closeSync, readFileSync } from "node:fs";
import { UsageError } from "../../cli/errors.ts";
import { isObject, parseJson } from "../../cli/json.ts";
import { unreadable } from "../../cli/read-text-file.ts";
import { createFile } from "../files/new-file.ts";
import { syncToDisk, writeAll } from "../files/write-all.ts";

/** What a probe does and learns, one JSON object per line: a call is on the disk before it is made. */
export interface Journal extends Disposable {
  readonly file: string;
  write(entry: Readonly<Record<string, unknown>>): void;
}

/** @throws UsageError if the file exists or cannot be written */
export function createJournal(file: string, now: () => number): Journal {
  const descriptor = createFile(file);
  return {
    file,
    write(entry) {
      const line = `${JSON.stringify({ at: new Date(now()).toISOString(), ...entry })}\n`;
      writeAll(descriptor, line, `The journal ${file}`);
      syncToDisk(descriptor, `The journal ${file}`);
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** What a journal says about clean-up. */
export interface ProbedContacts {
  readonly instanceId: string;
  /** Contacts that the probe made, by itself or by a transfer. */
  readonly contactIds: readonly string[];
  /** Tasks that may have been made by a call that was never answered, by name. */
  readonly unansweredTasks: readonly string[];
}

/** @throws UsageError if the file is no journal */
export function readJournal(file: string): ProbedContacts {
  const entries = lines(file)
    .map((line) => parseJson(line))
    .filter(isObject);
  const instanceId = entries.find(({ instanceId: id }) => typeof id === "string")?.instanceId;
  if (typeof instanceId !== "string") throw new UsageError(`${file} is not the journal of a probe.`);
  const answered = new Set(entries.flatMap(({ call, contactId }) => (contactId === undefined ? [] : [call])));
  return {
    instanceId,
    contactIds: [
      ...new Set(entries.flatMap(({ contactId }) => (typeof contactId === "string" ? [contactId] : []))),
    ],
    unansweredTasks: entries.flatMap(({ call, action, name }) =>
      action === "connect:StartTaskContact" && typeof name === "string" && !answered.has(call) ? [name] : [],
    ),
  };
}

function lines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (error) {
    throw unreadable(file, error);
  }
}
