import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { deflateSync, inflateSync } from "node:zlib";
import { shrinkPng } from "./shrink-png.ts";

function chunk(type: string, data: readonly number[] | Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type, "latin1"), Buffer.from(data), Buffer.alloc(4)]);
}

/** A picture of two columns in true colours; each row is its filter and its filtered bytes. */
function trueColours(rows: readonly (readonly number[])[]): Buffer {
  const header = [0, 0, 0, 2, 0, 0, 0, rows.length, 8, 2, 0, 0, 0];
  const parts = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows.flat()))),
    chunk("IEND", []),
  ];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts]);
}

/** The colours of a picture with a palette, row by row. */
function coloursOf(png: Buffer): string[] {
  const dataOf = (type: string) => {
    const at = png.indexOf(type, 0, "latin1");
    return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
  };
  const [palette, rows] = [dataOf("PLTE"), inflateSync(dataOf("IDAT"))];
  const colours = Array.from(rows, (index) => palette.subarray(index * 3, index * 3 + 3).toString("hex"));
  return colours.filter((_, at) => at % 3 !== 0);
}

describe("a smaller picture", () => {
  it("has the same colours, however its rows were filtered", () => {
    const png = trueColours([
      [0, 10, 20, 30, 40, 50, 60],
      [1, 10, 20, 30, 30, 30, 30],
      [2, 1, 1, 1, 1, 1, 1],
      [3, 6, 11, 16, 20, 24, 29],
      [4, 1, 2, 3, 250, 0, 0],
    ]);
    assert.deepEqual(coloursOf(shrinkPng(png)), [
      ..."0a141e 28323c 0a141e 28323c 0b151f 29333d".split(" "),
      ..."0b151f 2e3c4b 0c1722 283c4b".split(" "),
    ]);
  });

  it("is not made of what no browser writes", () => {
    const png = trueColours([[0, 0, 0, 0, 0, 0, 0]]);
    png[24] = 16;
    assert.throws(() => shrinkPng(png), /not a screenshot/);
  });
});
