import assert from "node:assert/strict";
import test from "node:test";
import { decades, largestOf, number, productText, stepAfterKey, ticksBetween, tiny } from "../../rnnlib/widgets/draw.mjs";
import { turn } from "../../rnnlib/widgets/memory_game.mjs";
import { oneUnit } from "../../rnnlib/widgets/one_unit.mjs";
import { distances, project } from "../../rnnlib/widgets/state_explorer.mjs";

test("numbers have a real minus sign, and no negative zero", () => {
  assert.equal(number(-0.417), "\u22120.42");
  assert.equal(number(-0.001), "0.00");
  assert.equal(number(1.5, 4), "1.5000");
  assert.equal(tiny(-1.24e-7), "\u22121.2e\u22127");
  assert.equal(tiny(0), "0");
});

test("keys lead to steps, and stop at the ends", () => {
  assert.equal(stepAfterKey("ArrowLeft", 3, 0, 5), 2);
  assert.equal(stepAfterKey("ArrowLeft", 0, 0, 5), 0);
  assert.equal(stepAfterKey("ArrowRight", 5, 0, 5), 5);
  assert.equal(stepAfterKey("Home", 3, 1, 5), 1);
  assert.equal(stepAfterKey("End", 3, 1, 5), 5);
  assert.equal(stepAfterKey("a", 3, 0, 5), null);
  assert.equal(stepAfterKey("Tab", 3, 0, 5), null);
});

test("a product is spelled out, term by term", () => {
  assert.equal(productText([0.5, -1], [[2, 0], [0.25, 3]], 0), "0.50\u202f×\u202f2.00 + \u22121.00\u202f×\u202f0.25 = 0.7500");
});

test("the largest of nothing is 0", () => {
  assert.equal(largestOf([]), 0);
  assert.equal(largestOf([1, -3]), 3);
});

test("one unit: its states, and what the last one owes to each", () => {
  const { h, gradient } = oneUnit(2, 0.5, 0.1, [1, 0]);
  const [h1, h2] = [Math.tanh(2.1), Math.tanh(0.5 * Math.tanh(2.1) + 0.1)];
  assert.deepEqual(h, [0, h1, h2]);
  assert.equal(gradient[2], 1);
  assert.ok(Math.abs(gradient[1] - 0.5 * (1 - h2 * h2)) < 1e-15);
  assert.ok(Math.abs(gradient[0] - 0.25 * (1 - h2 * h2) * (1 - h1 * h1)) < 1e-15);
});

test("distances count from the first step, or from the last", () => {
  const [a, b] = [[[0, 0], [3, 4]], [[0, 0], [0, 0], [3, 0]]];
  assert.deepEqual(distances(a, b, false), [0, 5]);
  assert.deepEqual(distances(a, b, true), [0, 4]);
  assert.deepEqual(distances(b, a, false), [0, 5, null]);
  assert.deepEqual(distances(b, a, true), [null, 0, 4]);
  assert.deepEqual(project({ mean: [1, 1], axes: [[1, 0], [0, 1]] }, [3, 0]), [2, -1]);
});

test("a cell turns from empty over orange and blue to empty", () => {
  assert.deepEqual([0, 1, -1].map(turn), [1, -1, 0]);
});

test("an axis has few round ticks within its range", () => {
  assert.deepEqual(ticksBetween(0, 1.6), [0, 0.5, 1, 1.5]);
  assert.deepEqual(ticksBetween(0, 60), [0, 20, 40, 60]);
  assert.deepEqual(decades(-12, 2), [-12, -10, -8, -6, -4, -2, 0, 2]);
  assert.deepEqual(decades(-3, 0), [-3, -2, -1, 0]);
  for (const [lo, hi] of [[0, 5], [0, 100], [0, 2000], [-3, 0.1]]) {
    const ticks = ticksBetween(lo, hi);
    assert.ok(ticks.length >= 2 && ticks.length <= 7 && ticks[0] >= lo && ticks.at(-1) <= hi);
  }
});
