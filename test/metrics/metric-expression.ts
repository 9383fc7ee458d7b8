/** A value of an expression; undefined if CloudWatch has no data point. */
export type Point = number | undefined;

/** Evaluates an expression at one period, given the metrics' points by id. */
export type Evaluate = (points: Readonly<Record<string, Point>>) => Point;

/**
 * What becomes of a missing point. `FILL` fills it, and anything else without one has none: or `FILL` leaves it, as it may do with
 * a metric that was never emitted, and an operator between two series takes it for 0, as the documentation says.
 */
export type MissingPoints = "filled by FILL" | "0 between series";

/** An operand: a number, or a series. */
interface Operand {
  readonly isSeries: boolean;
  readonly at: Evaluate;
}

/**
 * Compiles the part of metric math that the stack uses: numbers, ids, `+ - * /`, comparisons, `AND`, `IF`, `FILL` with a
 * number, and `PERIOD`. Anything else is an error.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function compileMetricExpression(
  expression: string,
  periodSeconds: number,
  missing: MissingPoints = "filled by FILL",
): Evaluate {
  const tokens = expression.match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|>=|<=|==|[-+*/(),<>]|\S/g) ?? [];
  let position = 0;
  const peek = () => tokens[position] ?? "";
  const take = (expected?: string) => {
    const token = peek();
    if (expected !== undefined && token !== expected) {
      throw new Error(`${expression}: expected ${expected} before ${token || "the end"}.`);
    }
    position += 1;
    return token;
  };

  const binary = (
    operators: Readonly<Record<string, (a: number, b: number) => Point>>,
    next: () => Operand,
  ) => {
    let left = next();
    for (let operate = operators[peek()]; operate; operate = operators[peek()]) {
      take();
      const [a, b, apply] = [left, next(), operate];
      const takesMissingForZero = missing === "0 between series" && a.isSeries && b.isSeries;
      left = {
        isSeries: a.isSeries || b.isSeries,
        at: (points) => combine(a.at(points), b.at(points), takesMissingForZero, apply),
      };
    }
    return left;
  };
  const conjunction = (): Operand => binary({ AND: (a, b) => Number(a !== 0 && b !== 0) }, comparison);
  const comparison = (): Operand => binary(comparisons, term);
  const term = (): Operand => binary({ "+": (a, b) => a + b, "-": (a, b) => a - b }, factor);
  const factor = (): Operand =>
    binary({ "*": (a, b) => a * b, "/": (a, b) => (b === 0 ? undefined : a / b) }, atom);
  const list = (): Operand[] => {
    take("(");
    const values = [conjunction()];
    while (peek() === ",") {
      take();
      values.push(conjunction());
    }
    take(")");
    return values;
  };
  const atom = (): Operand => {
    const token = peek();
    if (token === "(") return list()[0] ?? scalar(undefined);
    take();
    if (/^\d/.test(token)) return scalar(Number(token));
    if (peek() !== "(") return identifier(token);
    return call(token, list());
  };
  const identifier = (name: string): Operand => {
    if (/^[a-z]\w*$/.test(name)) return series((points) => points[name]);
    throw new Error(`${expression}: ${name} is not supported here.`);
  };
  const call = (name: string, [first, second, third]: Operand[]): Operand => {
    if (name === "PERIOD") return scalar(periodSeconds);
    if (name === "FILL" && first && second) {
      return missing === "filled by FILL" ? series((points) => first.at(points) ?? second.at(points)) : first;
    }
    if (name === "IF" && first && second && third) {
      return series((points) => {
        const condition = first.at(points);
        return condition === undefined ? undefined : condition !== 0 ? second.at(points) : third.at(points);
      });
    }
    throw new Error(`${expression}: the function ${name} is not supported here.`);
  };

  const { at } = conjunction();
  if (position < tokens.length) throw new Error(`${expression}: ${peek()} is unexpected here.`);
  return at;
}

function scalar(value: Point): Operand {
  return { isSeries: false, at: () => value };
}

function series(at: Evaluate): Operand {
  return { isSeries: true, at };
}

const comparisons = {
  ">": (a: number, b: number) => Number(a > b),
  "<": (a: number, b: number) => Number(a < b),
  ">=": (a: number, b: number) => Number(a >= b),
  "<=": (a: number, b: number) => Number(a <= b),
  "==": (a: number, b: number) => Number(a === b),
};

function combine(
  a: Point,
  b: Point,
  takesMissingForZero: boolean,
  apply: (a: number, b: number) => Point,
): Point {
  if (a === undefined && b === undefined) return undefined;
  if (takesMissingForZero) return apply(a ?? 0, b ?? 0);
  return a === undefined || b === undefined ? undefined : apply(a, b);
}
