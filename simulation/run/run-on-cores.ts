import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** Has threads do all tasks, one a core, and gives the answers in the order of tasks. `entry` is the thread's module. */
export async function runOnCores<Task, Answer>(
  entry: URL,
  tasks: readonly Task[],
  progress: (answer: Answer, done: number) => void = () => {},
): Promise<Answer[]> {
  const waiting = [...tasks.entries()];
  const answers: Answer[] = [];
  let done = 0;
  const threads = Math.min(availableParallelism(), tasks.length);
  await Promise.all(Array.from({ length: threads }, work));
  return answers;

  async function work() {
    const worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: 64 } });
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [index, task] = next;
        const answer = await answerOf<Task, Answer>(worker, task);
        answers[index] = answer;
        done += 1;
        progress(answer, done);
      }
    } finally {
      await worker.terminate();
    }
  }
}

function answerOf<Task, Answer>(worker: Worker, task: Task): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (answer: Answer) => {
      worker.off("error", reject);
      resolve(answer);
    });
    worker.postMessage(task);
  });
}
