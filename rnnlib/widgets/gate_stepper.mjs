// @ts-check
/**
 * Watch the gates of a trained LSTM or GRU open and close over a sentence: every number of a step,
 * and where it comes from. The sentence is the reader's own; everything is computed here.
 */

import { add, encode, linear, paramsOf, runCell, softmax, times, tokenize } from "./engine.mjs";
import { beliefFoot, colourScale, exampleList, goByKey, make, nextView, number, numberGrid, paintOn, setTraits, symbol, table, timeColumns, transport, unknownWords } from "./draw.mjs";

const GATES = { LSTM: ["i", "f", "g", "o"], GRU: ["r", "z", "n"] };
const NAMES = { i: "input gate i", f: "forget gate f", g: "candidate g", o: "output gate o", c: "cell state c", r: "reset gate r", z: "update gate z", n: "candidate n", h: "hidden state h" };

/** Everything that happens while a gated classifier reads a sentence. @param {any} network @param {"LSTM"|"GRU"} cell @param {string[]} tokens */
export function traceGates(network, cell, tokens) {
  const ids = encode(network, tokens);
  const x = ids.map((id) => network.params["embedding.W"][id]);
  const p = paramsOf(network, "rnn.");
  const run = tokens.length ? runCell(cell, p, x) : { h: [p.b_h[0].map(() => 0)], c: [p.b_h[0].map(() => 0)], gates: GATES[cell].map(() => []) };
  const logits = linear(run.h.slice(1), network.params["output.W"], network.params["output.b"]);
  return { tokens, ids, x, ...run, logits, p: logits.map(softmax) };
}

/** "0.52 × 1.10 + …": the products alone, since their sum is one part of a larger one. */
function termsOf(x, W, j) {
  return x.map((value, i) => `${number(value)}\u202f×\u202f${number(W[i][j])}`).join(" + ");
}

/** The rows of one step: label, numbers, and the story of each number. */
export function gateRows(network, cell, run, t) {
  const p = paramsOf(network, "rnn.");
  const H = run.h[0].length;
  const word = run.tokens[t - 1];
  const [x, before, h] = [run.x[t - 1], run.h[t - 1], run.h[t]];
  const all = (row, n) => Array.from({ length: n }, (_, i) => [row, i]);
  const four = (v) => number(v, 4);
  const gate = (k) => run.gates[k][t - 1];
  const fromWord = (k) => times(x, p.W_xh[k]);
  const fromMemory = (k) => times(before, p.W_hh[k]);
  /** a gate that is squashed by sigmoid: from word, memory and bias */
  const squashed = (k, squash, meaning) => {
    const [a, b] = [fromWord(k), fromMemory(k)];
    const name = GATES[cell][k];
    return {
      name: NAMES[name], label: [symbol(name, t), ` = ${squash}(…)`], values: gate(k),
      explain: (j) => ({
        text: `${NAMES[name]}, unit ${j + 1}: word ${four(a[j])} + memory ${four(b[j])} + bias ${four(p.b_h[k][j])} = ${four(a[j] + b[j] + p.b_h[k][j])}; ${squash} of it is ${four(gate(k)[j])}. ${meaning(gate(k)[j])} The word’s part is ${termsOf(x, p.W_xh[k], j)}.`,
        sources: [...all(0, x.length), ...all(1, H)],
      }),
    };
  };
  const share = (v) => `${Math.round(v * 100)}\u202f%`;
  const rows = [
    { name: `x ${t}, the word`, label: [symbol("x", t), ` “${word}”`], values: x, explain: (i) => ({ text: `Number ${i + 1} in the embedding table’s row for ${run.ids[t - 1] ? `“${word}”` : "<unk>, any unknown word"}.` }) },
    { name: `h ${t - 1}, the hidden state before`, label: [symbol("h", t - 1), t === 1 ? " start" : " before"], values: before, explain: (i) => ({ text: t === 1 ? "Before the first word there is nothing to remember: 0." : `Unit ${i + 1} of the hidden state that “${run.tokens[t - 2]}” left.` }) },
  ];
  if (cell === "LSTM") {
    const [i, f, g, o] = [0, 1, 2, 3].map(gate);
    const [old, c] = [run.c[t - 1], run.c[t]];
    rows.push(
      { name: `c ${t - 1}, the cell state before`, label: [symbol("c", t - 1), t === 1 ? " start" : " before"], values: old, explain: (j) => ({ text: t === 1 ? "The cell state starts at 0 too." : `Unit ${j + 1} of the cell state that “${run.tokens[t - 2]}” left. Unlike h, it may lie outside −1 and 1.` }) },
      squashed(1, "sigmoid", (v) => `So ${share(v)} of the old cell state stays.`),
      squashed(0, "sigmoid", (v) => `So ${share(v)} of the candidate goes in.`),
      squashed(2, "tanh", () => "This is what may be written."),
      { name: "kept", label: ["kept ", symbol("f", t), " ⊙ ", symbol("c", t - 1)], values: f.map((v, j) => v * old[j]), explain: (j) => ({ text: `Unit ${j + 1}: ${four(f[j])} × ${four(old[j])} = ${four(f[j] * old[j])}. On the way back, the gradient of c is multiplied by the same ${four(f[j])}.`, sources: [[3, j], [2, j]] }) },
      { name: "written", label: ["+ written ", symbol("i", t), " ⊙ ", symbol("g", t)], values: i.map((v, j) => v * g[j]), explain: (j) => ({ text: `Unit ${j + 1}: ${four(i[j])} × ${four(g[j])} = ${four(i[j] * g[j])}`, sources: [[4, j], [5, j]] }) },
      { name: `c ${t}, the cell state`, label: ["= ", symbol("c", t)], values: c, explain: (j) => ({ text: `Unit ${j + 1}, kept plus written: ${four(f[j] * old[j])} + ${four(i[j] * g[j])} = ${four(c[j])}`, sources: [[6, j], [7, j]] }) },
      squashed(3, "sigmoid", (v) => `So ${share(v)} of tanh of the cell state is shown to the rest of the network.`),
      { name: `h ${t}, the hidden state`, label: [symbol("h", t), " = ", symbol("o", t), " ⊙ tanh ", symbol("c", t)], values: h, explain: (j) => ({ text: `Unit ${j + 1}: ${four(o[j])} × tanh(${four(c[j])}) = ${four(o[j])} × ${four(Math.tanh(c[j]))} = ${four(h[j])}`, sources: [[9, j], [8, j]] }) },
    );
  } else {
    const [r, z, n] = [0, 1, 2].map(gate);
    const memory = add(times(before, p.W_hh[2]), p.b_reset);
    const input = add(fromWord(2), p.b_h[2]);
    rows.push(
      squashed(0, "sigmoid", (v) => `So ${share(v)} of the memory’s part goes into the candidate.`),
      { name: "memory for the candidate", label: [symbol("h", t - 1), symbol("W", "hn"), " + ", symbol("b", "reset")], values: memory, explain: (j) => ({ text: `Unit ${j + 1}: ${termsOf(before, p.W_hh[2], j)}, plus the bias ${four(p.b_reset[j])} = ${four(memory[j])}`, sources: all(1, H) }) },
      { name: NAMES.n, label: [symbol("n", t), " = tanh(…)"], values: n, explain: (j) => ({ text: `Candidate n, unit ${j + 1}: word and bias ${four(input[j])} + reset ${four(r[j])} × memory ${four(memory[j])} = ${four(input[j] + r[j] * memory[j])}; tanh of it is ${four(n[j])}.`, sources: [[2, j], [3, j], ...all(0, x.length)] }) },
      squashed(1, "sigmoid", (v) => `So ${share(v)} of the old state stays, and ${share(1 - v)} of the candidate goes in.`),
      { name: "kept", label: ["kept ", symbol("z", t), " ⊙ ", symbol("h", t - 1)], values: z.map((v, j) => v * before[j]), explain: (j) => ({ text: `Unit ${j + 1}: ${four(z[j])} × ${four(before[j])} = ${four(z[j] * before[j])}. On the way back, one part of the gradient is multiplied by the same ${four(z[j])}.`, sources: [[5, j], [1, j]] }) },
      { name: "written", label: ["+ written (1 − ", symbol("z", t), ") ⊙ ", symbol("n", t)], values: z.map((v, j) => (1 - v) * n[j]), explain: (j) => ({ text: `Unit ${j + 1}: (1 − ${four(z[j])}) × ${four(n[j])} = ${four((1 - z[j]) * n[j])}`, sources: [[5, j], [4, j]] }) },
      { name: `h ${t}, the hidden state`, label: ["= ", symbol("h", t)], values: h, explain: (j) => ({ text: `Unit ${j + 1}, kept plus written: ${four(z[j] * before[j])} + ${four((1 - z[j]) * n[j])} = ${four(h[j])}`, sources: [[6, j], [7, j]] }) },
    );
  }
  const last = rows.length - 1;
  const [logits, prob] = [run.logits[t - 1], run.p[t - 1]];
  rows.push({ name: "probabilities", label: ["softmax"], values: prob, explain: (k) => ({ text: `Probability of “${network.classes[k]}”: its score is ${four(logits[k])}, from the hidden state times the output weights plus a bias; softmax over ${logits.map(four).join(" and ")} gives ${four(prob[k])}.`, sources: all(last, H) }) });
  return rows;
}

function render({ model, el }) {
  const id = nextView();
  const networks = model.get("networks");
  const cells = Object.keys(networks);
  let shown = null; // what the columns were built for
  let run;

  const sentence = make("input", { type: "text", id: `${id}-sentence`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read(sentence.value) });
  const examples = exampleList(`${id}-examples`, model.get("sentences"), (text) => read(text));
  const cell = make("select", { id: `${id}-cell`, onchange: () => choose(cell.value) }, ...cells.map((name) => make("option", { value: name }, name)));
  const quantity = make("select", { id: `${id}-shown`, onchange: () => setTraits(model, { shown: quantity.value }) });
  const scale = make("span", { class: "rnn-gatescale" });
  const controls = transport({ id, go, direction: 1 });
  const note = make("p", { class: "rnn-note", role: "status" });
  const time = timeColumns({ label: "The chosen numbers over time", go: controls.move });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const told = make("p", { class: "rnn-told", "aria-live": "polite" }, "Choose any number to see where it comes from.");
  const grid = numberGrid({ label: "The numbers of this step", tell: (text) => (told.textContent = text) });
  const step = make("div", { class: "rnn-step" }, grid.node, told);
  const summary = make("summary", {}, "The arithmetic of this step");
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all gates and states" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All gates and states as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-gates", role: "group", "aria-label": "Gate stepper", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-sentence` }, "Sentence"), sentence, make("label", { for: `${id}-examples` }, "or example"), examples.node),
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-cell` }, "network"), cell, make("label", { for: `${id}-shown` }, "show over time"), quantity, scale),
    controls.node, note, time.node, now, make("details", { open: true }, summary, step), tableDetails);
  el.append(root);

  function read(text) {
    controls.stop();
    setTraits(model, { sentence: text, step: -1 });
  }

  function choose(name) {
    setTraits(model, { cell: name });
  }

  function go(to) {
    setTraits(model, { step: to });
  }

  /** What is shown over time; another network may not have it. */
  function wantedOf(name) {
    return namesOf(name).includes(model.get("shown")) ? model.get("shown") : "h";
  }

  const namesOf = (name) => [...GATES[name], ...(name === "LSTM" ? ["c"] : []), "h"];

  /** Steps run from 0, before the first word, to T; -1 stands for the last. */
  function currentStep() {
    const T = run.tokens.length;
    const wanted = model.get("step");
    return wanted < 0 || wanted > T ? T : wanted;
  }

  /** The rows over time of one quantity; gates have none before the first word. */
  function over(name) {
    const k = GATES[model.get("cell")].indexOf(name);
    return k >= 0 ? [run.h[0].map(() => 0), ...run.gates[k]] : run[name];
  }

  function build() {
    const key = JSON.stringify([model.get("cell"), model.get("sentence"), model.get("shown")]);
    if (key === shown) return;
    shown = key;
    const name = model.get("cell");
    const network = networks[name];
    const positive = network.classes.length - 1;
    run = traceGates(network, name, tokenize(model.get("sentence")));
    const quantities = namesOf(name);
    if (quantity.dataset.cell !== name) {
      quantity.dataset.cell = name;
      quantity.replaceChildren(...quantities.map((q) => make("option", { value: q }, NAMES[q])));
    }
    const wanted = wantedOf(name);
    const rows = over(wanted);
    const top = wanted === "c" ? Math.max(1, ...rows.flat().map(Math.abs)) : 1;
    scale.replaceChildren(colourScale(number(-top, wanted === "c" ? 1 : 0), `+${number(top, wanted === "c" ? 1 : 0)}`));
    time.build(rows[0].map((_, j) => `unit ${j + 1}`), [network.classes[positive], network.classes[0]], rows.map((values, t) => ({
      step: t, word: t === 0 ? "start" : run.tokens[t - 1], unknown: t > 0 && run.ids[t - 1] === 0, values,
      foot: t === 0 ? undefined : beliefFoot(run.p[t - 1][positive]),
    })), top);
    const unknown = [...new Set(run.tokens.filter((_, t) => run.ids[t] === 0))];
    note.textContent = !run.tokens.length ? "Type at least one word. Before the first there is only the initial state, all zeros."
      : run.ids.every((i) => i === 0) ? `It knows none of these words, so its opinion means nothing: ${unknown.slice(0, 12).join(", ")}.`
      : unknownWords(unknown);
    paintTable();
  }

  function paintTable() {
    if (!tableDetails.open) return numbers.replaceChildren();
    const network = networks[model.get("cell")];
    const names = namesOf(model.get("cell"));
    const head = ["step", "word", ...names.flatMap((name) => run.h[0].map((_, j) => `${name} ${j + 1}`)), network.classes[network.classes.length - 1]];
    const columns = names.map(over);
    numbers.replaceChildren(table(`Gates and states of the ${model.get("cell")} after each word of “${run.tokens.join(" ")}”`, head,
      run.tokens.map((word, t) => [t + 1, word, ...columns.flatMap((rows) => rows[t + 1].map((v) => number(v, 7))), number(run.p[t][network.classes.length - 1], 7)])));
  }

  function paint() {
    build();
    const name = model.get("cell");
    const network = networks[name];
    const positive = network.classes.length - 1;
    const T = run.tokens.length;
    const t = currentStep();
    if (sentence.value !== model.get("sentence")) sentence.value = model.get("sentence");
    examples.show(model.get("sentence"));
    cell.value = name;
    quantity.value = wantedOf(name);
    const text = `Step ${t} of ${T}, ${t ? `after “${run.tokens[t - 1]}”: ${network.classes[positive]} ${number(run.p[t - 1][positive])}` : "before the first word"}`;
    controls.update(t, 0, T, text);
    now.textContent = `${text}.`;
    time.show(t, (s) => s > t);
    step.hidden = t === 0;
    summary.textContent = t ? `The arithmetic of step ${t}, “${run.tokens[t - 1]}”` : "The arithmetic of this step (go to the first word)";
    if (t) grid.update(gateRows(network, name, run, t), 1);
  }

  function onKeydown(event) {
    goByKey(event, [currentStep(), 0, run.tokens.length], controls.move);
  }

  return paintOn(model, ["cell", "sentence", "step", "shown"], paint, () => {
    controls.stop();
    root.remove();
  });
}

export default { render };
