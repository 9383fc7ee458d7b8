import { Token, Tokenization } from "aws-cdk-lib/core";

/** A number as text; it may be a token. */
export function numberText(value: number): string {
  return Token.isUnresolved(value) ? Tokenization.stringifyNumber(value) : String(value);
}
