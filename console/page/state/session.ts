import { computed, signal } from "@preact/signals";
import type { Now } from "../../protocol/now.ts";
import type { SessionInfo } from "../../protocol/session.ts";
import { call } from "./api.ts";

/** What does not change while the program runs; undefined until it is read. */
export const session = signal<SessionInfo | undefined>(undefined);

/** What happens now, as it was read last. */
export const now = signal<Now | undefined>(undefined);

/** When the queue was read last: what is known of it is known again from then on. */
export const queueReadAt = computed(() => {
  const { state, endedAt } = now.value?.reading ?? {};
  return state === "done" ? endedAt : undefined;
});

export const isReadingQueue = computed(() => now.value?.reading?.state === "reading");

/** Who the audit file says it was. */
export function operatorText({ operator: { aws, local } }: SessionInfo): string {
  return aws.startsWith("none") ? local : `${aws} (${local})`;
}

export const canWrite = computed(() => session.value?.canWrite === true);

/** Reads the dead-letter queue, which hides its letters from others until that has ended. */
export async function readQueue(): Promise<void> {
  const reading = await call("POST /api/reading", {});
  if (now.value) now.value = { ...now.value, reading };
}
