/** Why a contact of this channel cannot be transferred; undefined if it can. */
export function whyNotTransferable(channel: string | undefined): string | undefined {
  if (channel === "TASK" || channel === "EMAIL") return undefined;
  return `it is a ${channel} contact; only TASK and EMAIL can be transferred`;
}
