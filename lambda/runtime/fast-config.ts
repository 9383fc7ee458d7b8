/** Reads after which V8's inline cache knows where the property is. */
const reads = 20;

/**
 * Makes a client's configuration quick to copy, which the SDK does four times in each call. The SDK assigns its members one
 * by one, and V8 then keeps them in a dictionary. V8 gives an object from which others inherit a plain layout again as soon as
 * code has often read through it. Nothing else changes.
 */
export function speedUp(client: { readonly config: object }): void {
  const heir: { readonly region?: unknown } = Object.create(client.config);
  for (let read = 0; read < reads; read++) void heir.region;
}
