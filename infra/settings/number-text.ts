import { Token, Tokenization } from "aws-cdk-lib/core";

/** A number as text, one that only the deployment knows too. */
export function numberText(value: number): string {
  return Token.isUnresolved(value) ? Tokenization.stringifyNumber(value) : String(value);
}
