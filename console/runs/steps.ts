/** A canary: first one, then ten, then the rest. */
const canarySteps = [1, 10];

/** How many are sent in each step. */
export function stepsOf(total: number): readonly number[] {
  const steps: number[] = [];
  let left = total;
  for (const most of [...canarySteps, Number.POSITIVE_INFINITY]) {
    if (left === 0) break;
    const count = Math.min(most, left);
    steps.push(count);
    left -= count;
  }
  return steps;
}
