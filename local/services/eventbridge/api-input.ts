import { ServiceError } from "../service-error.ts";

/** The input of an API call, or an object in it. A member of the wrong type is rejected by name. */
export class ApiInput {
  readonly #members: Readonly<Record<string, unknown>>;

  private constructor(value: unknown, where: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw malformed(where, "an object");
    this.#members = value as Record<string, unknown>;
  }

  static parse(body: string): ApiInput {
    let value: unknown;
    try {
      value = JSON.parse(body === "" ? "{}" : body);
    } catch {
      throw malformed("The request's body", "JSON");
    }
    return new ApiInput(value, "The request's body");
  }

  string(name: string): string | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined || typeof value === "string") return value;
    throw malformed(name, "a string");
  }

  requiredString(name: string): string {
    const value = this.string(name);
    if (value !== undefined) return value;
    throw new ServiceError(
      "ValidationException",
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  }

  /** Timestamps are seconds since 1970. */
  date(name: string): Date | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined) return undefined;
    const date = new Date(typeof value === "number" ? value * 1000 : Number.NaN);
    if (Number.isNaN(date.getTime())) throw malformed(name, "a number of seconds since 1970");
    return date;
  }

  strings(name: string): string[] | undefined {
    const values = this.#members[name] ?? undefined;
    if (values === undefined) return undefined;
    if (Array.isArray(values) && values.every((value) => typeof value === "string")) return values;
    throw malformed(name, "an array of strings");
  }

  /** An array of objects; empty if missing. */
  objects(name: string): ApiInput[] {
    const values = this.#members[name] ?? [];
    if (!Array.isArray(values)) throw malformed(name, "an array");
    return values.map((value, i) => new ApiInput(value, `${name}[${i}]`));
  }
}

function malformed(where: string, expected: string): ServiceError {
  return new ServiceError("SerializationException", `${where} is not ${expected}.`);
}
