import { crc32, deflateSync, inflateSync } from "node:zlib";

/** A PNG with a palette in place of the true colours of a screenshot: a page has few colours, and the file becomes a third. */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, channels, data } = readPng(png);
  const pixels = unfilter(inflateSync(data), width * channels, channels);
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += channels) {
    const color = pixels.readUIntBE(at, 3);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const palette = choosePalette(counts);
  const indexes = new Map([...counts.keys()].map((color) => [color, nearest(palette, color)]));
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = pixels.readUIntBE((y * width + x) * channels, 3);
      rows[y * (width + 1) + 1 + x] = indexes.get(color) ?? 0;
    }
  }
  return writePng(width, height, palette, rows);
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Reads what a browser writes: 8 bits per channel, not interlaced. */
function readPng(png: Buffer) {
  const [width, height, depth, colorType] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (colorType !== 2 && colorType !== 6)) throw new Error("This PNG is not a screenshot.");
  const parts: Buffer[] = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return { width, height, channels: colorType === 2 ? 3 : 4, data: Buffer.concat(parts) };
}

/** Undoes the filter of each row. @see https://www.w3.org/TR/png-3/#9Filters */
function unfilter(rows: Buffer, rowBytes: number, channels: number): Buffer {
  const height = rows.length / (rowBytes + 1);
  const pixels = Buffer.alloc(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (rowBytes + 1)] ?? 0;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < channels ? 0 : (pixels[at - channels] ?? 0);
      const above = y === 0 ? 0 : (pixels[at - rowBytes] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (pixels[at - rowBytes - channels] ?? 0);
      const raw = rows[y * (rowBytes + 1) + 1 + x] ?? 0;
      pixels[at] = raw + predict(filter, left, above, corner);
    }
  }
  return pixels;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const estimate = left + above - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - above), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}

/**
 * Half of the palette are the most frequent colours, which fill areas. The other half stand for a kind of colour each: the many greys of
 * letters must not crowd out a word in another colour.
 */
function choosePalette(counts: ReadonlyMap<number, number>): readonly number[] {
  const frequent = [...counts].toSorted(([, a], [, b]) => b - a);
  const chosen = new Set(frequent.slice(0, 128).map(([color]) => color));
  const kinds = Map.groupBy(frequent, ([color]) => color & 0xf0f0f0);
  const common = [...kinds.values()]
    .map((similar) => ({ similar, count: similar.reduce((sum, [, count]) => sum + count, 0) }))
    .toSorted((a, b) => b.count - a.count);
  for (const { similar } of common) {
    const [[color] = [0]] = similar;
    if (chosen.size < 256) chosen.add(color);
  }
  return [...chosen];
}

function nearest(palette: readonly number[], color: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, candidate] of palette.entries()) {
    const [red, green, blue] = [16, 8, 0].map(
      (bits) => ((candidate >> bits) & 255) - ((color >> bits) & 255),
    );
    const distance = (red ?? 0) ** 2 + (green ?? 0) ** 2 + (blue ?? 0) ** 2;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function writePng(width: number, height: number, palette: readonly number[], rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colors = Buffer.alloc(palette.length * 3);
  for (const [index, color] of palette.entries()) colors.writeUIntBE(color, index * 3, 3);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("PLTE", colors),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
