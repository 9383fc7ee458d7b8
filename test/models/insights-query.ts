/** A row of a query: fields by name, those inside an event with dots. */
export type InsightsRow = Readonly<Record<string, unknown>>;

type Evaluate = (row: InsightsRow) => unknown;
type Aggregate = (rows: readonly InsightsRow[]) => unknown;

/** Functions of one row, as documented. */
const functions: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  ispresent: (value) => value !== undefined,
  coalesce: (...values) => values.find((value) => value !== undefined),
  strcontains: (text, part) => (String(text).includes(String(part)) ? 1 : 0),
  toupper: (text) => String(text).toUpperCase(),
};

/** Functions of the rows of a group, which are in the order of their time. */
const aggregates: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  count: (values) => values.length,
  sum: (values) => values.reduce<number>((sum, value) => sum + Number(value ?? 0), 0),
  earliest: (values) => values.find((value) => value !== undefined),
  latest: (values) => values.findLast((value) => value !== undefined),
};

/**
 * The part of CloudWatch Logs Insights' query language that the saved queries use: `fields`, `filter`, `stats` and `sort`, one per line.
 * Anything else throws, so that a query with a command or a function that is not documented fails.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export function runInsightsQuery(query: string, events: readonly object[]): InsightsRow[] {
  let rows: InsightsRow[] = events
    .map((event) => flatten(event))
    .toSorted((a, b) => String(a["@timestamp"]).localeCompare(String(b["@timestamp"])));
  let known: ReadonlySet<string> | undefined;
  for (const line of query.split("\n")) {
    const [, command = "", rest = ""] = /^(?:\| )?(\w+) (.*)$/.exec(line) ?? [];
    const parser = new Parser(rest, known);
    if (command === "filter") {
      const holds = parser.expression();
      rows = rows.filter((row) => holds(row) === true);
    } else if (command === "fields") {
      const named = parser.list(() => parser.named());
      rows = rows.map((row) => ({ ...row, ...valuesOf(named, row) }));
    } else if (command === "stats") {
      const results = parser.list(() => parser.namedAggregate());
      parser.expect("by");
      const keys = parser.list(() => parser.named());
      const groups = Map.groupBy(rows, (row) => JSON.stringify(valuesOf(keys, row)));
      rows = Array.from(groups.values(), (group) => ({
        ...valuesOf(keys, group[0] ?? {}),
        ...Object.fromEntries(results.map(({ name, of }) => [name, of(group)])),
      }));
      known = new Set([...keys, ...results].map(({ name }) => name));
    } else if (command === "sort") {
      const { name, of } = parser.named();
      const sign = parser.take("asc") ? 1 : parser.take("desc") ? -1 : fail(`sort by ${name}: asc or desc?`);
      rows = rows.toSorted((a, b) => sign * String(of(a)).localeCompare(String(of(b))));
    } else fail(`no command: ${line}`);
    parser.end();
  }
  return rows;
}

interface Named<T> {
  readonly name: string;
  readonly of: T;
}

const token = /\s*(?:(`[^`]+`|[@\w][\w.]*|"[^"]*")|(!=|<=|>=|[=<>(),*]))/y;

class Parser {
  readonly #tokens: string[] = [];
  /** After `stats`, only its own results are left. */
  readonly #known: ReadonlySet<string> | undefined;

  constructor(text: string, known: ReadonlySet<string> | undefined) {
    this.#known = known;
    token.lastIndex = 0;
    while (token.lastIndex < text.length) {
      const [, word, sign] = token.exec(text) ?? fail(`cannot be read: ${text}`);
      this.#tokens.push(word ?? sign ?? "");
    }
  }

  take(wanted: string): boolean {
    if (this.#tokens[0] !== wanted) return false;
    this.#tokens.shift();
    return true;
  }

  expect(wanted: string): void {
    if (!this.take(wanted)) fail(`${wanted} is missing before ${this.#tokens.join(" ")}`);
  }

  end(): void {
    if (this.#tokens.length > 0) fail(`left over: ${this.#tokens.join(" ")}`);
  }

  list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.take(",")) all.push(one());
    return all;
  }

  named(): Named<Evaluate> {
    const [first = ""] = this.#tokens;
    const of = this.expression();
    return { name: this.#alias() ?? nameOf(first), of };
  }

  namedAggregate(): Named<Aggregate> {
    const name = this.#tokens.shift() ?? "";
    const aggregate = aggregates[name] ?? fail(`no aggregation: ${name}`);
    this.expect("(");
    const of = this.take("*") ? () => 1 : this.expression();
    this.expect(")");
    return { name: this.#alias() ?? fail(`${name} has no alias`), of: (rows) => aggregate(rows.map(of)) };
  }

  expression(): Evaluate {
    let left = this.#comparison();
    for (;;) {
      const [a, isAnd] = [left, this.take("and")];
      if (!isAnd && !this.take("or")) return left;
      const b = this.#comparison();
      left = isAnd
        ? (row) => a(row) === true && b(row) === true
        : (row) => a(row) === true || b(row) === true;
    }
  }

  #comparison(): Evaluate {
    if (this.take("not")) {
      const of = this.#comparison();
      return (row) => of(row) !== true;
    }
    const a = this.#value();
    for (const [sign, compare] of Object.entries(comparisons)) {
      if (!this.take(sign)) continue;
      const b = this.#value();
      return (row) => compare(a(row), b(row));
    }
    return a;
  }

  #value(): Evaluate {
    const word = this.#tokens.shift() ?? fail("a value is missing");
    if (word.startsWith('"')) return () => word.slice(1, -1);
    if (/^\d+$/.test(word)) return () => Number(word);
    if (this.take("(")) return this.#call(word);
    const name = nameOf(word);
    if (this.#known && !this.#known.has(name)) fail(`${name} is not left after stats`);
    return (row) => row[name];
  }

  #call(name: string): Evaluate {
    if (name === "bin") {
      this.#tokens.shift();
      this.expect(")");
      return ({ "@timestamp": at }) => String(at).slice(0, "2026-11-24T10".length);
    }
    const call = functions[name] ?? fail(`no function: ${name}`);
    const args = this.list(() => this.#comparison());
    this.expect(")");
    return (row) => call(...args.map((arg) => arg(row)));
  }

  #alias(): string | undefined {
    return this.take("as") ? this.#tokens.shift() : undefined;
  }
}

const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => Number(a) > Number(b),
  "<": (a, b) => Number(a) < Number(b),
};

function nameOf(word: string): string {
  return word.replaceAll("`", "");
}

function valuesOf(named: readonly Named<Evaluate>[], row: InsightsRow): InsightsRow {
  return Object.fromEntries(named.map(({ name, of }) => [name, of(row)]));
}

/** As Insights discovers the fields of a JSON event. */
function flatten(value: object, prefix = ""): InsightsRow {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      typeof member === "object" && member !== null
        ? Object.entries(flatten(member, `${prefix}${name}.`))
        : [[prefix + name, member]],
    ),
  );
}

function fail(why: string): never {
  throw new Error(`This query is not understood: ${why}`);
}
