import type { RetryReason } from "../ports.ts";

/** How a delivery ends: it is done, or it must be delivered again. */
export type Disposition =
  | { readonly kind: "done"; readonly reason?: undefined }
  | { readonly kind: "retry"; readonly reason: RetryReason; readonly error?: string };
