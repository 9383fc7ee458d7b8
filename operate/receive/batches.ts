/** Most entries of one batch call of SQS. */
export const maxBatchEntries = 10;
/** Most bytes of all messages of one SendMessageBatch. */
export const maxBatchBytes = 1024 * 1024;

/** Splits a list into batches of at most ten entries, and of at most 1 MiB where `bytesOf` says what they weigh. */
export function inBatches<T>(items: readonly T[], bytesOf: (item: T) => number = () => 0): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const last = batches.at(-1);
    const weight = bytesOf(item);
    if (last && last.length < maxBatchEntries && bytes + weight <= maxBatchBytes) {
      last.push(item);
      bytes += weight;
    } else {
      batches.push([item]);
      bytes = weight;
    }
  }
  return batches;
}

/** Works on all items, at most `limit` at a time. Rejects with the first error, after the work under way has ended. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    while (failures.length === 0) {
      const { done, value } = iterator.next();
      if (done) return;
      await work(value).catch((error) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failures.length > 0) throw failures[0];
}
