import type { Construct } from "constructs";

/** A statement's id that no other construct in the app uses: two of them may share a bus or a key, whose policy is one document. */
export function statementId(scope: Construct, name: string): string {
  return `${name}${scope.node.addr.slice(-8)}`;
}
