import assert from "node:assert/strict";
import test from "node:test";
import { readNumber, readShape, same } from "../../rnnlib/widgets/question.mjs";

test("numbers may be written in many ways", () => {
  const cases = { "0.5": 0.5, ".5": 0.5, "1/2": 0.5, "50 %": 0.5, "\u22123": -3, "1,106": 1106, "2e-3": 0.002, " 66 ": 66, "1\u20442": 0.5, "3.": 3, "+7": 7 };
  for (const [text, value] of Object.entries(cases)) assert.ok(same(readNumber(text), value, 0), text);
  for (const text of ["", "abc", "1/0", "1/", "/2", "1..2", "0,5", "1,10", "<b>1</b>", "1 or 2", "Infinity", "NaN", "0x10", "."]) assert.equal(readNumber(text), null, text);
});

test("shapes may be written in many ways", () => {
  for (const text of ["(10, 32, 6)", "10,32,6", "10\u00d732\u00d76", "10 x 32 x 6", "[10 32 6]", " ( 10 ,32, 6 ) "]) assert.deepEqual(readShape(text), [10, 32, 6], text);
  assert.deepEqual(readShape("(5,)"), [5]);
  for (const text of ["", "()", "(a, b)", "-1, 2", "1.5"]) assert.equal(readShape(text), null, text);
});

test("answers are compared as wholes", () => {
  assert.ok(same([1, 2], [1, 2], 0) && !same([1, 2], [2, 1], 0) && !same([1], [1, 2], 0));
  assert.ok(same(0.1 + 0.2, 0.3, 0) && !same(0.31, 0.3, 0) && same(0.31, 0.3, 0.02));
});
