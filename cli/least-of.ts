/** As `Math.min`, for more numbers than the about 125,000 that a call can take. */
export function leastOf(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
}
