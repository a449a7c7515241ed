import assert from "node:assert/strict";
import test from "node:test";
import { brush, cellsOf, countBlocks, fitted, inkOf, sheetOf } from "../../rnnlib/widgets/draw_digit.mjs";
import { dilationsOf, fieldOf, treeOf } from "../../rnnlib/widgets/receptive_field.mjs";

const blank = () => new Uint8Array(32 * 32);

test("a sheet and its text are two forms of the same", () => {
  const cells = blank();
  brush(cells, 3, 30, 1); // over the edge: only what lies on the sheet is inked
  assert.equal(cells.reduce((sum, on) => sum + on, 0), 6);
  assert.deepEqual(cellsOf(inkOf(cells)), cells);
  assert.equal(inkOf(cells).length, 256);
});

test("an example becomes a sheet with exactly its counts", () => {
  const image = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => ((5 * i + 3 * j * j) % 17) / 16));
  assert.deepEqual(countBlocks(sheetOf(image)), image);
});

test("a small drawing in a corner is moved to the middle and fills the height", () => {
  const cells = blank();
  for (let r = 0; r < 16; r++) for (let c = 28; c < 32; c++) cells[r * 32 + c] = 1;
  const image = countBlocks(fitted(cells));
  assert.deepEqual(image, image.map(() => [0, 0, 0, 1, 1, 0, 0, 0]));
});

test("a wide drawing is 26 columns wide, and an empty sheet stays empty", () => {
  const cells = blank();
  for (let c = 0; c < 13; c++) for (let r = 0; r < 3; r++) cells[r * 32 + c] = 1;
  const wide = fitted(cells);
  const columns = Array.from({ length: 32 }, (_, c) => Array.from({ length: 32 }, (_, r) => wide[r * 32 + c]).includes(1));
  assert.equal(columns.filter(Boolean).length, 26);
  assert.ok(columns[3] && columns[28] && !columns[2] && !columns[29]);
  assert.deepEqual(fitted(blank()), blank());
});

test("the field is what the tree reaches, without holes", () => {
  for (const dilated of [true, false]) {
    for (const [layers, width] of [[1, 2], [3, 2], [5, 2], [3, 3], [2, 4]]) {
      const reached = new Set(treeOf(layers, width, dilated).filter(([k]) => k === 0).map(([, from]) => from));
      const field = fieldOf(layers, width, dilated);
      assert.deepEqual([...reached].sort((a, b) => a - b), Array.from({ length: field }, (_, i) => i));
    }
  }
  assert.equal(fieldOf(5, 2, true), 32);
  assert.equal(fieldOf(5, 2, false), 6);
  assert.deepEqual(dilationsOf(4, true), [1, 2, 4, 8]);
});
