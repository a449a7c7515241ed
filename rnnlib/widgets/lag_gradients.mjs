// @ts-check
/**
 * Watch a gradient shrink or grow on its way back: its size at each earlier state, for an RNN, an
 * LSTM and a GRU that read the same input. Forward and backward pass are computed here.
 */

import { backCell, norm, paramsOf, runCell, unpack } from "./engine.mjs";
import { make, nextView, number, paintOn, plotLines, setTraits, table, tiny } from "./draw.mjs";

const LINES = [["RNN h", "RNN", "dh", 1], ["LSTM c", "LSTM", "dc", 2], ["LSTM h", "LSTM", "dh", 4], ["GRU h", "GRU", "dh", 3]];

/**
 * Size of the gradient of u · h_T at the states `lag` steps before the last, for every lag.
 * @param {any} base weights, input and u of one seed, unpacked
 * @param {{gain: number, scale: number, steps: number, forget_bias: number}} at where the sliders stand
 */
export function measure(base, { gain, scale, steps, forget_bias }) {
  const x = base.params.x.slice(0, steps).map((row) => row.map((v) => v * scale));
  const sizes = {};
  let slope = 0;
  for (const cell of ["RNN", "LSTM", "GRU"]) {
    const p = paramsOf(base, `${cell}.`);
    p.W_hh = cell === "RNN" ? p.W_hh.map((row) => row.map((v) => v * gain)) : p.W_hh.map((W) => W.map((row) => row.map((v) => v * gain)));
    if (cell === "LSTM") p.b_h = p.b_h.map((b, k) => (k === 1 ? b.map(() => forget_bias) : b));
    const run = runCell(cell, p, x);
    const back = backCell(cell, p, run, base.params.u);
    for (const [name, of, part] of LINES) {
      if (of === cell) sizes[name] = back[part].map(norm).reverse();
    }
    if (cell === "RNN") {
      const slopes = run.h.slice(1).map((h) => h.reduce((sum, v) => sum + 1 - v * v, 0) / h.length);
      slope = slopes.reduce((sum, v) => sum + v, 0) / slopes.length;
    }
  }
  return { sizes, slope };
}

function render({ model, el }) {
  const id = nextView();
  const bases = []; // unpacked when first wanted
  const sliders = [
    ["gain", "gain of W_hh", 0, 2, 0.05, 2], ["scale", "input scale", 0, 2, 0.05, 2], ["steps", "steps T", 5, model.get("longest"), 1, 0],
    ["forget_bias", "LSTM forget bias", -1, 5, 0.5, 1], ["lag", "read off at lag", 1, model.get("longest"), 1, 0],
  ].map(([name, text, min, max, step, digits]) => {
    const input = make("input", { type: "range", id: `${id}-${name}`, min, max, step, oninput: () => set(name, Number(input.value)) });
    const output = make("output", { for: `${id}-${name}` });
    return { name, digits, input, output, node: make("div", { class: "rnn-field" }, make("label", { for: `${id}-${name}` }, text), input, output) };
  });
  const seed = make("select", { id: `${id}-seed`, onchange: () => set("seed", Number(seed.value)) }, ...model.get("bases").map((_, k) => make("option", { value: k }, String(k))));
  const plot = plotLines({ label: "Size of the gradient against the number of steps back", x: "steps back from the last state (lag)", y: "size of the gradient, logarithmic", log: true });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const why = make("p", { class: "rnn-note" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of the gradients" });
  const details = make("details", { ontoggle: paint }, make("summary", {}, "All lags as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-lags", role: "group", "aria-label": "Gradient by lag", onkeydown: (event) => event.stopPropagation() },
    make("div", { class: "rnn-fields" }, ...sliders.map((s) => s.node), make("div", { class: "rnn-field" }, make("label", { for: `${id}-seed` }, "seed"), seed)),
    plot.node, now, why, details);
  el.append(root);

  function set(name, value) {
    setTraits(model, { [name]: value });
  }

  function paint() {
    const at = Object.fromEntries(sliders.map(({ name }) => [name, model.get(name)]));
    const k = model.get("seed");
    bases[k] ??= unpack(model.get("bases")[k]);
    at.lag = Math.min(at.lag, at.steps);
    for (const { name, digits, input, output } of sliders) {
      if (name === "lag") input.max = String(at.steps);
      input.value = String(at[name]);
      output.textContent = number(at[name], digits);
    }
    seed.value = String(k);
    const { sizes, slope } = measure(bases[k], at);
    const all = Object.values(sizes).flat().filter((v) => v > 0).map(Math.log10);
    const [lo, hi] = [Math.max(Math.floor(Math.min(...all)), -30), Math.min(Math.ceil(Math.max(...all, 0)), 30)];
    const told = `At lag ${at.lag}: ${LINES.map(([name]) => `${name} ${tiny(sizes[name][at.lag])}`).join(", ")}`;
    plot.update({
      lines: LINES.map(([name, , , look]) => ({ name, look, points: sizes[name].map((v, lag) => [lag, v]) })),
      xRange: [0, at.steps], yRange: [lo, Math.max(hi, lo + 1)], mark: at.lag, told,
    });
    now.textContent = `${told}.`;
    const factor = (sizes["RNN h"][at.steps] / sizes["RNN h"][0]) ** (1 / at.steps);
    why.textContent = `RNN: gain ${number(at.gain)} times mean slope of tanh ${number(slope)} is ${number(at.gain * slope)}; measured, the gradient is multiplied by ${number(factor)} a step, on average.`;
    if (!details.open) return numbers.replaceChildren();
    numbers.replaceChildren(table("Size of the gradient at the states before the last", ["T", "lag", ...LINES.map(([name]) => name)],
      sizes["RNN h"].map((_, lag) => [at.steps, lag, ...LINES.map(([name]) => sizes[name][lag].toExponential(7))])));
  }

  return paintOn(model, ["seed", ...sliders.map(({ name }) => name)], paint, () => {
    plot.stop();
    root.remove();
  });
}

export default { render };
