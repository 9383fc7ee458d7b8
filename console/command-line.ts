import type { SessionOptions } from "../operate/open-session.ts";
import type { LetterFilter, Selection } from "./protocol/filters.ts";
import type { ReplayRequest } from "./protocol/plans.ts";
import type { CommandLine } from "./protocol/session.ts";

/** Writes the command lines that do what the console does. */
export type WriteCommand = (words: readonly string[], options?: CommandOptions) => CommandLine;

/** Options of a command by name, without the dashes: `true` is a switch, a list repeats the option. */
export type CommandOptions = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** About 2,000 message ids. Systems allow a command line from 128 KiB on. */
const maxLineLength = 100_000;

/** Each command names the deployment as this console was asked to. */
export function commandWriter(deployment: SessionOptions): WriteCommand {
  const { stack, id, region, profile, endpointUrl, deadLetterQueueUrl, intentQueueUrl, instanceArn } =
    deployment;
  const where: CommandOptions = {
    stack,
    id,
    "dead-letter-queue-url": deadLetterQueueUrl,
    "intent-queue-url": intentQueueUrl,
    "instance-arn": instanceArn,
    region,
    profile,
    "endpoint-url": endpointUrl,
  };
  return (words, options = {}) => {
    // An id may come from a letter: it must not be read as an option.
    const [command, operands] = words.some((word) => word.startsWith("-"))
      ? [words.slice(0, -1), ["--", ...words.slice(-1)]]
      : [words, []];
    const line = [
      "npx contact-transfer",
      ...command.map(quoted),
      ...optionWords(options),
      ...optionWords(where),
      ...operands.map(quoted),
    ].join(" ");
    if (line.length <= maxLineLength) return line;
    return `# npx contact-transfer ${command.map(quoted).join(" ")}: too long for a command line. Select by a filter instead.`;
  };
}

/** Which letters, as the filters of the dead-letter commands. */
export function selectionOptions(selection: Selection): CommandOptions {
  if (selection.kind === "ids") return { "message-id": selection.ids };
  return { ...filterOptions(selection.filter), limit: selection.limit };
}

export function filterOptions(filter: LetterFilter): CommandOptions {
  return { ...filter };
}

/** How they are replayed, as the options of `dlq replay`. */
export function replayOptions(request: ReplayRequest): CommandOptions {
  const { selection, edits = [], renew, newIdentity, ignoreExpiresAt, includeInvalid } = request;
  return {
    ...selectionOptions(selection),
    set: edits.flatMap(({ path, json }) => (json === undefined ? [] : [`${path}:=${json}`])),
    unset: edits.flatMap(({ path, json }) => (json === undefined ? [path] : [])),
    renew,
    "new-identity": newIdentity,
    "ignore-expires-at": ignoreExpiresAt,
    "include-invalid": includeInvalid,
    "accept-unknown-effect": request.acceptUnknownEffect,
    check: request.check,
    rate: request.perSecond,
  };
}

function optionWords(options: CommandOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return (Array.isArray(value) ? value : [value]).map((one) => `--${name} ${quoted(String(one))}`);
  });
}

/** As a POSIX shell reads it. What a terminal could act on when it is pasted is written as an escape. */
function quoted(word: string): string {
  // Shells expand ~ at the beginning and after = and :, and zsh a = at the beginning.
  if (/^[\w@%+=:,./~-]+$/.test(word) && !/^=|(?:^|[=:])~/.test(word)) return word;
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(word)) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = Array.from(word, (character) =>
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\']/u.test(character) ? bytesOf(character) : character,
  );
  return `$'${escaped.join("")}'`;
}

function bytesOf(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
