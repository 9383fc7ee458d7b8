import type { Resolution } from "../../events/generated/contact-transfer-failed.ts";

/** What Connect's reads have shown of an unknown effect: a clause after "Connect's reads: ". */
export function describeResolution(resolution: Resolution): string {
  const { found, by, contactId, queueId, agentId, contactIds = [], why } = resolution;
  const where = [queueId && ` in queue ${queueId}`, agentId && ` with agent ${agentId}`]
    .filter(Boolean)
    .join("");
  const successor = contactId === undefined ? "another contact" : `contact ${contactId}${where}`;
  switch (found) {
    case "moved":
      return `moved to ${successor}, ${movedBy(by)}`;
    case "elsewhere":
      return `moved to ${successor}, which is not where the intent wanted it, ${movedBy(by)}`;
    case "several":
      return `it has several successors: ${contactIds.join(", ")}`;
    case "ended":
      return "it ended and was not moved";
    case "open":
      return "it is open and was not moved";
    case "unreadable":
      return `no verdict: ${why ?? "the reads failed"}`;
  }
}

function movedBy(by: Resolution["by"]): string {
  if (by === "other") return "by somebody else";
  return by === "likely-us" ? "most likely by this intent" : "by whom is not proven";
}
