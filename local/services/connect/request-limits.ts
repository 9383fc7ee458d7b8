import { ConnectApiError } from "./connect-api-error.ts";

interface MemberLimits {
  readonly required?: true;
  /** Unicode characters. */
  readonly min?: number;
  readonly max?: number;
}

/** A request before validation: every member may be missing. The SDK's own inputs are assignable. */
export type Input<Name extends string> = { readonly [name in Name]?: string | undefined };

/**
 * The limits of the service model 2017-08-08, in the model's order.
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_TransferContact.html
 */
export const transferContactLimits = {
  InstanceId: { required: true, min: 1, max: 100 },
  ContactId: { required: true, min: 1, max: 256 },
  QueueId: {},
  UserId: { min: 1, max: 256 },
  ContactFlowId: { required: true, max: 500 },
  ClientToken: { max: 500 },
} as const satisfies Record<string, MemberLimits>;

export type TransferContactInput = Input<keyof typeof transferContactLimits>;
export type TransferContactRequest = TransferContactInput & {
  readonly InstanceId: string;
  readonly ContactId: string;
  readonly ContactFlowId: string;
};

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeContact.html */
export const describeContactLimits = {
  InstanceId: { required: true, min: 1, max: 100 },
  ContactId: { required: true, min: 1, max: 256 },
} as const satisfies Record<string, MemberLimits>;

/** @see https://docs.aws.amazon.com/connect/latest/APIReference/API_ListAssociatedContacts.html */
export const listAssociatedContactsLimits = {
  ...describeContactLimits,
  MaxResults: {},
  NextToken: { min: 1 },
} as const satisfies Record<string, MemberLimits>;

export type ListAssociatedContactsInput = Input<keyof typeof listAssociatedContactsLimits>;
export type DescribeContactInput = Input<keyof typeof describeContactLimits>;
/** A request about one contact. */
export interface ContactRequest {
  readonly InstanceId: string;
  readonly ContactId: string;
}

/** @throws ConnectApiError InvalidRequestException that lists every violation. */
export function checkTransferContact(input: TransferContactInput): TransferContactRequest {
  const { InstanceId, ContactId, ContactFlowId } = input;
  const violations = violationsOf(input, transferContactLimits);
  if (
    violations.length ||
    InstanceId === undefined ||
    ContactId === undefined ||
    ContactFlowId === undefined
  ) {
    throw invalid(violations);
  }
  if (input.QueueId !== undefined && input.UserId !== undefined) {
    throw new ConnectApiError("InvalidRequestException", "QueueId and UserId must not both be given");
  }
  return { ...input, InstanceId, ContactId, ContactFlowId };
}

/** @throws ConnectApiError InvalidRequestException that lists every violation. */
export function checkDescribeContact(input: DescribeContactInput): ContactRequest {
  return checkContactRequest(input, describeContactLimits);
}

/** @throws ConnectApiError InvalidRequestException that lists every violation. */
export function checkListAssociatedContacts(
  input: ListAssociatedContactsInput,
): ContactRequest & Pick<ListAssociatedContactsInput, "MaxResults" | "NextToken"> {
  const { MaxResults, NextToken } = input;
  return { ...checkContactRequest(input, listAssociatedContactsLimits), MaxResults, NextToken };
}

function checkContactRequest<Name extends "InstanceId" | "ContactId">(
  input: Input<Name | "InstanceId" | "ContactId">,
  limits: Readonly<Record<Name, MemberLimits>>,
): ContactRequest {
  const { InstanceId, ContactId } = input;
  const violations = violationsOf(input, limits);
  if (violations.length || InstanceId === undefined || ContactId === undefined) throw invalid(violations);
  return { InstanceId, ContactId };
}

function violationsOf<Name extends string>(
  input: Input<Name>,
  limits: Readonly<Record<Name, MemberLimits>>,
): string[] {
  const violations: string[] = [];
  for (const name in limits) {
    const { required, min = 0, max = Number.POSITIVE_INFINITY } = limits[name];
    const value: string | undefined = input[name];
    const length = value === undefined ? undefined : [...value].length;
    if (length === undefined) {
      if (required) violations.push(`${name}: Member must not be null`);
    } else if (length < min) {
      violations.push(`${name}: Member must have length greater than or equal to ${min}`);
    } else if (length > max) {
      violations.push(`${name}: Member must have length less than or equal to ${max}`);
    }
  }
  return violations;
}

function invalid(violations: string[]): ConnectApiError {
  const count = violations.length === 1 ? "1 validation error" : `${violations.length} validation errors`;
  return new ConnectApiError("InvalidRequestException", `${count} detected: ${violations.join("; ")}`);
}
