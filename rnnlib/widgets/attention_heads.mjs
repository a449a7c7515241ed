// @ts-check
/**
 * See where each head of a Transformer looks, on a sentence of one's own: the weights from a chosen
 * word to all others in every head, arcs and a matrix for one of them, and the verdict.
 */

import { encode, tokenize, traceTransformerClassifier, unpack } from "./engine.mjs";
import { drawn, exampleList, inField, isCommand, make, nextView, number, numberGrid, paintOn, setTraits, stepAfterKey, table, timeColumns, unknownWords, useKey } from "./draw.mjs";

const LARGEST_MATRIX = 20; // words; beyond it the cells would be too many to read
const LONGEST_TRIAL = 60; // words; reading a longer sentence a second time would be felt
const COLUMN = 76; // width of a word's column in pixels, as in the style sheet
const LABELS = 96; // width of the column of labels

/** An SVG path from the middle of one column to another, as high as it is wide, up to a limit. */
export function arc(from, to, height) {
  const [a, b] = [(from + 0.5) * COLUMN, (to + 0.5) * COLUMN];
  if (from === to) return `M ${a - 9} ${height} C ${a - 18} ${height - 30}, ${a + 18} ${height - 30}, ${a + 9} ${height}`;
  const top = Math.max(4, height - 14 - 0.32 * Math.abs(b - a));
  return `M ${a} ${height} C ${a} ${top}, ${b} ${top}, ${b} ${height}`;
}

const MOST = 300; // words: the work grows with the square of their number

function render({ model, el }) {
  const id = nextView();
  const spec = unpack(model.get("network"));
  const [words, classes] = [model.get("words"), model.get("classes")];
  const { num_layers: layers, n_heads: heads } = spec.config;
  const positive = classes.length - 1;
  let shown = null; // the sentence that was computed
  let run = { tokens: [], ids: [], weights: [], p: [] };
  let columnsOf = ""; // what the columns were built for

  const sentence = make("input", { type: "text", id: `${id}-sentence`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read(sentence.value) });
  const examples = exampleList(`${id}-examples`, model.get("sentences"), (text) => read(text));
  const choice = (name, n) => make("select", { id: `${id}-${name}`, onchange: (event) => choose({ [name]: Number(event.target.value) }) },
    ...Array.from({ length: n }, (_, i) => make("option", { value: i }, String(i + 1))));
  const [layer, head] = [choice("layer", layers), choice("head", heads)];
  const back = make("button", { type: "button", "aria-label": "Word before", title: "Word before", onclick: () => move(-1) }, make("span", { "aria-hidden": "true" }, "\u2190"));
  const on = make("button", { type: "button", "aria-label": "Next word", title: "Next word", onclick: () => move(1) }, make("span", { "aria-hidden": "true" }, "\u2192"));
  const where = make("span", { class: "rnn-where" });
  const note = make("p", { class: "rnn-note", role: "status" });
  const arcs = drawn("svg", { class: "rnn-arcs", "aria-hidden": "true" });
  const paths = [];
  const time = timeColumns({ label: "Weights from the chosen word, a row for each head", go: (step) => choose({ word: step - 1 }),
    tell: (k, { values }) => `layer ${Math.floor(k / heads) + 1}, head ${(k % heads) + 1}: ${number(values[k], 4)}` });
  time.node.prepend(arcs);
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const without = make("p", { class: "rnn-note rnn-without" });
  const caution = make("p", { class: "rnn-note rnn-caution" },
    make("strong", {}, "Weights are not reasons. "),
    "They say what a head mixes, not what the network makes of the mixture. By the second layer, what stands at a word has already taken in other words. Taking a word out, above, is the better test of what the verdict hangs on.");
  const told = make("p", { class: "rnn-told", "aria-live": "polite" }, "Choose a cell to read it.");
  const grid = numberGrid({ label: "Weights of the chosen head: a row for each word that looks, a column for each word looked at", tell: (text) => (told.textContent = text), digits: false });
  const matrix = make("details", { ontoggle: () => paintMatrix() }, make("summary", {}, "The whole matrix of this head: rows look, columns are looked at"), grid.node, told);
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of the weights" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "Weights of this head as a table"), numbers);
  const known = make("details", {}, make("summary", {}, `The ${words.length - 1} words it knows`), make("p", { class: "rnn-words" }, words.slice(1).join(" ")));

  const root = make("div", { class: "rnn-widget rnn-heads", role: "group", "aria-label": "Attention heads", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-sentence` }, "Sentence"), sentence, make("label", { for: `${id}-examples` }, "or example"), examples.node),
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-layer` }, "Layer"), layer, make("label", { for: `${id}-head` }, "Head"), head,
      make("span", {}, "Word that looks"), back, on, where),
    note, now, time.node, without, caution, matrix, tableDetails, known);
  el.append(root);

  function read(text) {
    setTraits(model, { sentence: text, word: -1 });
  }

  function choose(values) {
    setTraits(model, values);
  }

  /** The word that looks, counted from 0; -1 stands for the last. */
  function current() {
    const wanted = model.get("word");
    return wanted < 0 || wanted >= run.tokens.length ? run.tokens.length - 1 : wanted;
  }

  function move(by) {
    const T = run.tokens.length;
    if (T) choose({ word: Math.min(Math.max(current() + by, 0), T - 1) });
  }

  function compute() {
    const text = model.get("sentence");
    if (text === shown) return;
    shown = text;
    const all = tokenize(text);
    const tokens = all.slice(0, MOST);
    const ids = encode({ words }, tokens);
    run = tokens.length ? { tokens, ids, ...traceTransformerClassifier(spec, ids) } : { tokens, ids, weights: [], logits: [], p: [] };
    const told = [];
    if (all.length > MOST) told.push(`Every word looks at every other, so it stops at ${MOST} words: ${all.length - MOST} more were left out.`);
    if (!tokens.length) told.push("Type at least one word.");
    else if (ids.every((i) => i === 0)) told.push("It knows none of these words, so its opinion means nothing.");
    const unknown = [...new Set(tokens.filter((_, t) => ids[t] === 0))];
    if (unknown.length) told.push(unknownWords(unknown));
    note.textContent = told.join(" ");
  }

  /** Columns of weights from word i in every head; the chosen head is marked in its label. */
  function paintColumns(i, l, h) {
    const key = JSON.stringify([shown, i, l, h]);
    if (key === columnsOf) return;
    columnsOf = key;
    const rows = run.weights.flat();
    const names = rows.map((_, k) => `${k === l * heads + h ? "\u25b8 " : ""}L${Math.floor(k / heads) + 1}, head ${(k % heads) + 1}`);
    const steps = run.tokens.map((word, j) => ({
      step: j + 1, word, unknown: run.ids[j] === 0, values: rows.map((weights) => weights[i][j]),
      foot: { text: number(run.weights[l][h][i][j]) },
    }));
    time.build(names, ["chosen head"], steps, 1, l * heads + h);
    const height = 84;
    arcs.setAttribute("width", String(run.tokens.length * COLUMN));
    arcs.setAttribute("height", String(height));
    arcs.style.left = `${LABELS}px`;
    while (paths.length > run.tokens.length) paths.pop().remove();
    run.weights[l][h][i].forEach((weight, j) => {
      if (!paths[j]) arcs.append(paths[j] = drawn("path"));
      const look = { d: arc(i, j, height), "stroke-width": number(0.4 + 7 * weight, 2), opacity: number(Math.min(1, 0.12 + 1.2 * weight), 2) };
      for (const [name, value] of Object.entries(look)) if (paths[j].getAttribute(name) !== value) paths[j].setAttribute(name, value);
    });
  }

  function paintMatrix() {
    if (!matrix.open) return;
    const T = run.tokens.length;
    const small = T > 0 && T <= LARGEST_MATRIX;
    grid.node.hidden = !small;
    if (!small) told.textContent = T ? `The matrix is drawn for up to ${LARGEST_MATRIX} words; the table below has all numbers.` : "";
    if (!small) return;
    const weights = run.weights[model.get("layer")][model.get("head")];
    grid.update(run.tokens.map((word, i) => ({
      name: `${word} looks`, label: [word], values: weights[i],
      explain: (j) => ({ text: `“${word}” (word ${i + 1}) gives “${run.tokens[j]}” (word ${j + 1}) the weight ${number(weights[i][j], 4)}.` }),
    })), 1);
  }

  function paintTable() {
    if (!tableDetails.open) return numbers.replaceChildren();
    if (!run.tokens.length) return numbers.replaceChildren();
    const [l, h] = [model.get("layer"), model.get("head")];
    const rows = run.tokens.map((word, i) => [i + 1, word, ...run.weights[l][h][i].map((v) => number(v, 7)), number(run.p[positive], 7)]);
    numbers.replaceChildren(table(`Layer ${l + 1}, head ${h + 1}: each row shows where one word looks; the last column is the verdict`, ["step", "word", ...run.tokens, classes[positive]], rows));
  }

  function paint() {
    compute();
    const [l, h] = [model.get("layer"), model.get("head")];
    if (sentence.value !== model.get("sentence")) sentence.value = model.get("sentence");
    examples.show(model.get("sentence"));
    layer.value = String(l);
    head.value = String(h);
    const T = run.tokens.length;
    const i = current();
    time.node.hidden = without.hidden = T === 0;
    where.textContent = T ? `${i + 1} of ${T}` : "";
    if (!T) now.textContent = "";
    if (T) {
      paintColumns(i, l, h);
      time.show(i + 1, () => false);
      const row = run.weights[l][h][i];
      const top = row.indexOf(Math.max(...row));
      now.textContent = `${classes[positive]} ${number(run.p[positive])}. In layer ${l + 1}, head ${h + 1}, “${run.tokens[i]}” looks most at “${run.tokens[top]}”: ${number(row[top])}.`;
      const rest = run.ids.filter((_, j) => j !== i);
      if (T > LONGEST_TRIAL) without.textContent = `Sentences of up to ${LONGEST_TRIAL} words are read again without the chosen word.`;
      else without.textContent = rest.length
        ? `Take “${run.tokens[i]}” out of the sentence: ${classes[positive]} ${number(run.p[positive])} becomes ${number(traceTransformerClassifier(spec, rest).p[positive])}.`
        : "It is the only word.";
    }
    paintMatrix();
    paintTable();
  }

  function onKeydown(event) {
    if (isCommand(event) || inField(event) || numbers.contains(event.target)) {
      event.stopPropagation(); // the table scrolls by these keys, and Jupyter has uses of its own for plain letters
      return;
    }
    if (!run.tokens.length) return;
    const hop = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (hop) {
      const at = Math.min(Math.max(model.get("layer") * heads + model.get("head") + hop, 0), layers * heads - 1);
      choose({ layer: Math.floor(at / heads), head: at % heads });
    }
    const to = stepAfterKey(event.key, current() + 1, 1, run.tokens.length);
    if (to !== null) choose({ word: to - 1 });
    if (!hop && to === null) return;
    useKey(event);
  }

  return paintOn(model, ["sentence", "layer", "head", "word"], paint, () => root.remove());
}

export default { render };
