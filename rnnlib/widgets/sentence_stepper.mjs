// @ts-check
/**
 * Watch a trained RNN read a sentence, word by word: every product, sum and state, and where each
 * number comes from. The sentence is the reader's own; everything is computed here.
 */

import { tokenize, trace } from "./engine.mjs";
import { beliefFoot, colourScale, exampleList, goByKey, largestOf, make, nextView, number, numberGrid, paintOn, productText, setTraits, symbol, table, timeColumns, transport, unknownWords } from "./draw.mjs";

/** The rows of one step: label, numbers, and the story of each number. */
export function arithmetic(network, run, t) {
  const { params } = network;
  const H = run.h[0].length;
  const word = run.tokens[t - 1];
  const [x, before, fromInput, fromState, z, h] = [run.x[t - 1], run.h[t - 1], run.x_W_xh[t - 1], run.h_W_hh[t - 1], run.z[t - 1], run.h[t]];
  const [logits, p] = [run.logits[t - 1], run.p[t - 1]];
  const all = (row, n) => Array.from({ length: n }, (_, i) => [row, i]);
  const W_xh = symbol("W", "xh");
  const name = (i) => network.classes[i];
  return [
    {
      name: `x ${t}, the word`, label: [symbol("x", t), ` “${word}”`], values: x,
      explain: (i) => ({ text: `Number ${i + 1} in row ${run.ids[t - 1]} of the embedding table: what training found for ${run.ids[t - 1] ? `“${word}”` : "<unk>, any unknown word"}.` }),
    },
    {
      name: `h ${t - 1}, the state before`, label: [symbol("h", t - 1), t === 1 ? " start" : " state before"], values: before,
      explain: (i) => ({ text: t === 1 ? `Unit ${i + 1} of the initial state: before the first word there is nothing to remember, so it is 0.` : `Unit ${i + 1} of the state that step ${t - 1} left, after “${run.tokens[t - 2]}”.` }),
    },
    {
      name: `x ${t} times W xh`, label: [symbol("x", t), W_xh], values: fromInput,
      explain: (j) => ({ text: `Unit ${j + 1}, from the word: ${productText(x, params["rnn.W_xh"], j)}`, sources: all(0, x.length) }),
    },
    {
      name: `h ${t - 1} times W hh`, label: ["+ ", symbol("h", t - 1), symbol("W", "hh")], values: fromState,
      explain: (j) => ({ text: `Unit ${j + 1}, from the memory: ${productText(before, params["rnn.W_hh"], j)}`, sources: all(1, H) }),
    },
    {
      name: "bias b h", label: ["+ ", symbol("b", "h")], values: params["rnn.b_h"],
      explain: (i) => ({ text: `Bias of unit ${i + 1}: the same at every step.` }),
    },
    {
      name: `z ${t}, the sum`, label: ["= ", symbol("z", t)], values: z,
      explain: (j) => ({ text: `Unit ${j + 1}, word plus memory plus bias: ${[fromInput[j], fromState[j], params["rnn.b_h"][j]].map((v) => number(v, 4)).join(" + ")} = ${number(z[j], 4)}`, sources: [[2, j], [3, j], [4, j]] }),
    },
    {
      name: `h ${t}, the new state`, label: [symbol("h", t), " = tanh ", symbol("z", t)], values: h,
      explain: (j) => ({ text: `Unit ${j + 1}: tanh(${number(z[j], 4)}) = ${number(h[j], 4)}. It goes to the output, and to the next step.`, sources: [[5, j]] }),
    },
    {
      name: "scores", label: [symbol("h", t), symbol("W", "hy"), " + ", symbol("b", "y")], values: logits,
      explain: (c) => ({ text: `Score of “${name(c)}”: ${productText(h, params["output.W"], c)}, plus the bias ${number(params["output.b"][c])} = ${number(logits[c], 4)}`, sources: all(6, H) }),
    },
    {
      name: "probabilities", label: ["softmax"], values: p,
      explain: (c) => ({ text: `Probability of “${name(c)}”: exp(${number(logits[c], 4)}) / (${logits.map((v) => `exp(${number(v, 4)})`).join(" + ")}) = ${number(p[c], 4)}`, sources: all(7, p.length) }),
    },
  ];
}

function render({ model, el }) {
  const id = nextView();
  const network = model.get("network");
  const positive = network.classes.length - 1;
  let shown = null; // what the columns were built for
  let runs = [];

  const sentence = make("input", { type: "text", id: `${id}-sentence`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read("sentence", sentence.value) });
  const examples = exampleList(`${id}-examples`, model.get("sentences"), (text) => read("sentence", text));
  const compare = make("input", { type: "checkbox", id: `${id}-compare`, onchange: () => read("compare", compare.checked ? model.get("compare") || model.get("sentences").find((s) => s !== model.get("sentence")) || "" : null) });
  const second = make("input", { type: "text", id: `${id}-second`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read("compare", second.value) });
  const secondBar = make("div", { class: "rnn-bar" }, make("label", { for: `${id}-second` }, "Second sentence"), second);
  const controls = transport({ id, go, direction: 1 });
  const note = make("p", { class: "rnn-note", role: "status" });
  const check = make("p", { class: "rnn-note rnn-check" });
  const time = [timeColumns({ label: "Hidden state over time", go: controls.move }), timeColumns({ label: "Hidden state over time, second sentence", go: controls.move })];
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const told = make("p", { class: "rnn-told", "aria-live": "polite" }, "Choose any number to see where it comes from.");
  const grid = numberGrid({ label: "The numbers of this step", tell: (text) => (told.textContent = text) });
  const step = make("div", { class: "rnn-step" }, grid.node, told);
  const details = make("details", { open: model.get("arithmetic"), ontoggle: () => setTraits(model, { arithmetic: details.open }) },
    make("summary", {}, "The arithmetic of this step"), step);
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all states" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All states as a table"), numbers);
  const words = make("details", {}, make("summary", {}, `The ${network.words.length - 1} words it knows`), make("p", { class: "rnn-words" }, network.words.slice(1).join(" ")));

  const root = make("div", { class: "rnn-widget rnn-stepper", role: "group", "aria-label": "Sentence stepper", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-sentence` }, "Sentence"), sentence, make("label", { for: `${id}-examples` }, "or example"), examples.node),
    controls.node, note, time[0].node,
    make("div", { class: "rnn-bar" }, compare, make("label", { for: `${id}-compare` }, "compare with a second sentence"), colourScale("state \u22121", "+1")),
    secondBar, time[1].node, now, details, tableDetails, words, check);
  el.append(root);

  function read(name, text) {
    controls.stop();
    model.set(name, text ?? "");
    if (name === "compare") model.set("comparing", text !== null);
    setTraits(model, { step: -1 });
    if (name === "sentence") model.send({ type: "trace", sentence: text });
  }

  function go(to) {
    setTraits(model, { step: to });
  }

  /** Steps run from 0, before the first word, to T; -1 stands for the last. */
  function currentStep(T) {
    const wanted = model.get("step");
    return wanted < 0 || wanted > T ? T : wanted;
  }

  function buildColumns() {
    const texts = [model.get("sentence"), model.get("comparing") ? model.get("compare") : ""];
    const key = JSON.stringify(texts);
    if (key === shown) return;
    shown = key;
    runs = texts.map((text) => trace(network, tokenize(text)));
    runs.forEach((run, k) => {
      const H = run.h[0].length;
      const steps = run.h.map((h, t) => ({
        step: t, word: t === 0 ? "start" : run.tokens[t - 1], unknown: t > 0 && run.ids[t - 1] === 0,
        values: h, foot: t === 0 ? undefined : beliefFoot(run.p[t - 1][positive]),
      }));
      time[k].build(Array.from({ length: H }, (_, i) => `unit ${i + 1}`), [network.classes[positive], network.classes[0]], steps, 1);
    });
    const told = [];
    const [run] = runs;
    if (!run.tokens.length) told.push("Type at least one word. Before the first there is only the initial state, all zeros.");
    else if (run.ids.every((i) => i === 0)) told.push("It knows none of these words, so its opinion means nothing.");
    const unknown = [...new Set(runs.flatMap((r) => r.unknown))];
    if (unknown.length) told.push(unknownWords(unknown));
    note.textContent = told.join(" ");
    paintTable();
  }

  function paintTable() {
    if (!tableDetails.open) return numbers.replaceChildren();
    const H = runs[0].h[0].length;
    const head = ["step", "word", ...Array.from({ length: H }, (_, i) => `h ${i + 1}`), network.classes[positive]];
    const rows = (run) => run.tokens.map((word, t) => [t + 1, word, ...run.h[t + 1].map((v) => number(v, 7)), number(run.p[t][positive], 7)]);
    numbers.replaceChildren(...runs.filter((run, k) => k === 0 || model.get("comparing")).map((run) => table(`States after each word of “${run.tokens.join(" ")}”`, head, rows(run))));
  }

  function paint() {
    buildColumns();
    const comparing = model.get("comparing");
    const [run, other] = runs;
    const T = Math.max(run.tokens.length, comparing ? other.tokens.length : 0);
    const t = currentStep(T);
    if (sentence.value !== model.get("sentence")) sentence.value = model.get("sentence");
    if (second.value !== model.get("compare")) second.value = model.get("compare");
    examples.show(model.get("sentence"));
    compare.checked = comparing;
    secondBar.hidden = time[1].node.hidden = !comparing;
    details.open = model.get("arithmetic");
    const own = Math.min(t, run.tokens.length);
    const opinion = (r, s) => (s ? `after “${r.tokens[s - 1]}”: ${network.classes[positive]} ${number(r.p[s - 1][positive])}` : "before the first word");
    const text = `Step ${t} of ${T}, ${opinion(run, own)}`;
    controls.update(t, 0, T, text);
    now.textContent = comparing ? `${text}. Second sentence ${opinion(other, Math.min(t, other.tokens.length))}.` : `${text}.`;
    time.forEach((columns) => columns.show(t, (s) => s > t));
    step.hidden = own === 0;
    if (own > 0) grid.update(arithmetic(network, run, own));
    else details.querySelector("summary").textContent = "The arithmetic of this step (go to the first word)";
    if (own > 0) details.querySelector("summary").textContent = `The arithmetic of step ${own}, “${run.tokens[own - 1]}”`;
  }

  function onKeydown(event) {
    const T = Math.max(...runs.map((run) => run.tokens.length));
    goByKey(event, [currentStep(T), 0, T], controls.move);
  }

  /** A kernel, if there is one, answers with its own states: say how far ours are from them. */
  function onMessage(message) {
    if (message.type !== "trace" || message.sentence !== model.get("sentence") || !runs.length) return;
    const far = largestOf(runs[0].h.flatMap((h, t) => h.map((v, i) => v - message.h[t][i])));
    check.textContent = `Checked against rnnlib in the running kernel: the states differ by at most ${far.toExponential(1)}.`;
  }

  model.on("msg:custom", onMessage);
  const cleanUp = paintOn(model, ["sentence", "compare", "comparing", "step", "arithmetic"], paint, () => {
    controls.stop();
    model.off("msg:custom", onMessage);
    root.remove();
  });
  model.send({ type: "trace", sentence: model.get("sentence") });
  return cleanUp;
}

export default { render };
