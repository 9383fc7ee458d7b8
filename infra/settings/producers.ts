import type { IEventBus } from "aws-cdk-lib/aws-events";
import {
  AccountPrincipal,
  ArnPrincipal,
  type IResourceWithPolicy,
  OrganizationPrincipal,
  PolicyStatement,
} from "aws-cdk-lib/aws-iam";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Token } from "aws-cdk-lib/core";
import { requestDetailType } from "../../events/detail-types.ts";
import { quote } from "./connect-settings.ts";
import type { Settings } from "./resolve-settings.ts";
import { SettingError } from "./setting-error.ts";

/** Who may ask for transfers besides the stack's own account. */
export interface Producers {
  /**
   * Accounts that may put requests on the bus.
   *
   * Valid Range: Account ids of 12 digits.
   *
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * Organisations whose accounts may put requests on the bus.
   *
   * Valid Range: Ids of AWS Organizations, such as `o-a1b2c3d4e5`.
   *
   * @default - none
   */
  readonly organizationIds?: string[];

  /**
   * Roles and users that may send intents to the intent queue, of any account.
   *
   * Valid Range: ARNs of roles or users, without wildcards: neither an account nor everybody.
   *
   * @default - none
   */
  readonly queuePrincipalArns?: string[];
}

/** Producers whose ids have been checked. */
export type CheckedProducers = Required<Producers>;

const kinds = {
  accounts: [/^\d{12}$/, "an account id of 12 digits, such as 444455556666"],
  organizationIds: [/^o-[a-z0-9]{10,32}$/, "the id of an organisation, such as o-a1b2c3d4e5"],
  queuePrincipalArns: [
    /^arn:[a-z0-9-]+:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    "the ARN of a role or a user, such as arn:aws:iam::444455556666:role/orders",
  ],
} as const;

/** Checks who is named. Throws a `SettingError` at the first one that would let in more than it names. */
export function resolveProducers(
  producers: Producers | undefined,
  eventSources: readonly string[] | undefined,
): CheckedProducers {
  const { accounts = [], organizationIds = [], queuePrincipalArns = [], ...unknown } = producers ?? {};
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) {
    throw new SettingError(
      `producers: ${quote(misspelt)} is not a kind of producers: give accounts, organizationIds or queuePrincipalArns.`,
    );
  }
  const checked = { accounts, organizationIds, queuePrincipalArns };
  for (const [kind, [pattern, right]] of Object.entries(kinds)) {
    const stranger = checked[kind as keyof typeof kinds].find(
      (value) => !Token.isUnresolved(value) && !pattern.test(value),
    );
    if (stranger !== undefined)
      throw new SettingError(`producers.${kind}: ${quote(stranger)} is not ${right}.`);
  }
  if (accounts.length + organizationIds.length > 0 && eventSources === undefined) {
    throw new SettingError(
      "producers: accounts and organisations may only put events of named sources: give eventSources, such as com.example.orders.",
    );
  }
  return checked;
}

/** Lets the producers in by resource policies: each condition has to be there and to hold. */
export function allowProducers(
  { accounts, organizationIds, queuePrincipalArns }: CheckedProducers,
  settings: Pick<Settings, "eventSources">,
  { eventBus, intentQueue }: { readonly eventBus: IEventBus; readonly intentQueue: Queue },
): void {
  const principals = [
    ...accounts.map((account) => ({ sid: `Account${account}`, principal: new AccountPrincipal(account) })),
    ...organizationIds.map((id) => ({
      sid: `Organization${id.replace(/\W/g, "")}`,
      principal: new OrganizationPrincipal(id),
    })),
  ];
  for (const [index, { sid, principal }] of principals.entries()) {
    allowOnBus(
      eventBus,
      new PolicyStatement({
        sid: Token.isUnresolved(sid) ? `Producer${index}` : sid,
        principals: [principal],
        actions: ["events:PutEvents"],
        resources: [eventBus.eventBusArn],
        // Not with ForAllValues, which holds where a key is absent.
        conditions: {
          StringEquals: {
            "events:detail-type": requestDetailType,
            "events:source": settings.eventSources,
          },
        },
      }),
    );
  }
  if (queuePrincipalArns.length === 0) return;
  intentQueue.addToResourcePolicy(
    new PolicyStatement({
      sid: "AllowProducers",
      principals: queuePrincipalArns.map((arn) => new ArnPrincipal(arn)),
      actions: ["sqs:SendMessage"],
      resources: [intentQueue.queueArn],
    }),
  );
}

function allowOnBus(eventBus: IEventBus, statement: PolicyStatement): void {
  if (hasPolicy(eventBus) && eventBus.addToResourcePolicy(statement).statementAdded) return;
  throw new SettingError(
    `producers: the policy of the bus ${eventBus.eventBusName} is not this app's to change: give eventBus: "own", or a bus that the app makes, to let in accounts and organisations.`,
  );
}

function hasPolicy(eventBus: IEventBus): eventBus is IEventBus & IResourceWithPolicy {
  return "addToResourcePolicy" in eventBus;
}
