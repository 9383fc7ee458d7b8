import { isObject, parseJson } from "../../cli/json.ts";
import { type Condition, readConditions } from "../../operate/letters/filters.ts";
import { filterNames, type LetterFilter } from "../protocol/filters.ts";
import { ApiRefusal } from "../server/errors.ts";

/** A filter of the page. @throws ApiRefusal */
export function readFilter(value: unknown): LetterFilter {
  if (!isObject(value)) throw new ApiRefusal("WrongUse", "A filter is an object of filter names.");
  const names: readonly string[] = filterNames;
  const entries = Object.entries(value).map(([name, values]) => {
    if (!names.includes(name)) throw new ApiRefusal("WrongUse", `${name.slice(0, 64)} is not a filter.`);
    if (!isTexts(values)) throw new ApiRefusal("WrongUse", `The filter ${name} is not a list of texts.`);
    return [name, values];
  });
  return Object.fromEntries(entries);
}

/** The filter in the query of a list: JSON, or nothing. @throws ApiRefusal */
export function readFilterText(text = "{}"): LetterFilter {
  return readFilter(parseJson(text));
}

/** As the command line reads them. @throws UsageError that says what is wrong */
export function conditionsOf(filter: LetterFilter): readonly Condition[] {
  return Object.entries(filter).flatMap(([name, values = []]) =>
    values.flatMap((value) => readConditions(`--${name}`, value)),
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
