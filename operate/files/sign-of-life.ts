import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";

/**
 * Shows other processes that this one runs, until it is disposed of or the process ends, however it ends: the system closes
 * a socket with its process. A process id would not do, because it is used again. `id` is unique, and short, as the path of
 * a socket must be.
 */
export async function showLife(folder: string, id: string): Promise<Disposable> {
  const server = createServer((connection) => connection.destroy());
  await once(server.listen(pathOf(folder, id)), "listening");
  server.unref();
  return { [Symbol.dispose]: () => void server.close() };
}

/** Whether the process runs that has called `showLife`. In doubt it does. */
export async function isAlive(folder: string, id: string): Promise<boolean> {
  const connection = createConnection(pathOf(folder, id));
  try {
    await once(connection, "connect");
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // What is left of a killed process is a file that nobody listens at.
    return code !== "ENOENT" && code !== "ECONNREFUSED";
  } finally {
    connection.destroy();
  }
}

/** Windows has named pipes in place of socket files. */
function pathOf(folder: string, id: string): string {
  return process.platform === "win32" ? `\\\\.\\pipe\\contact-transfer-${id}` : join(folder, id);
}
