/** The most entries of one batch call of SQS. */
const maxBatchEntries = 10;
/** The most bytes of one SendMessageBatch. */
export const maxBatchBytes = 1024 * 1024;

/** Splits a list into batches of at most ten entries, and of at most 1 MiB by `bytesOf`. */
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

/** How long to wait before an entry of a batch is tried for the `attempt`th time: 0.2 s, 0.4 s, and so on. */
export function retryMs(attempt: number): number {
  return 100 * 2 ** (attempt - 1);
}
