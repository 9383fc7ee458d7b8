import {
  type ConnectClient,
  DescribeContactCommand,
  ListAssociatedContactsCommand,
} from "@aws-sdk/client-connect";
import type { ReadCalls } from "../ports.ts";
import { callWithin } from "./call-options.ts";

/** Connect's reads, loaded with the first unknown effect. */
export function createReadCalls(connect: ConnectClient, timeoutMs: number): ReadCalls {
  const within = <T>(signal: AbortSignal, call: (options: { abortSignal: AbortSignal }) => Promise<T>) =>
    callWithin(signal, timeoutMs, (abortSignal) => call({ abortSignal }));
  return {
    describeContact: (input, signal) =>
      within(signal, (options) => connect.send(new DescribeContactCommand(input), options)),
    listAssociatedContacts: (input, signal) =>
      within(signal, (options) => connect.send(new ListAssociatedContactsCommand(input), options)),
  };
}
