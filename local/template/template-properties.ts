import { type References, resolveIntrinsics } from "./resolve-intrinsics.ts";

/**
 * The properties of one resource, read by name and type, with their intrinsics resolved. `end()` rejects any property that
 * was neither read nor set aside, so that nothing in a template is ignored by accident.
 */
export class TemplateProperties {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #references: References;
  readonly #unread: Set<string>;

  constructor(value: unknown, path: string, references: References) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Error(`${path}: expected an object, got ${JSON.stringify(value)}.`);
    }
    this.#values = value as Record<string, unknown>;
    this.#path = path;
    this.#references = references;
    this.#unread = new Set(Object.keys(value));
  }

  string(name: string): string;
  string(name: string, fallback: string): string;
  string(name: string, fallback: undefined): string | undefined;
  string(name: string, ...fallback: [] | [string | undefined]): string | undefined {
    const value = this.#read(name, fallback);
    if (value === undefined || typeof value === "string") return value;
    throw new Error(`${this.#path}.${name}: expected a string, got ${JSON.stringify(value)}.`);
  }

  /** CloudFormation also accepts numbers as strings. */
  number(name: string): number;
  number(name: string, fallback: number): number;
  number(name: string, fallback: undefined): number | undefined;
  number(name: string, ...fallback: [] | [number | undefined]): number | undefined {
    const value = this.#read(name, fallback);
    if (value === undefined) return value;
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw new Error(`${this.#path}.${name}: expected a number, got ${JSON.stringify(value)}.`);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.#read(name, [fallback]);
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
    throw new Error(`${this.#path}.${name}: expected true or false, got ${JSON.stringify(value)}.`);
  }

  strings(name: string): readonly string[] {
    return this.#list(name).map((element, index) => {
      if (typeof element === "string") return element;
      throw new Error(`${this.#path}.${name}[${index}]: expected a string.`);
    });
  }

  /** Strings by name, such as environment variables. */
  stringMap(name: string): Readonly<Record<string, string>> {
    const value = this.#read(name, [{}]) as object;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, String(member)]));
  }

  /** A property that is data rather than settings, such as an event pattern. */
  json(name: string): unknown {
    return this.#read(name, [undefined]);
  }

  /** Nested properties, to be read and ended like these; undefined if missing. */
  nested(name: string): TemplateProperties | undefined {
    const value = this.#read(name, [undefined]);
    return value === undefined
      ? undefined
      : new TemplateProperties(value, `${this.#path}.${name}`, this.#references);
  }

  nestedList(name: string): readonly TemplateProperties[] {
    return this.#list(name).map(
      (element, index) =>
        new TemplateProperties(element, `${this.#path}.${name}[${index}]`, this.#references),
    );
  }

  /** Properties without a meaning on this machine. */
  setAside(...names: string[]): void {
    for (const name of names) this.#unread.delete(name);
  }

  end(): void {
    const [unread] = this.#unread;
    if (unread !== undefined) {
      throw new Error(
        `${this.#path}.${unread}: the local run does not support this property, so it would have no effect.`,
      );
    }
  }

  #list(name: string): unknown[] {
    const value = this.#read(name, [[]]);
    if (Array.isArray(value)) return value;
    throw new Error(`${this.#path}.${name}: expected a list, got ${JSON.stringify(value)}.`);
  }

  #read(name: string, fallback: [] | [unknown]): unknown {
    this.#unread.delete(name);
    const value = resolveIntrinsics(this.#values[name], `${this.#path}.${name}`, this.#references);
    if (value !== undefined) return value;
    if (fallback.length === 0) throw new Error(`${this.#path}.${name} is missing.`);
    return fallback[0];
  }
}
