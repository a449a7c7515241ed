import assert from "node:assert/strict";
import test from "node:test";
import { decades, goByKey, largestOf, number, paintOn, productText, setTraits, someOf, stepAfterKey, ticksBetween, tiny, unknownWords } from "../../rnnlib/widgets/draw.mjs";
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

test("a widget paints when a trait that it names changes, until it goes", () => {
  const listeners = {};
  const model = {
    on: (event, listener) => (listeners[event] = listener),
    off: (event, listener) => { if (listeners[event] === listener) delete listeners[event]; },
    saved: [], now: {},
    set: (name, value) => { model.now[name] = value; },
    save_changes: () => model.saved.push({ ...model.now }),
  };
  let [painted, left] = [0, 0];
  const cleanUp = paintOn(model, ["a", "b"], () => painted++, () => left++);
  assert.deepEqual([painted, Object.keys(listeners)], [1, ["change:a", "change:b"]]);
  listeners["change:b"]();
  assert.deepEqual([painted, left], [2, 0]);
  cleanUp();
  assert.deepEqual([left, Object.keys(listeners)], [1, []]);
  setTraits(model, { a: 1, b: 2 });
  assert.deepEqual(model.saved, [{ a: 1, b: 2 }]);
});

test("a key goes to a step, but not to one of another's", () => {
  const pressed = (key, more = {}, range = [2, 1, 5], like) => {
    const seen = [];
    const event = { key, target: { tagName: "DIV" }, preventDefault: () => seen.push("prevented"), stopPropagation: () => seen.push("stopped"), ...more };
    goByKey(event, range, (to) => seen.push(to), like);
    return seen;
  };
  assert.deepEqual(pressed("ArrowRight"), ["prevented", "stopped", 3]);
  assert.deepEqual(pressed("Home"), ["prevented", "stopped", 1]);
  assert.deepEqual(pressed("a"), []); // somebody else may want it
  assert.deepEqual(pressed("ArrowRight", {}, [0, 1, 0]), []); // no step to go to
  assert.deepEqual(pressed("ArrowDown", {}, [2, 1, 5], { ArrowDown: "ArrowRight" }), ["prevented", "stopped", 3]);
  for (const command of ["ctrlKey", "metaKey", "altKey"]) assert.deepEqual(pressed("ArrowRight", { [command]: true }), ["stopped"]);
  for (const tagName of ["INPUT", "SELECT"]) assert.deepEqual(pressed("End", { target: { tagName } }), ["stopped"]);
});

test("of many unknown words twelve are named, and the rest is counted", () => {
  const words = Array.from({ length: 14 }, (_, i) => `w${i}`);
  assert.equal(someOf(words.slice(0, 2)), "w0, w1");
  assert.equal(someOf(words.slice(0, 12), " "), words.slice(0, 12).join(" "));
  assert.match(unknownWords(words), /w11 and 2 more\.$/);
  assert.equal(unknownWords([]), "");
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
