/** A value of an expression; undefined if CloudWatch has no data point. */
export type Point = number | undefined;

/** Evaluates an expression at one period, given the metrics' points by id. */
export type Evaluate = (points: Readonly<Record<string, Point>>) => Point;

/**
 * Compiles the part of metric math that the stack uses: numbers, ids, `+ - * /`, comparisons, `AND`, `IF`, `FILL` with a
 * number, and `PERIOD`. Anything else is an error.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function compileMetricExpression(expression: string, periodSeconds: number): Evaluate {
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
    next: () => Evaluate,
  ) => {
    let left = next();
    for (let operate = operators[peek()]; operate; operate = operators[peek()]) {
      take();
      const [a, b, apply] = [left, next(), operate];
      left = (points) => both(a(points), b(points), apply);
    }
    return left;
  };
  const conjunction = (): Evaluate => binary({ AND: (a, b) => Number(a !== 0 && b !== 0) }, comparison);
  const comparison = (): Evaluate => binary(comparisons, term);
  const term = (): Evaluate => binary({ "+": (a, b) => a + b, "-": (a, b) => a - b }, factor);
  const factor = (): Evaluate =>
    binary({ "*": (a, b) => a * b, "/": (a, b) => (b === 0 ? undefined : a / b) }, atom);
  const list = (): Evaluate[] => {
    take("(");
    const values = [conjunction()];
    while (peek() === ",") {
      take();
      values.push(conjunction());
    }
    take(")");
    return values;
  };
  const atom = (): Evaluate => {
    const token = peek();
    if (token === "(") return list()[0] ?? (() => undefined);
    take();
    if (/^\d/.test(token)) return () => Number(token);
    if (peek() !== "(") return identifier(token);
    return call(token, list());
  };
  const identifier = (name: string): Evaluate => {
    if (/^[a-z]\w*$/.test(name)) return (points) => points[name];
    throw new Error(`${expression}: ${name} is not supported here.`);
  };
  const call = (name: string, [first, second, third]: Evaluate[]): Evaluate => {
    if (name === "PERIOD") return () => periodSeconds;
    if (name === "FILL" && first && second) return (points) => first(points) ?? second(points);
    if (name === "IF" && first && second && third) {
      return (points) => {
        const condition = first(points);
        return condition === undefined ? undefined : condition !== 0 ? second(points) : third(points);
      };
    }
    throw new Error(`${expression}: the function ${name} is not supported here.`);
  };

  const evaluate = conjunction();
  if (position < tokens.length) throw new Error(`${expression}: ${peek()} is unexpected here.`);
  return evaluate;
}

const comparisons = {
  ">": (a: number, b: number) => Number(a > b),
  "<": (a: number, b: number) => Number(a < b),
  ">=": (a: number, b: number) => Number(a >= b),
  "<=": (a: number, b: number) => Number(a <= b),
  "==": (a: number, b: number) => Number(a === b),
};

function both(a: Point, b: Point, apply: (a: number, b: number) => Point): Point {
  return a === undefined || b === undefined ? undefined : apply(a, b);
}
