// @ts-check
/**
 * Watch the gradient walk back through a sentence: what reaches each state, each step's share of
 * dW_hh, and the running sum beside the gradient found by nudging every weight.
 */

import { backward, norm, numericalGradient, relativeError, tokenize, trace } from "./engine.mjs";
import { exampleList, goByKey, largestOf, make, nextView, number, numberGrid, paintOn, setTraits, symbol, table, timeColumns, tiny, transport, unknownWords } from "./draw.mjs";

/** A matrix as rows for a number grid. */
function matrixRows(title, M, explain) {
  return M.map((row, i) => ({ name: `${title}, row ${i + 1}`, label: [], values: row, explain: (j) => ({ text: explain(i, j) }) }));
}

function render({ model, el }) {
  const id = nextView();
  const network = model.get("network");
  let shown = null;
  let run, back, numerical;

  const sentence = make("input", { type: "text", id: `${id}-sentence`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read("sentence", sentence.value) });
  const examples = exampleList(`${id}-examples`, model.get("sentences"), (text) => read("sentence", text));
  const target = make("select", { id: `${id}-target`, onchange: () => read("target", Number(target.value)) },
    ...network.classes.map((name, c) => make("option", { value: c }, name)));
  const controls = transport({ id, go, direction: -1 });
  const note = make("p", { class: "rnn-note", role: "status" });
  const time = timeColumns({ label: "Gradient at each state over time", go: controls.move });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const told = make("p", { class: "rnn-told", "aria-live": "polite" }, "Choose any number to see where it comes from.");
  const tell = (text) => (told.textContent = text);
  const vectors = numberGrid({ label: "The vectors of this step", tell });
  const matrix = (label) => numberGrid({ label, tell, digits: false });
  const [share, sum, nudged] = [matrix("This step’s share of dW_hh"), matrix("Running sum"), matrix("Numerical gradient")];
  const captions = [make("figcaption", {}), make("figcaption", {}), make("figcaption", {})];
  const matrices = make("div", { class: "rnn-matrices" }, ...[share, sum, nudged].map((m, i) => make("figure", {}, captions[i], m.node)));
  const body = make("div", {}, vectors.node, matrices, told);
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all gradients" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All steps as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-bptt", role: "group", "aria-label": "Stepper for backpropagation through time", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-sentence` }, "Sentence"), sentence, make("label", { for: `${id}-examples` }, "or example"), examples.node,
      make("label", { for: `${id}-target` }, "right answer"), target),
    controls.node, note, time.node, now, body, tableDetails);
  el.append(root);

  function read(name, value) {
    controls.stop();
    setTraits(model, { [name]: value, step: -1 });
  }

  function go(to) {
    setTraits(model, { step: to });
  }

  /** Steps run back from T, the last word, to 1; -1 stands for T. */
  function currentStep() {
    const T = run.tokens.length;
    const wanted = model.get("step");
    return wanted < 1 || wanted > T ? T : wanted;
  }

  function compute() {
    const key = JSON.stringify([model.get("sentence"), model.get("target")]);
    if (key === shown) return;
    shown = key;
    run = trace(network, tokenize(model.get("sentence")));
    const empty = run.tokens.length === 0;
    for (const part of [time.node, body, tableDetails, now]) part.hidden = empty;
    note.textContent = empty ? "Type at least one word: without one there is no loss and no gradient."
      : unknownWords(run.unknown);
    if (empty) return;
    back = backward(network, run, model.get("target"));
    numerical = numericalGradient(network, run.tokens, model.get("target"), "rnn.W_hh");
    const sizes = back.dh.slice(1).map(norm);
    const top = largestOf(sizes);
    const steps = run.tokens.map((word, i) => {
      return {
        step: i + 1, word, unknown: run.ids[i] === 0, values: back.dh[i + 1],
        foot: { look: "rnn-belief rnn-size", size: top > 0 ? (50 * sizes[i]) / top : 0, text: sizes[i] < 0.01 ? tiny(sizes[i]) : number(sizes[i]) },
      };
    });
    time.build(run.h[0].map((_, i) => `unit ${i + 1}`), ["size"], steps, largestOf(back.dh.slice(1).flat()));
    paintTable();
  }

  function paintTable() {
    if (!tableDetails.open || !run.tokens.length) return numbers.replaceChildren();
    const rows = run.tokens.map((word, i) => {
      const t = i + 1;
      const sizes = [back.dh[t], back.dz[t], back.share[t].flat(), back.sum[t].flat()].map((v) => norm(v).toExponential(7).replaceAll("-", "\u2212"));
      return [t, word, ...sizes, tiny(relativeError(back.sum[t], numerical))];
    });
    numbers.replaceChildren(table(`Backpropagation through “${run.tokens.join(" ")}”, last word first`,
      ["step", "word", "size of dh", "size of dz", "size of the share", "size of the sum", "distance from numerical"], rows.reverse()));
  }

  function paint() {
    compute();
    const T = run.tokens.length;
    if (sentence.value !== model.get("sentence")) sentence.value = model.get("sentence");
    examples.show(model.get("sentence"));
    target.value = String(model.get("target"));
    if (T === 0) return controls.update(0, 0, 0, "no words");
    const t = currentStep();
    const word = run.tokens[t - 1];
    controls.update(t, 1, T, `step ${t} of ${T}, “${word}”`);
    time.show(t, (step) => step < t);
    const error = relativeError(back.sum[t], numerical);
    now.textContent = `Back at step ${t} of ${T}, “${word}”. Loss ${number(back.loss, 4)}. `
      + (t > 1 ? `Steps ${t} to ${T} are summed; relative distance from the numerical gradient ${tiny(error)}.` : `All steps are summed: relative distance from the numerical gradient ${tiny(error)}.`);
    const before = run.h[t - 1];
    vectors.update([
      {
        name: "from the output", label: ["from the output"], values: t === T ? back.fromOutput : back.fromOutput.map(() => 0),
        explain: (i) => ({ text: t === T ? `Unit ${i + 1}: what the loss at the last word asks of it, dlogits times the output weights.` : "The loss is read at the last word only, so nothing comes in here." }),
      },
      {
        name: `from step ${t + 1}`, label: ["+ from step ", String(t + 1)], values: back.fromLater[t],
        explain: (i) => ({ text: t === T ? "There is no later step." : `Unit ${i + 1}: dz of step ${t + 1} times row ${i + 1} of W_hh: the way back through the memory.` }),
      },
      {
        name: `d h ${t}`, label: ["= ", symbol("dh", t)], values: back.dh[t],
        explain: (i) => ({ text: `Unit ${i + 1}: ${number(t === T ? back.fromOutput[i] : 0, 4)} + ${number(back.fromLater[t][i], 4)} = ${number(back.dh[t][i], 4)}: how much the loss grows if this unit grows.`, sources: [[0, i], [1, i]] }),
      },
      {
        name: "slope of tanh", label: ["1 − ", symbol("h", t), "²"], values: back.slope[t],
        explain: (i) => ({ text: `Slope of tanh where unit ${i + 1} stands: 1 − (${number(run.h[t][i], 4)})² = ${number(back.slope[t][i], 4)}. A unit near ±1 lets little through.` }),
      },
      {
        name: `d z ${t}`, label: [symbol("dz", t), " = product"], values: back.dz[t],
        explain: (i) => ({ text: `Unit ${i + 1}: ${number(back.dh[t][i], 4)} × ${number(back.slope[t][i], 4)} = ${number(back.dz[t][i], 4)}`, sources: [[2, i], [3, i]] }),
      },
      {
        name: `h ${t - 1}`, label: [symbol("h", t - 1), " before"], values: before,
        explain: (i) => ({ text: t === 1 ? "The initial state is 0, so the first step adds nothing to dW_hh." : `Unit ${i + 1} of the state before “${word}”. Times dz, it makes row ${i + 1} of this step’s share.` }),
      },
    ]);
    const top = Math.max(largestOf(back.sum[1].flat()), ...back.share.slice(1).map((M) => largestOf(M.flat())));
    share.update(matrixRows("share", back.share[t], (i, j) => `Share of step ${t}, row ${i + 1}, column ${j + 1}: ${number(before[i], 4)} × ${number(back.dz[t][j], 4)} = ${number(back.share[t][i][j], 6)}`), top);
    sum.update(matrixRows("running sum", back.sum[t], (i, j) => `Sum of the shares of steps ${t} to ${T}, row ${i + 1}, column ${j + 1}: ${number(back.sum[t][i][j], 6)}; numerical ${number(numerical[i][j], 6)}`), top);
    nudged.update(matrixRows("numerical gradient", numerical, (i, j) => `Nudging the weight in row ${i + 1}, column ${j + 1} changes the loss at the rate ${number(numerical[i][j], 6)}`), top);
    captions[0].replaceChildren("share of step ", String(t), ": ", symbol("h", t - 1), "ᵀ", symbol("dz", t));
    captions[1].replaceChildren(`sum of steps ${t} to ${T}`);
    captions[2].replaceChildren("numerical ", symbol("dW", "hh"));
  }

  function onKeydown(event) {
    goByKey(event, [currentStep(), 1, run.tokens.length], controls.move);
  }

  return paintOn(model, ["sentence", "target", "step"], paint, () => {
    controls.stop();
    root.remove();
  });
}

export default { render };
