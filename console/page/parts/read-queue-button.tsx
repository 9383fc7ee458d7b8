import { isReadingQueue, readQueue } from "../state/session.ts";
import { Key } from "./key.tsx";

/** Looking into the queue is never done unasked: it hides its letters from others meanwhile. */
export function ReadQueueButton() {
  const isReading = isReadingQueue.value;
  return (
    <button
      type="button"
      disabled={isReading}
      onClick={() => void readQueue()}
      title="Receives each dead letter once, which hides it from others until the reading ends"
    >
      {isReading ? "Reading…" : "Read the queue"} <Key name="R" />
    </button>
  );
}
