/** A request to IAM: one principal, one action, on all of these resources at once. */
export interface AccessRequest {
  /** The ARN of a role or user, or the name of an AWS service. */
  readonly principal: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** A list is the value of a key that has several, such as the sources of a `PutEvents` call with several entries. */
  readonly context?: Context;
}

/** The values of condition keys. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** A statement of a policy with all references resolved. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** All policies: those of principals and those of resources, each by ARN. */
export interface Policies {
  readonly identity: ReadonlyMap<string, readonly Statement[]>;
  readonly resource: ReadonlyMap<string, readonly Statement[]>;
}

type Grant = "denied" | "allowed" | "left to IAM" | "nothing said";

const knownElements = new Set(["Sid", "Effect", "Principal", "Action", "Resource", "Condition"]);
const knownKeys = new Set([
  "aws:PrincipalArn",
  "aws:PrincipalOrgID",
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  "events:detail-type",
  "events:source",
  "kms:EncryptionContext:aws:events:event-bus:arn",
  "kms:EncryptionContext:aws:logs:arn",
  "kms:ViaService",
]);

type Compare = (value: string, expected: string) => boolean;

/** Operators of conditions; `value` is that of the request. */
const operators: Readonly<Record<string, Compare>> = {
  StringEquals: (value, expected) => value === expected,
  StringLike: (value, expected) => isLike(value, expected),
  ArnEquals: (value, expected) => isLike(value, expected),
  ArnLike: (value, expected) => isLike(value, expected),
  Bool: (value, expected) => value.toLowerCase() === expected.toLowerCase(),
};

/** Operators that hold if no expected value matches, and if the key is absent. */
const negatedOperators: Readonly<Record<string, Compare>> = { ArnNotEquals: isLike, ArnNotLike: isLike };

/**
 * Whether IAM would allow a request, for the part of its language that the policies of this project use. An unknown
 * element, operator or key is an error, so that no policy is evaluated in part. Policies in other accounts are assumed
 * to allow everything.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function isAllowed(request: AccessRequest, policies: Policies): boolean {
  return request.resources.every((resource) => isAllowedOn(resource, request, policies));
}

function isAllowedOn(
  resource: string,
  request: AccessRequest,
  { identity, resource: ofResources }: Policies,
) {
  const { principal } = request;
  const statements = [...ofResources].filter(([arn]) => arn === resource).flatMap(([, list]) => list);
  const byResource = judge(statements, resource, request);
  const isService = !principal.startsWith("arn:");
  const byIdentity = judge(identity.get(principal) ?? [], resource, request);
  if (byResource === "denied" || byIdentity === "denied") return false;
  // A resource of another account, whose policy is assumed to allow this account.
  if (identity.has(principal) && accountOf(principal) !== accountOf(resource))
    return byIdentity === "allowed";
  if (isService || accountOf(principal) !== accountOf(resource)) {
    return byResource === "allowed" || (!isService && byResource === "left to IAM");
  }
  // The policy of a key or role must agree: IAM alone allows nothing.
  if (request.action.startsWith("kms:") || request.action === "sts:AssumeRole") {
    return byResource === "allowed" || (byResource === "left to IAM" && byIdentity === "allowed");
  }
  return byResource === "allowed" || byIdentity === "allowed";
}

function judge(statements: readonly Statement[], resource: string, request: AccessRequest): Grant {
  const applying = statements.filter((statement) => applies(statement, resource, request));
  if (applying.some(({ Effect }) => Effect === "Deny")) return "denied";
  const allowing = applying.filter(({ Effect }) => Effect === "Allow");
  if (allowing.length === 0) return "nothing said";
  return allowing.every(({ Principal }) => namesAccount(Principal)) ? "left to IAM" : "allowed";
}

function applies(statement: Statement, resource: string, request: AccessRequest): boolean {
  const unknown = Object.keys(statement).find((element) => !knownElements.has(element));
  if (unknown !== undefined) throw new Error(`The element ${unknown} of a policy is not supported here.`);
  const { Principal, Action = [], Resource = "*", Condition = {} } = statement;
  return (
    (Principal === undefined || isPrincipal(Principal, request.principal)) &&
    listOf(Action).some((action) => isLike(request.action.toLowerCase(), action.toLowerCase())) &&
    // In the policy of a key, * is the key.
    listOf(Resource).some((pattern) => isLike(resource, pattern)) &&
    // Every condition is evaluated, so that an unknown one is an error even if another does not hold.
    Object.entries(Condition)
      .map(([operator, keys]) => holds(operator, keys, contextOf(request)))
      .every(Boolean)
  );
}

/** What IAM adds to every request. */
function contextOf({ principal, context }: AccessRequest): Context {
  return {
    "aws:SecureTransport": "true",
    ...(principal.startsWith("arn:") && { "aws:PrincipalArn": principal }),
    ...context,
  };
}

function holds(
  operator: string,
  keys: Readonly<Record<string, string | readonly string[]>>,
  context: Context,
): boolean {
  return Object.entries(keys)
    .map(([key, expected]) => {
      if (!knownKeys.has(key)) throw new Error(`The key ${key} of a condition is not supported here.`);
      return holdsFor(operator, key, context[key], listOf(expected));
    })
    .every(Boolean);
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
function holdsFor(
  operator: string,
  key: string,
  value: Context[string] | undefined,
  expected: readonly string[],
): boolean {
  if (operator === "Null") return expected.includes(String(value === undefined));
  const [name = "", set] = operator.split(":").toReversed();
  const negated = negatedOperators[name];
  const compare = operators[name] ?? negated;
  if (!compare || (negated && set)) {
    throw new Error(`The operator ${operator} of a condition is not supported here.`);
  }
  const isMatch = (one: string) => expected.some((pattern) => compare(one, pattern));
  if (set === "ForAllValues") return listOf(value ?? []).every(isMatch);
  if (set === "ForAnyValue") return listOf(value ?? []).some(isMatch);
  if (set !== undefined) throw new Error(`The operator ${operator} of a condition is not supported here.`);
  if (typeof value === "object") {
    throw new Error(`${key} has several values, for which ${operator} is not defined: use a set operator.`);
  }
  if (negated) return value === undefined || !isMatch(value);
  return value !== undefined && isMatch(value);
}

function isPrincipal(principals: NonNullable<Statement["Principal"]>, principal: string): boolean {
  if (typeof principals === "string") return principals === "*";
  return Object.entries(principals).some(([kind, names]) => {
    if (kind === "Service") return listOf(names).includes(principal);
    if (kind !== "AWS") throw new Error(`Principals of the kind ${kind} are not supported here.`);
    const account = accountOf(principal);
    return listOf(names).some(
      (name) => name === "*" || name === principal || (account !== "" && isRootOf(name, account)),
    );
  });
}

/** A policy that names the whole account leaves the decision to the account's IAM. */
function namesAccount(principals: Statement["Principal"]): boolean {
  if (principals === undefined || typeof principals === "string") return false;
  return listOf(principals.AWS ?? []).some((name) => /^\d{12}$|^arn:aws:iam::\d{12}:root$/.test(name));
}

function isRootOf(name: string, account: string): boolean {
  return name === account || name === `arn:aws:iam::${account}:root`;
}

function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function isLike(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(value);
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}
