import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { functionCode } from "./function-code.ts";

it("without a built function, the error says how to build it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "contact-transfer-code-"));
  try {
    assert.throws(() => functionCode(folder), {
      name: "SettingError",
      message: `The function is not built: ${folder}/index.mjs does not exist. Run \`npm run build\` in contact-transfer first, or set \`code\`.`,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
