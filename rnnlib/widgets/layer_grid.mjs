// @ts-check
/**
 * The grid of time by layer of a deep RNN: choose any cell and see its two inputs, from below and
 * from the left, its numbers and their sum. The sentence is the reader's own.
 */

import { add, encode, softmax, times, tokenize, traceCharLanguageModel, unpack } from "./engine.mjs";
import { colourScale, exampleList, inField, isCommand, make, nextView, number, numberGrid, paintOn, productText, setTraits, symbol, table, unknownWords, useKey } from "./draw.mjs";

/** Everything the grid shows: words, and for each level from the embedding up what it gives out. */
export function readSentence(network, sentence) {
  const tokens = tokenize(sentence);
  const ids = encode(network, tokens);
  const run = tokens.length ? traceCharLanguageModel(network, ids) : { layers: [], logits: [], p: [] };
  return { tokens, ids, x: ids.map((id) => network.params["embedding.W"][id]), ...run };
}

/** The two products, the bias and their sum in one cell. @param {number} level from 1 @param {number} t from 1 */
export function cellSum(network, run, level, t) {
  const name = (part) => network.params[`rnn.${level - 1}.${part}`];
  const below = level === 1 ? run.x[t - 1] : run.layers[level - 2].h[t];
  const left = run.layers[level - 1].h[t - 1];
  const [fromBelow, fromLeft] = [times(below, name("W_xh")), times(left, name("W_hh"))];
  return { below, left, fromBelow, fromLeft, b: name("b_h"), z: add(fromBelow, fromLeft, name("b_h")), h: run.layers[level - 1].h[t], W_xh: name("W_xh"), W_hh: name("W_hh") };
}

/** A state's symbol, with its layer above it: h with index 3 and layer 2. */
const state = (level, t) => make("span", { class: "rnn-symbol" }, make("i", {}, "h"), make("sub", {}, String(t)), make("sup", {}, `(${level})`));
const weights = (name, level) => make("span", { class: "rnn-symbol" }, make("i", {}, "W"), make("sub", {}, name), make("sup", {}, `(${level})`));

/** The rows of one cell: label, numbers, and the story of each number. */
export function arithmetic(network, run, level, t) {
  const all = (row, n) => Array.from({ length: n }, (_, i) => [row, i]);
  const word = run.tokens[t - 1];
  if (level === 0) {
    return [{
      name: `x ${t}, the word`, label: [symbol("x", t)], values: run.x[t - 1],
      explain: (i) => ({ text: `Number ${i + 1} in row ${run.ids[t - 1]} of the embedding table: what training found for ${run.ids[t - 1] ? `“${word}”` : "<unk>, any unknown word"}.` }),
    }];
  }
  const top = run.layers.length;
  if (level > top) {
    const h = run.layers[top - 1].h[t];
    const [logits, p] = [run.logits[t - 1], run.p[t - 1]];
    const name = (c) => network.classes[c];
    return [
      { name: `state of layer ${top}, step ${t}`, label: [state(top, t)], values: h, explain: (i) => ({ text: `Unit ${i + 1} of layer ${top}, the top layer, after “${word}”. The output sees this layer alone.` }) },
      { name: "scores", label: ["scores"], values: logits, explain: (c) => ({ text: `Score of “${name(c)}”: ${productText(h, network.params["output.W"], c)}, plus the bias ${number(network.params["output.b"][c])} = ${number(logits[c], 4)}`, sources: all(0, h.length) }) },
      { name: "probabilities", label: ["softmax"], values: p, explain: (c) => ({ text: `Probability of “${name(c)}”: ${number(p[c], 4)}`, sources: all(1, p.length) }) },
    ];
  }
  const sum = cellSum(network, run, level, t);
  const lower = level === 1 ? symbol("x", t) : state(level - 1, t);
  const origin = level === 1 ? `Number ${"#"} of the word “${word}”.` : `Unit # of layer ${level - 1} at this step: the state that layer has just computed for “${word}”.`;
  return [
    { name: `from below, ${level === 1 ? `x ${t}` : `state of layer ${level - 1}, step ${t}`}`, label: [lower, " from below"], values: sum.below, explain: (i) => ({ text: origin.replace("#", String(i + 1)) }) },
    { name: `from the left, state of layer ${level}, step ${t - 1}`, label: [state(level, t - 1), " from left"], values: sum.left, explain: (i) => ({ text: t === 1 ? `Unit ${i + 1} of the initial state of layer ${level}: 0, since nothing was read yet.` : `Unit ${i + 1} of this layer one step earlier, after “${run.tokens[t - 2]}”.` }) },
    { name: "from below times W xh", label: [lower.cloneNode(true), weights("xh", level)], values: sum.fromBelow, explain: (j) => ({ text: `Unit ${j + 1}, from below: ${productText(sum.below, sum.W_xh, j)}`, sources: all(0, sum.below.length) }) },
    { name: "from the left times W hh", label: ["+ ", state(level, t - 1), weights("hh", level)], values: sum.fromLeft, explain: (j) => ({ text: `Unit ${j + 1}, from the left: ${productText(sum.left, sum.W_hh, j)}`, sources: all(1, sum.left.length) }) },
    { name: "bias b h", label: ["+ ", make("span", { class: "rnn-symbol" }, make("i", {}, "b"), make("sub", {}, "h"), make("sup", {}, `(${level})`))], values: sum.b, explain: (j) => ({ text: `Bias of unit ${j + 1} of layer ${level}: the same at every step.` }) },
    { name: "z, the sum", label: ["= sum ", symbol("z", t)], values: sum.z, explain: (j) => ({ text: `Unit ${j + 1}, below plus left plus bias: ${[sum.fromBelow[j], sum.fromLeft[j], sum.b[j]].map((v) => number(v, 4)).join(" + ")} = ${number(sum.z[j], 4)}`, sources: [[2, j], [3, j], [4, j]] }) },
    { name: `state of layer ${level}, step ${t}`, label: [state(level, t), " = tanh ", symbol("z", t)], values: sum.h, explain: (j) => ({ text: `Unit ${j + 1}: tanh(${number(sum.z[j], 4)}) = ${number(sum.h[j], 4)}. It goes up, to ${level === top ? "the output" : `layer ${level + 1}`}, and right, to this layer's next step.`, sources: [[5, j]] }) },
  ];
}

/** A strip of colours, one for each number, as one background: grids of hundreds of cells stay quick. */
export function strip(values, largest) {
  const part = 100 / values.length;
  const stops = values.map((value, i) => {
    const share = Math.min(1, Math.abs(value) / largest).toFixed(2);
    return `rgb(${value < 0 ? "58 123 213" : "217 115 13"} / ${share}) ${(i * part).toFixed(1)}% ${((i + 1) * part).toFixed(1)}%`;
  });
  return `linear-gradient(90deg, ${stops.join(", ")})`;
}

function render({ model, el }) {
  const id = nextView();
  const network = { ...model.get("network"), ...unpack(model.get("network")) };
  const L = network.config.num_layers;
  const top = L + 1;
  const positive = network.classes.length - 1;
  const levelName = (level) => (level === 0 ? "word" : level > L ? network.classes[positive] : `layer ${level}`);
  const largestWord = Math.max(...network.params["embedding.W"].flat().map(Math.abs));
  let shown = null; // the sentence that the grid was built for
  let run = readSentence(network, "");
  const contents = new WeakMap(); // what was written into each cell
  let cells = []; // cells[level][t], t = 0 stands before the first word; undefined where there is none

  const sentence = make("input", { type: "text", id: `${id}-sentence`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read(sentence.value) });
  const examples = exampleList(`${id}-examples`, model.get("sentences"), (text) => read(text));
  const note = make("p", { class: "rnn-note", role: "status" });
  const lattice = make("div", { class: "rnn-lattice", role: "grid", "aria-label": "Time by layer", onkeydown: onKeydown });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const told = make("p", { class: "rnn-told", "aria-live": "polite" }, "Choose any number to see where it comes from.");
  const numbers = numberGrid({ label: "The numbers of this cell", tell: (text) => (told.textContent = text) });
  const step = make("div", { class: "rnn-step" }, numbers.node, told);
  const tableBox = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all states" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All states as a table"), tableBox);
  const words = make("details", {}, make("summary", {}, `The ${network.words.length - 1} words it knows`), make("p", { class: "rnn-words" }, network.words.slice(1).join(" ")));
  const root = make("div", { class: "rnn-widget rnn-layergrid", role: "group", "aria-label": "Grid of time by layer", onkeydown: (event) => { if (inField(event)) event.stopPropagation(); } },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-sentence` }, "Sentence"), sentence, make("label", { for: `${id}-examples` }, "or example"), examples.node),
    note, lattice, make("div", { class: "rnn-bar" }, colourScale("state \u22121", "+1")), now, step, tableDetails, words);
  const rows = Array.from({ length: L + 2 }, (_, level) => make("div", { class: "rnn-latticerow", role: "row" }, make("span", { class: "rnn-levelname", role: "rowheader" }, levelName(level))));
  const places = rows.map(() => []); // what stands in each row after its name
  lattice.append(...[...rows].reverse());
  el.append(root);

  function read(text) {
    setTraits(model, { sentence: text, step: -1 });
  }

  function currentStep() {
    const wanted = model.get("step");
    return wanted < 0 || wanted > run.tokens.length ? run.tokens.length : wanted;
  }

  /** Choose a cell; before the first word only the layers have one. */
  function go(level, t, focus) {
    const held = t === 0 ? Math.min(Math.max(level, 1), L) : level;
    setTraits(model, { level: held, step: t });
    if (focus) cells[held][t].focus({ preventScroll: true });
  }

  function onKeydown(event) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0], Home: [0, -Infinity], End: [0, Infinity] };
    const move = moves[event.key];
    if (!move || isCommand(event) || !cells.length) return;
    useKey(event);
    const [level, t] = [model.get("level"), currentStep()];
    const first = level >= 1 && level <= L ? 0 : 1;
    go(Math.min(Math.max(level + move[0], t ? 0 : 1), t ? top : L), Math.min(Math.max(t + move[1], first), run.tokens.length), true);
  }

  function build() {
    if (model.get("sentence") === shown) return;
    shown = model.get("sentence");
    run = readSentence(network, shown);
    const T = run.tokens.length;
    /** What a cell shows, to tell whether one that was made can stay. */
    const contentOf = (level, t) => {
      if (level === 0) return `${run.ids[t - 1]} ${run.tokens[t - 1]}`;
      const word = t ? run.tokens[t - 1] : "";
      return level > L ? `${number(run.p[t - 1][positive])} ${word}` : `${run.layers[level - 1].h[t]} ${word}`;
    };
    const cell = (level, t) => {
      if (t === 0 && (level === 0 || level > L)) return undefined;
      const content = contentOf(level, t);
      const old = cells[level]?.[t];
      if (old && contents.get(old) === content) return old;
      const node = make("button", { type: "button", role: "gridcell", tabindex: -1, class: `rnn-node rnn-level${level === 0 ? "word" : level > L ? "out" : "state"}`, onclick: () => go(level, t, true) });
      contents.set(node, content);
      if (level === 0) {
        const word = run.tokens[t - 1];
        node.append(run.ids[t - 1] ? word : make("span", { class: "rnn-unknown" }, word));
        node.title = word;
        node.style.setProperty("--strip", strip(run.x[t - 1], largestWord));
      } else if (level > L) {
        node.append(number(run.p[t - 1][positive]));
      } else {
        node.style.setProperty("--strip", strip(run.layers[level - 1].h[t], 1));
      }
      const place = t === 0 ? "before the first word" : `step ${t}, “${run.tokens[t - 1]}”`;
      node.setAttribute("aria-label", level === 0 ? `${run.tokens[t - 1]}, word ${t}` : level > L ? `${number(run.p[t - 1][positive])}, ${levelName(level)} after ${place}` : `${levelName(level)}, ${place}`);
      return node;
    };
    cells = T ? Array.from({ length: top + 1 }, (_, level) => Array.from({ length: T + 1 }, (_, t) => cell(level, t))) : [];
    lattice.hidden = step.hidden = T === 0;
    cells.forEach((row, level) => {
      const placed = places[level];
      while (placed.length > T + 1) placed.pop().remove();
      row.forEach((made, t) => {
        const [old, node] = [placed[t], made ?? placed[t] ?? make("span", { class: "rnn-nonode" })];
        if (node === old) return;
        if (old) old.replaceWith(node);
        else rows[level].append(node);
        placed[t] = node;
      });
    });
    const unknown = [...new Set(run.tokens.filter((_, t) => run.ids[t] === 0))];
    const said = [];
    if (!T) said.push("Type at least one word.");
    else if (unknown.length && run.ids.every((i) => i === 0)) said.push("It knows none of these words, so its opinion means nothing.");
    if (unknown.length) said.push(unknownWords(unknown));
    note.textContent = said.join(" ");
    paintTable();
  }

  function paintTable() {
    if (!tableDetails.open || !run.tokens.length) return tableBox.replaceChildren();
    const head = ["step", "word", ...run.layers.flatMap(({ h }, k) => h[0].map((_, i) => `layer ${k + 1}, h ${i + 1}`)), network.classes[positive]];
    const body = run.tokens.map((word, t) => [t + 1, word, ...run.layers.flatMap(({ h }) => h[t + 1].map((v) => number(v, 7))), number(run.p[t][positive], 7)]);
    tableBox.replaceChildren(table(`States of all layers after each word of “${run.tokens.join(" ")}”`, head, body));
  }

  function paint() {
    build();
    if (sentence.value !== model.get("sentence")) sentence.value = model.get("sentence");
    examples.show(model.get("sentence"));
    if (!cells.length) return void (now.textContent = "");
    const t = currentStep();
    const level = t === 0 ? Math.min(Math.max(model.get("level"), 1), L) : Math.min(model.get("level"), top);
    for (const node of lattice.querySelectorAll(".rnn-chosen, .rnn-source, [tabindex='0']")) {
      node.classList.remove("rnn-chosen", "rnn-source");
      node.tabIndex = -1;
      node.removeAttribute("aria-selected");
    }
    const chosen = cells[level][t];
    chosen.classList.add("rnn-chosen");
    chosen.tabIndex = 0;
    chosen.setAttribute("aria-selected", "true");
    const isLayer = level >= 1 && level <= L;
    if (t > 0 && level > 0) cells[level - 1][t].classList.add("rnn-source");
    if (t > 0 && isLayer) cells[level][t - 1].classList.add("rnn-source");
    const from = chosen.offsetLeft - lattice.scrollLeft; // keep the cell and its left input in sight
    if (from < 2.5 * chosen.offsetWidth || from + chosen.offsetWidth > lattice.clientWidth) lattice.scrollLeft = chosen.offsetLeft - (lattice.clientWidth - chosen.offsetWidth) / 2;
    const place = t ? `step ${t} of ${run.tokens.length}, “${run.tokens[t - 1]}”` : "before the first word";
    const below = level === 1 ? "the word" : `layer ${level - 1} at this step`;
    now.textContent = !isLayer
      ? level === 0 ? `The word at ${place}: no input but the reader's.` : `Output at ${place}: one input, from layer ${L} below. ${levelName(level)} ${number(run.p[t - 1][positive])}.`
      : t === 0 ? `Layer ${level}, ${place}: the initial state, all zeros. Every layer has its own.` : `Layer ${level}, ${place}: from below ${below}, from the left layer ${level} ${t === 1 ? "before the first word" : `at step ${t - 1}`}.`;
    step.hidden = t === 0;
    if (t > 0) numbers.update(arithmetic(network, run, level, t));
  }

  return paintOn(model, ["sentence", "level", "step"], paint, () => root.remove());
}

export default { render };
