// `node hunt-seeds.ts N`: runs schedules from seed 1 until one breaks an invariant, prints it and exits with 1.
import { realCode } from "../run/real-code.ts";
import { runSeeds } from "../run/run-seeds.ts";

const { failed } = await runSeeds(1, 1 + Number(process.argv[2]), realCode, (tally) => tally.violations > 0);
if (failed[0]) {
  process.stdout.write(`seed ${failed[0].seed} breaks ${failed[0].invariant}`);
  process.exitCode = 1;
}
