import assert from "node:assert/strict";
import test from "node:test";
import { largestOf, number, productText, stepAfterKey, tiny } from "../../rnnlib/widgets/draw.mjs";

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
