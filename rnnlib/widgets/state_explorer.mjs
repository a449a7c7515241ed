// @ts-check
/**
 * Two sentences side by side: the hidden states as heatmaps, as paths in the plane of their two
 * main directions, and the distance between them over time. Both sentences are the reader's own.
 */

import { norm, tokenize, trace } from "./engine.mjs";
import { colourScale, drawn, goByKey, make, nextView, number, paintOn, setTraits, table, timeColumns, transport, unknownWords } from "./draw.mjs";

/** The place of a state in the plane. @param {{mean: number[], axes: number[][]}} plane @param {number[]} h */
export function project(plane, h) {
  return plane.axes.map((axis) => axis.reduce((sum, a, i) => sum + a * (h[i] - plane.mean[i]), 0));
}

/**
 * Distances of the states of two runs, by the step of the first: ||h_t - h'_s||, with s = t, or
 * s = t + T' - T when steps are counted from the last word.
 * @param {number[][]} h T + 1 states
 * @param {number[][]} other T' + 1 states
 * @param {boolean} fromEnd
 */
export function distances(h, other, fromEnd) {
  const shift = fromEnd ? other.length - h.length : 0;
  return h.map((state, t) => {
    const twin = other[t + shift];
    return twin ? norm(state.map((v, i) => v - twin[i])) : null;
  });
}

const [WIDTH, HEIGHT, EDGE] = [420, 300, 26];
const LAST = 1e6; // any step beyond the last word is the last

function render({ model, el }) {
  const id = nextView();
  const network = model.get("network");
  const plane = model.get("plane");
  const pairs = model.get("pairs");
  const positive = network.classes.length - 1;
  const H = network.params["rnn.b_h"].length;
  let shown = "";
  let runs = [];
  let paths = [];
  let gaps = [];
  let shift = 0; // step of the second sentence minus step of the first

  const entry = (name, k) => make("input", { type: "text", id: `${id}-${name}`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: (event) => read({ [name]: event.target.value }), "data-line": k });
  const inputs = [entry("sentence", 0), entry("second", 1)];
  const examples = make("select", { id: `${id}-pairs`, onchange: () => { const pair = pairs[examples.value]; if (pair) read({ sentence: pair[0], second: pair[1] }); } },
    make("option", { value: "" }, "choose …"), ...pairs.map(([a, b], i) => make("option", { value: i }, `${a} / ${b}`)));
  const align = make("select", { id: `${id}-align`, onchange: () => read({ from_end: align.value === "last" }) },
    make("option", { value: "first" }, "first word"), make("option", { value: "last" }, "last word"));
  const controls = transport({ id, go, direction: 1 });
  const note = make("p", { class: "rnn-note", role: "status" });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const sign = (k) => make("span", { class: `rnn-key rnn-line-${k}`, "aria-hidden": "true" }, k ? "\u25a0" : "\u25cf");
  const columns = [0, 1].map((k) => timeColumns({ label: `Hidden states of the ${k ? "second" : "first"} sentence`, go: (step) => controls.move(k ? step - shift : step) }));
  const picture = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "rnn-plane", role: "img", "aria-label": "Paths of both sentences in the plane of the two main directions of the state" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of both runs" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "Both runs as a table"), numbers);
  const row = (k, name, text) => make("div", { class: "rnn-bar" }, sign(k), make("label", { for: `${id}-${name}` }, text), inputs[k]);
  const root = make("div", { class: "rnn-widget rnn-explorer", role: "group", "aria-label": "State explorer", onkeydown: onKeydown },
    row(0, "sentence", "First sentence"), row(1, "second", "Second sentence"),
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-pairs` }, "or a pair"), examples, make("label", { for: `${id}-align` }, "compare from the"), align),
    controls.node, note, now,
    make("div", { class: "rnn-both" },
      make("div", { class: "rnn-maps" }, make("div", { class: "rnn-bar" }, sign(0), "first sentence", colourScale("state \u22121", "+1")), columns[0].node, make("div", { class: "rnn-bar" }, sign(1), "second sentence"), columns[1].node),
      make("figure", {}, picture, make("figcaption", {}, `The plane of the two main directions of the state: they hold ${number(100 * plane.explained[0], 0)} % and ${number(100 * plane.explained[1], 0)} % of how much it varies.`,
        ...(model.get("cloud").length ? [` Small + and \u2212: states at the end of other sentences, ${network.classes[positive]} and ${network.classes[0]}.`] : [])))),
    tableDetails);
  el.append(root);

  function read(changes) {
    controls.stop();
    setTraits(model, { ...changes, step: LAST });
  }

  function go(to) {
    setTraits(model, { step: to });
  }

  /** The range of steps, counted on the first sentence: from where either has a state to where both are read. */
  function range() {
    const [T, other] = runs.map((run) => run.tokens.length);
    return [Math.min(0, -shift), Math.max(T, other - shift)];
  }

  function currentStep() {
    const [first, last] = range();
    return Math.min(Math.max(model.get("step"), first), last);
  }

  function buildRuns() {
    const texts = [model.get("sentence"), model.get("second")];
    const key = JSON.stringify([texts, model.get("from_end")]);
    if (key === shown) return;
    shown = key;
    runs = texts.map((text) => trace(network, tokenize(text)));
    shift = model.get("from_end") ? runs[1].tokens.length - runs[0].tokens.length : 0;
    paths = runs.map((run) => run.h.map((h) => project(plane, h)));
    gaps = distances(runs[0].h, runs[1].h, model.get("from_end"));
    const top = Math.max(1e-9, ...gaps.map((gap) => gap ?? 0));
    runs.forEach((run, k) => {
      const steps = run.h.map((h, t) => ({
        step: t, word: t ? run.tokens[t - 1] : "start", unknown: t > 0 && run.ids[t - 1] === 0, values: h,
        foot: k === 0 ? gapFoot(gaps[t], top) : undefined,
      }));
      columns[k].build(Array.from({ length: H }, (_, i) => `unit ${i + 1}`), k === 0 ? ["distance"] : [], steps, 1);
    });
    const unknown = [...new Set(runs.flatMap((run) => run.unknown))];
    const told = [];
    if (runs.some((run) => !run.tokens.length)) told.push("Type at least one word in both lines.");
    if (unknown.length) told.push(unknownWords(unknown));
    note.textContent = told.join(" ");
    drawPlane();
    paintTable();
  }

  function gapFoot(gap, top) {
    return { look: "rnn-gap", size: gap === null ? 0 : (50 * gap) / top, text: gap === null ? "\u2013" : number(gap) };
  }

  let place = ([x, y]) => [x, y];
  let lines = [];

  function drawPlane() {
    const all = [...paths.flat(), ...model.get("cloud")];
    const [xs, ys] = [0, 1].map((i) => all.map((p) => p[i]));
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = Math.min((WIDTH - 2 * EDGE) / (x1 - x0 || 1), (HEIGHT - 2 * EDGE) / (y1 - y0 || 1));
    place = ([x, y]) => [WIDTH / 2 + scale * (x - (x0 + x1) / 2), HEIGHT / 2 - scale * (y - (y0 + y1) / 2)];
    const points = model.get("cloud").map(([x, y, c]) => {
      const [px, py] = place([x, y]);
      return drawn("text", { x: px, y: py, class: "rnn-cloud" }, c === positive ? "+" : "\u2212");
    });
    lines = paths.map((path, k) => ({ path, node: drawn("polyline", { class: `rnn-path rnn-line-${k}` }), dots: path.map((p, t) => dot(k, place(p), t ? runs[k].tokens[t - 1] : "start")) }));
    picture.replaceChildren(
      ...points,
      drawn("text", { x: WIDTH - 4, y: HEIGHT - 6, class: "rnn-axis", "text-anchor": "end" }, "first direction \u2192"),
      drawn("text", { x: 12, y: 8, class: "rnn-axis", "text-anchor": "end", transform: "rotate(-90 12 8)" }, "second direction \u2192"),
      ...lines.map((line) => line.node), ...lines.flatMap((line) => line.dots), ...labels);
  }

  function dot(k, [x, y], word) {
    const node = k ? drawn("rect", { x: x - 4, y: y - 4, width: 8, height: 8, class: "rnn-dot rnn-line-1" }) : drawn("circle", { cx: x, cy: y, r: 4.5, class: "rnn-dot rnn-line-0" });
    node.append(drawn("title", {}, word));
    return node;
  }
  const labels = [0, 1].map((k) => drawn("text", { class: `rnn-label rnn-line-${k}` }));

  function paintPlane(steps) {
    lines.forEach(({ path, node, dots }, k) => {
      const upTo = Math.min(steps[k], path.length - 1);
      node.setAttribute("points", path.slice(0, upTo + 1).map((p) => place(p).map((v) => v.toFixed(1)).join(",")).join(" "));
      dots.forEach((d, t) => { d.classList.toggle("rnn-later", t > upTo); d.classList.toggle("rnn-here", t === upTo); });
      const label = labels[k];
      label.textContent = upTo < 0 ? "" : upTo ? runs[k].tokens[upTo - 1] : "start";
      if (upTo < 0) return;
      const [x, y] = place(path[upTo]);
      const right = x < WIDTH * 0.7;
      label.setAttribute("x", String(right ? x + 9 : x - 9));
      label.setAttribute("y", String(Math.min(Math.max(y + (k ? 16 : -8), 14), HEIGHT - 8)));
      label.setAttribute("text-anchor", right ? "start" : "end");
    });
  }

  function paintTable() {
    if (!tableDetails.open) return numbers.replaceChildren();
    const head = (k) => ["step", "word", ...Array.from({ length: H }, (_, i) => `h ${i + 1}`), "first direction", "second direction", network.classes[positive], ...(k ? [] : ["distance"])];
    numbers.replaceChildren(...runs.map((run, k) => table(`${k ? "Second" : "First"} sentence: “${run.tokens.join(" ")}”`, head(k), run.tokens.map((word, t) => [
      t + 1, word, ...run.h[t + 1].map((v) => number(v, 7)), ...paths[k][t + 1].map((v) => number(v, 7)), number(run.p[t][positive], 7),
      ...(k ? [] : [gaps[t + 1] === null ? "\u2013" : number(gaps[t + 1], 7)]),
    ]))));
  }

  function paint() {
    buildRuns();
    [model.get("sentence"), model.get("second")].forEach((text, k) => { if (inputs[k].value !== text) inputs[k].value = text; });
    align.value = model.get("from_end") ? "last" : "first";
    examples.value = String(pairs.findIndex(([a, b]) => a === model.get("sentence") && b === model.get("second")));
    if (examples.selectedIndex < 0) examples.value = "";
    const [first, last] = range();
    const t = currentStep();
    const steps = [t, t + shift];
    const said = steps.map((s, k) => {
      const run = runs[k];
      if (s < 0) return "not begun";
      const at = Math.min(s, run.tokens.length);
      return at ? `after “${run.tokens[at - 1]}” ${network.classes[positive]} ${number(run.p[at - 1][positive])}` : "at its start";
    });
    const gap = gaps[t] ?? null;
    const text = `Step ${t}: first sentence ${said[0]}, second ${said[1]}. ${gap === null ? "Only one of them is still being read" : `Distance of the states ${number(gap)}`}.`;
    controls.update(t, first, last, text);
    now.textContent = text;
    columns.forEach((c, k) => c.show(steps[k], (s) => s > steps[k]));
    paintPlane(steps);
  }

  function onKeydown(event) {
    goByKey(event, [currentStep(), ...range()], controls.move);
  }

  return paintOn(model, ["sentence", "second", "from_end", "step"], paint, () => {
    controls.stop();
    root.remove();
  });
}

export default { render };
