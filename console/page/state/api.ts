import type { Api, ApiError, Endpoint } from "../../protocol/api.ts";

type Input<E extends Endpoint> = (E extends `${string}:id${string}` ? { readonly id: string } : object) &
  (Api[E] extends { query: infer Query } ? { readonly query: Query } : object) &
  (Api[E] extends { body: infer Body }
    ? keyof Body extends never
      ? object
      : string extends keyof Body
        ? object
        : { readonly body: Body }
    : object);

/** An answer that is an error, or that never came. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** What an error is for a person who looks at the page. */
export function failureOf(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure("PageFault", String(error));
}

/** Calls the server that has served this page. @throws ApiFailure */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: Input<E>,
  signal?: AbortSignal,
): Promise<Api[E]["answer"]> {
  const [method = "GET", template = ""] = endpoint.split(" ");
  const { id, query, body } = input as { id?: string; query?: Record<string, string>; body?: unknown };
  const path = template.replace(":id", encodeURIComponent(id ?? ""));
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  const url = given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
  const post = { headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) };
  let response: Response;
  try {
    response = await fetch(url, { method, signal, ...(method === "POST" && post) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFailure(
      "NoServer",
      "The console's program does not answer.",
      "Start it again in the terminal: npx contact-transfer console. Then open the address that it prints.",
    );
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Api[E]["answer"];
  const { error } = (answer ?? {}) as Partial<ApiError>;
  // Node refuses an address of more than 16 KB before the program sees it.
  if (response.status === 431) throw new ApiFailure("TooLong", "This is too long to look for: shorten it.");
  throw new ApiFailure(
    error?.code ?? `Http${response.status}`,
    error?.message ?? `The console's program answered with status ${response.status}.`,
    error?.hint,
  );
}
