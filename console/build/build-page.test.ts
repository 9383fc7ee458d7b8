import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildPage } from "./build-page.ts";

const mostBytes = 150_000;

describe("the built page", async () => {
  const { files, compressedBytes } = await buildPage();
  const textOf = (ending: string) => files.find(({ path }) => path.endsWith(ending))?.text ?? "";

  it(`has at most ${mostBytes / 1000} KB compressed`, () => assert.ok(compressedBytes <= mostBytes));

  it("is a document with one script and one style sheet, named by their hashes", () => {
    assert.deepEqual(
      files.map(({ path }) => path.replace(/-[A-Z0-9]{8}\./, "-HASH.")),
      ["/", "/console-HASH.js", "/console-HASH.css"],
    );
    const linked = [...textOf("/").matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    assert.deepEqual(
      linked.toSorted(),
      files
        .slice(1)
        .map(({ path }) => path)
        .toSorted(),
    );
  });

  it("has no inline script or style, and nothing from another host", () => {
    assert.doesNotMatch(textOf("/"), /<style|style=|<script(?![^>]* src=)|\son[a-z]+=/);
    assert.doesNotMatch(textOf(".css"), /@import|url\(/);
    const hosts = files.flatMap(({ text }) => text.match(/https?:\/\/[^\s"'`)]+/g) ?? []);
    // Names of namespaces and schemas, which nobody asks for.
    const known = /^(?:http:\/\/www\.w3\.org\/|https:\/\/json-schema\.org\/)/;
    assert.deepEqual(
      hosts.filter((host) => !known.test(host)),
      [],
    );
  });

  it("never parses text as HTML or code", () => {
    const uses = textOf(".js").match(
      /\beval\(|new Function\b|outerHTML|insertAdjacentHTML|document\.write|DOMParser/g,
    );
    assert.equal(uses, null);
  });

  it("is the same for the same sources", async () => {
    assert.deepEqual((await buildPage()).files, files);
  });
});
