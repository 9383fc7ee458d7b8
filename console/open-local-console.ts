import type { ServeConsole, ServedConsole } from "../local/console-port.ts";
import { privateFile } from "../operate/files/private-folder.ts";
import { openSession } from "../operate/open-session.ts";
import { openConsole } from "./open-console.ts";
import { quietTerminal } from "./quiet-terminal.ts";

/** Serves the console of a stack on this machine. Everything in it may be changed. */
export async function openLocalConsole(
  { stackName, url, env }: Parameters<ServeConsole>[0],
  note: (text: string) => void,
): Promise<ServedConsole> {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = env;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const session = await openSession(
    { stack: stackName, region, endpointUrl: url, credentials },
    quietTerminal(note),
    new AbortController().signal,
  );
  return openConsole({
    session,
    // Other shells get the rest from the stack's environment.
    options: { stack: stackName },
    canWrite: true,
    auditFile: privateFile("dlq-audit.jsonl"),
    note,
  });
}
