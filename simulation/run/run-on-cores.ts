import { availableParallelism } from "node:os";
import { Tinypool } from "tinypool";

/** Runs all tasks with the default export of `entry`, in one thread per core; results are in the order of tasks. */
export async function runOnCores<Task, Answer>(
  entry: URL,
  tasks: readonly Task[],
  onAnswer: (answer: Answer) => void = () => {},
): Promise<Answer[]> {
  const pool = new Tinypool({
    filename: entry.href,
    maxThreads: availableParallelism(),
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
  try {
    return await Promise.all(
      tasks.map(async (task) => {
        const answer: Answer = await pool.run(task);
        onAnswer(answer);
        return answer;
      }),
    );
  } finally {
    await pool.destroy();
  }
}
