import assert from "node:assert/strict";
import test from "node:test";
import { decades, largestOf, number, stepAfterKey, ticksBetween, tiny } from "../../rnnlib/widgets/draw.mjs";
import { productText } from "../../rnnlib/widgets/sentence_stepper.mjs";

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
