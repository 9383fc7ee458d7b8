import { UsageError } from "../../cli/errors.ts";
import { isBroughtToLife, isWithoutEffect } from "./identify-resource.ts";
import type { SynthesizedStack } from "./read-assembly.ts";
import type { StackAssembly } from "./stack-assembly.ts";

/** One `ContactTransfer` of a user's own app, as a stack of its own. */
export interface SelectedConstruct {
  readonly assembly: StackAssembly;
  /** Its path in the app, such as `Support/Transfers`. */
  readonly path: string;
  /** The Connect instances that its function may use, as far as the template says them. */
  readonly instanceArns: readonly string[];
  /** What the stack also has and does not run here, such as `Orders (AWS::DynamoDB::Table)`. */
  readonly leftOut: readonly string[];
}

interface Template {
  readonly Resources?: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** The resources by which a `ContactTransfer` is recognised, as their paths in it end. */
const parts = ["IntentQueue", "DeadLetterQueue", "Function", "EventSourceMapping", "Rule"].map(
  (part) => `/${part}/Resource`,
);

/**
 * Picks the construct to run: its own resources, and those that they refer to, such as a bus of the app. Everything else in
 * the stack is left out.
 * @throws UsageError if it is not clear which one.
 */
export function selectConstruct(
  stacks: readonly SynthesizedStack[],
  { stack: stackName, id }: { readonly stack?: string; readonly id?: string },
): SelectedConstruct {
  const stack = chooseStack(stacks, stackName);
  const path = choosePath(stack, id);
  const { Resources = {}, Outputs = {} } = stack.template as Template;
  const owned = Object.entries(stack.logicalIds).filter(([each]) => each.startsWith(`${path}/`));
  const kept = withReferenced(
    Resources,
    owned.map(([, logicalId]) => logicalId).filter((logicalId) => logicalId in Resources),
  );
  const idOf = (part: string) => stack.logicalIds[`${path}/${part}/Resource`] ?? "";
  const rule = Resources[idOf("Rule")]?.Properties as { EventBusName?: unknown } | undefined;
  const outputs = Object.entries(Outputs).filter(([, output]) =>
    referencesIn(output).every((name) => kept.has(name)),
  );
  const template = {
    Resources: Object.fromEntries(Object.entries(Resources).filter(([logicalId]) => kept.has(logicalId))),
    Outputs: {
      ...Object.fromEntries(outputs),
      ...Object.fromEntries(withoutPrefix(outputs, idOf("IntentQueue"))),
      IntentQueueUrl: { Value: { Ref: idOf("IntentQueue") } },
      DeadLetterQueueUrl: { Value: { Ref: idOf("DeadLetterQueue") } },
      EventBusName: { Value: rule?.EventBusName ?? "default" },
    },
  };
  return {
    assembly: { ...stack, template },
    path: path.slice(1),
    instanceArns: instancesOf(Resources[idOf("Function")]?.Properties),
    leftOut: Object.entries(Resources)
      .filter(([logicalId, { Type }]) => !kept.has(logicalId) && !isWithoutEffect(Type))
      .map(([logicalId, { Type }]) => `${logicalId} (${Type})`),
  };
}

/** The construct's own outputs, whose names begin with its path, as in a stack that is one deployment. */
function withoutPrefix(
  outputs: readonly (readonly [name: string, output: unknown])[],
  intentQueue: string,
): [string, unknown][] {
  const [name = ""] =
    outputs.find(
      ([each, output]) => each.endsWith("IntentQueueUrl") && referencesIn(output).includes(intentQueue),
    ) ?? [];
  const prefix = name.replace(/IntentQueueUrl$/, "");
  if (prefix === "") return [];
  return outputs
    .filter(([each]) => each.startsWith(prefix))
    .map(([each, output]) => [each.slice(prefix.length), output]);
}

function instancesOf(properties: unknown): readonly string[] {
  const { Environment } = (properties ?? {}) as { Environment?: { Variables?: { INSTANCE_ARNS?: unknown } } };
  const arns = Environment?.Variables?.INSTANCE_ARNS;
  return typeof arns === "string" ? arns.split(",") : [];
}

function chooseStack(stacks: readonly SynthesizedStack[], name: string | undefined): SynthesizedStack {
  const withConstruct = stacks.filter((stack) => constructsIn(stack).length > 0);
  const [only, ...others] =
    name === undefined
      ? withConstruct
      : stacks.filter(({ stackName, displayName }) => [stackName, displayName].includes(name));
  const names = withConstruct.map(({ displayName }) => displayName).join(", ");
  if (withConstruct.length === 0) throw new UsageError("No stack of the assembly has a ContactTransfer.");
  if (!only)
    throw new UsageError(`The assembly has no stack ${name}. Stacks with a ContactTransfer: ${names}.`);
  if (others.length > 0)
    throw new UsageError(`Several stacks have a ContactTransfer. Choose one with --stack: ${names}.`);
  return only;
}

function choosePath(stack: SynthesizedStack, id: string | undefined): string {
  const paths = constructsIn(stack);
  const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
  const [only, ...others] = id === undefined ? paths : paths.filter((path) => nameOf(path) === id);
  const ids = paths.map(nameOf).join(", ");
  if (paths.length === 0) throw new UsageError(`The stack ${stack.displayName} has no ContactTransfer.`);
  if (!only)
    throw new UsageError(`The stack ${stack.displayName} has no ContactTransfer ${id}; it has ${ids}.`);
  if (others.length > 0)
    throw new UsageError(`The stack ${stack.displayName} has several. Choose one with --id: ${ids}.`);
  return only;
}

/** The paths of the constructs in a stack. */
function constructsIn({ logicalIds }: SynthesizedStack): string[] {
  return Object.keys(logicalIds)
    .filter((path) => path.endsWith("/IntentQueue/Resource"))
    .map((path) => path.slice(0, -"/IntentQueue/Resource".length))
    .filter((path) => parts.every((part) => `${path}${part}` in logicalIds));
}

/** The resources, and those that the ones that run here refer to. */
function withReferenced(
  resources: NonNullable<Template["Resources"]>,
  logicalIds: readonly string[],
): ReadonlySet<string> {
  const kept = new Set(logicalIds);
  for (const logicalId of kept) {
    const resource = resources[logicalId];
    if (!resource || !isBroughtToLife(resource.Type)) continue;
    for (const name of referencesIn(resource.Properties)) if (name in resources) kept.add(name);
  }
  return kept;
}

/** The logical ids that a part of a template refers to. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (name === "Ref" && typeof member === "string") return member.startsWith("AWS::") ? [] : [member];
    if (name === "Fn::GetAtt")
      return [String(Array.isArray(member) ? member[0] : member).replace(/\..*$/, "")];
    return referencesIn(member);
  });
}
