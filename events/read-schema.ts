import { readFile } from "node:fs/promises";

const schemasUrl = new URL("./schemas/", import.meta.url);

/** One schema file and one generated file of types per contract. */
export const contracts = [
  "contact-transfer-requested",
  "contact-transfer-succeeded",
  "contact-transfer-failed",
] as const;

export async function readSchema(contract: (typeof contracts)[number]): Promise<object> {
  return JSON.parse(await readFile(new URL(`${contract}.schema.json`, schemasUrl), "utf8"));
}
