import { availableParallelism } from "node:os";
import { Tinypool } from "tinypool";

/** Has threads do all tasks, one thread a core; the answers come in the order of tasks. `entry` exports the work. */
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
