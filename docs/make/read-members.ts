import { readFile } from "node:fs/promises";
import { type ClassElement, type Comment, parseSync, type Statement, type TSSignature } from "oxc-parser";

/** What a documentation comment says. */
interface Documentation {
  readonly paragraphs: readonly string[];
  readonly range?: string;
  /** As CDK writes it: a value as it is, anything else after a hyphen. */
  readonly default?: string;
  readonly see: readonly string[];
}

/** A documented member of an interface or a class. */
export interface Member extends Documentation {
  readonly name: string;
  readonly isOptional: boolean;
  readonly isMethod: boolean;
  /** As the source writes it; of a method, the parameters and the result. */
  readonly type: string;
}

/** The public, documented members of an interface or a class in a file of the project. */
export async function readMembers(file: string, name: string): Promise<Member[]> {
  const source = await parse(file);
  const body = source.statements.flatMap((statement) => bodyOf(statement, name));
  const members = body.flatMap((member): Member[] => {
    if (!("key" in member) || member.key.type !== "Identifier") return [];
    if ("accessibility" in member && member.accessibility === "private") return [];
    const documentation = source.documentationAt(member.start);
    if (!documentation) return [];
    const common = { ...documentation, name: member.key.name, isOptional: member.optional === true };
    if (member.type === "MethodDefinition") {
      const { start, returnType } = member.value;
      return [{ ...common, isMethod: true, type: source.text.slice(start, returnType?.end ?? start) }];
    }
    if (!("typeAnnotation" in member) || !member.typeAnnotation) return [];
    const { start, end } = member.typeAnnotation.typeAnnotation;
    return [{ ...common, isMethod: false, type: source.text.slice(start, end) }];
  });
  if (members.length === 0) throw new Error(`${file} has no documented members of ${name}.`);
  return members;
}

/** The documentation of an exported function. */
export async function readFunction(file: string, name: string): Promise<Documentation> {
  const { statements, documentationAt } = await parse(file);
  const found = statements.find(
    (node) =>
      node.type === "ExportNamedDeclaration" &&
      node.declaration?.type === "FunctionDeclaration" &&
      node.declaration.id?.name === name,
  );
  const documentation = found && documentationAt(found.start);
  if (!documentation) throw new Error(`${file} has no documented function ${name}.`);
  return documentation;
}

async function parse(file: string) {
  const text = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
  const { program, comments, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const documentationAt = (start: number): Documentation | undefined => {
    const comment = comments.findLast(({ end }) => end <= start && text.slice(end, start).trim() === "");
    return comment && readComment(comment);
  };
  return { text, statements: program.body, documentationAt };
}

function bodyOf(statement: Statement, name: string): readonly (ClassElement | TSSignature)[] {
  if (statement.type !== "ExportNamedDeclaration" || !statement.declaration) return [];
  const { declaration } = statement;
  const isNamed =
    (declaration.type === "TSInterfaceDeclaration" || declaration.type === "ClassDeclaration") &&
    declaration.id?.name === name;
  return isNamed ? declaration.body.body : [];
}

function readComment({ value }: Comment): Documentation {
  const lines = value.split("\n").map((line) => line.replace(/^\s*\*+ ?/, "").trim());
  const tag = (name: string) =>
    lines.filter((line) => line.startsWith(`@${name} `)).map((line) => line.slice(name.length + 2));
  const firstTag = lines.findIndex((line) => line.startsWith("@"));
  const paragraphs = lines
    .slice(0, firstTag < 0 ? undefined : firstTag)
    .join("\n")
    .split(/\n\n+/)
    .map((paragraph) => paragraph.replaceAll("\n", " ").trim())
    .filter((paragraph) => paragraph !== "");
  const isRange = (paragraph: string) => paragraph.startsWith("Valid Range: ");
  return {
    paragraphs: paragraphs.filter((paragraph) => !isRange(paragraph)),
    range: paragraphs.find(isRange)?.replace("Valid Range: ", ""),
    default: tag("default")[0],
    see: tag("see"),
  };
}
