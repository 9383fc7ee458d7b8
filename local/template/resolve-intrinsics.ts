/** Looks up `Ref` and `Fn::GetAtt`; both throw for an unknown name, with `path` in the message. */
export interface References {
  ref(name: string, path: string): string | undefined;
  attribute(logicalId: string, attribute: string, path: string): string;
}

type Intrinsic = (argument: unknown, path: string, references: References) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, path, references) => references.ref(text(argument, path), path),

  "Fn::GetAtt": (argument, path, references) => {
    const [logicalId, ...attribute] =
      typeof argument === "string" ? argument.split(".") : list(argument, path);
    return references.attribute(text(logicalId, path), attribute.join("."), path);
  },

  "Fn::Join": (argument, path, references) => {
    const [delimiter, parts] = list(resolveIntrinsics(argument, path, references), path);
    return list(parts, path)
      .map((part) => text(part, path))
      .join(text(delimiter, path));
  },

  "Fn::Split": (argument, path, references) => {
    const [delimiter, whole] = list(resolveIntrinsics(argument, path, references), path);
    return text(whole, path).split(text(delimiter, path));
  },

  "Fn::Select": (argument, path, references) => {
    const [index, choices] = list(resolveIntrinsics(argument, path, references), path);
    const choice = list(choices, path)[Number(index)];
    if (choice === undefined) throw new Error(`${path}: the list has no element ${String(index)}.`);
    return choice;
  },

  "Fn::Sub": (argument, path, references) => {
    const [template, own = {}] = typeof argument === "string" ? [argument] : list(argument, path);
    const variables = new Map(Object.entries(resolveIntrinsics(own, path, references) as object));
    return text(template, path).replace(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (variables.has(name)) return text(variables.get(name), path);
      const [logicalId = "", ...attribute] = name.split(".");
      return attribute.length > 0
        ? references.attribute(logicalId, attribute.join("."), path)
        : text(references.ref(name, path), path);
    });
  },
};

/**
 * Resolves all CloudFormation intrinsics in `value`. Members that resolve to `AWS::NoValue` are left out. An unsupported
 * intrinsic is an error that names `path`.
 */
export function resolveIntrinsics(value: unknown, path: string, references: References): unknown {
  if (Array.isArray(value)) {
    return value
      .map((element, index) => resolveIntrinsics(element, `${path}[${index}]`, references))
      .filter((element) => element !== undefined);
  }
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value);
  const [first] = members;
  if (first && members.length === 1 && /^(Ref|Condition|Fn::.*)$/.test(first[0])) {
    const [name, argument] = first;
    const intrinsic = intrinsics[name];
    if (!intrinsic) throw new Error(`${path}: the local run does not support the intrinsic ${name}.`);
    return intrinsic(argument, path, references);
  }
  return Object.fromEntries(
    members
      .map(([name, member]) => [name, resolveIntrinsics(member, `${path}.${name}`, references)])
      .filter(([, member]) => member !== undefined),
  );
}

function text(value: unknown, path: string): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new Error(`${path}: expected a string, got ${JSON.stringify(value)}.`);
}

function list(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${path}: expected a list, got ${JSON.stringify(value)}.`);
}
