// @ts-check
/**
 * One hidden unit with three knobs. Drag the inputs, turn the weights: the state over time, and how
 * much each state still matters for the last one.
 */

import { isCommand, make, nextView, number, paintOn, setTraits, symbol, table, useKey } from "./draw.mjs";

/**
 * h_t = tanh(w_x x_t + w_h h_{t-1} + b) from h_0 = 0, and dh_T/dh_t, both for t = 0 .. T.
 * @param {number} w_x @param {number} w_h @param {number} b @param {number[]} x
 */
export function oneUnit(w_x, w_h, b, x) {
  const h = [0];
  for (const x_t of x) h.push(Math.tanh(w_x * x_t + w_h * h[h.length - 1] + b));
  const gradient = new Array(h.length);
  gradient[x.length] = 1;
  for (let t = x.length; t > 0; t--) gradient[t - 1] = gradient[t] * (1 - h[t] * h[t]) * w_h;
  return { h, gradient };
}

const KNOBS = [["w_x", "w", "x", "weight of the input"], ["w_h", "w", "h", "weight of the state before"], ["b", "b", "", "bias"]];

function render({ model, el }) {
  const id = nextView();
  const presets = model.get("presets");
  const T = presets[0].x.length;
  let chosen = 0; // which input the arrow keys are at

  const preset = make("select", { id: `${id}-preset`, onchange: () => { const p = presets[preset.value]; if (p) set({ w_x: p.w_x, w_h: p.w_h, b: p.b, x: [...p.x] }); } },
    make("option", { value: "" }, "your own"), ...presets.map(({ name }, i) => make("option", { value: i }, name)));
  const say = make("p", { class: "rnn-note", role: "status" });
  const knobs = KNOBS.map(([name, letter, index, meaning]) => {
    const slider = make("input", { type: "range", id: `${id}-${name}`, min: -4, max: 4, step: 0.05, oninput: () => set({ [name]: Number(slider.value) }) });
    const value = make("output", { for: `${id}-${name}`, class: "rnn-where" });
    const label = make("label", { for: `${id}-${name}` }, index ? symbol(letter, index) : make("span", { class: "rnn-symbol" }, make("i", {}, letter)), make("span", { class: "rnn-meaning" }, ` ${meaning}`));
    return { name, slider, value, node: make("div", { class: "rnn-knob" }, label, slider, value) };
  });
  const inputs = Array.from({ length: T }, (_, i) => make("div", {
    class: "rnn-level rnn-input", role: "slider", "aria-orientation": "vertical", "aria-valuemin": -1, "aria-valuemax": 1, "aria-label": `input x ${i + 1}`,
    onpointerdown: (event) => drag(event, i), onpointermove: (event) => { if (event.buttons) drag(event, i); }, onkeydown: (event) => onKeydown(event, i),
  }, make("span", { class: "rnn-fill" })));
  const row = (label, cells, text) => make("div", { class: "rnn-unitrow" }, make("div", { class: "rnn-unitlabel" }, ...label), make("div", { class: "rnn-levels" }, ...cells), ...(text ? [make("p", { class: "rnn-hint" }, text)] : []));
  const level = () => make("div", { class: "rnn-level", "aria-hidden": "true" }, make("span", { class: "rnn-fill" }));
  const states = Array.from({ length: T }, level);
  const gradients = Array.from({ length: T }, level);
  const texts = [states, gradients].map((cells) => cells.map(() => make("span", { class: "rnn-value", "aria-hidden": "true" })));
  const columnOf = (cells, k) => cells.map((cell, i) => make("div", { class: "rnn-unitcell" }, cell, texts[k][i]));
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of the unit" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All steps as a table"), numbers);
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const derivative = make("span", { class: "rnn-symbol" }, make("i", {}, "dh"), make("sub", {}, "T"), " / ", make("i", {}, "dh"), make("sub", {}, "t"));
  const root = make("div", { class: "rnn-widget rnn-oneunit", role: "group", "aria-label": "One unit", onkeydown: (event) => event.stopPropagation() },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-preset` }, "Show"), preset), say,
    ...knobs.map((knob) => knob.node),
    make("div", { class: "rnn-unitbox" },
      row([symbol("x", "t"), " input: drag, or arrow keys"], inputs.map((cell, i) => make("div", { class: "rnn-unitcell" }, cell, make("span", { class: "rnn-value", "aria-hidden": "true" }, i + 1)))),
      row([symbol("h", "t"), " state"], columnOf(states, 0)),
      row([derivative, " how much the last state changes with this one"], columnOf(gradients, 1))),
    now, tableDetails);
  el.append(root);

  function set(changes) {
    setTraits(model, changes);
  }

  function setInput(i, value) {
    const x = [...model.get("x")];
    x[i] = Math.min(1, Math.max(-1, Math.round(value * 10) / 10));
    set({ x });
  }

  function drag(event, i) {
    const box = inputs[i].getBoundingClientRect();
    chosen = i;
    setInput(i, 1 - (2 * (event.clientY - box.top)) / box.height);
    if (event.type === "pointerdown") { inputs[i].setPointerCapture(event.pointerId); inputs[i].focus(); event.preventDefault(); }
  }

  function onKeydown(event, i) {
    if (isCommand(event)) return;
    const value = model.get("x")[i];
    const to = { ArrowUp: value + 0.1, ArrowDown: value - 0.1, PageUp: value + 0.5, PageDown: value - 0.5, Home: -1, End: 1, 0: 0 }[event.key];
    if (to !== undefined) setInput(i, to);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      chosen = Math.min(T - 1, Math.max(0, i + (event.key === "ArrowLeft" ? -1 : 1)));
      paint();
      inputs[chosen].focus();
    } else return;
    useKey(event);
  }

  /** A bar from the middle, up or down; what is beyond the edge is cut, and marked. */
  function show(cell, value, largest) {
    cell.firstChild.style.setProperty("--size", `${50 * Math.min(1, Math.abs(value) / largest)}%`);
    cell.firstChild.classList.toggle("rnn-below", value < 0);
    cell.classList.toggle("rnn-cut", Math.abs(value) > largest);
  }

  const short = (v) => (v === 0 || Math.abs(v) >= 0.005 ? number(v, Math.abs(v) < 10 ? 2 : 0) : v.toExponential(0).replaceAll("-", "\u2212"));

  function paintTable() {
    if (!tableDetails.open) return numbers.replaceChildren();
    const { h, gradient } = oneUnit(model.get("w_x"), model.get("w_h"), model.get("b"), model.get("x"));
    numbers.replaceChildren(table("One unit, step by step", ["state", "step t", "input x_t", "h_t", "dh_T/dh_t"],
      h.map((v, t) => [t === 0 ? "start" : "", t, t ? number(model.get("x")[t - 1], 1) : "\u2013", number(v, 7), Math.abs(gradient[t]) < 1e-3 ? gradient[t].toExponential(6).replaceAll("-", "\u2212") : number(gradient[t], 7)])));
  }

  function paint() {
    const x = model.get("x");
    const [w_x, w_h, b] = KNOBS.map(([name]) => model.get(name));
    const { h, gradient } = oneUnit(w_x, w_h, b, x);
    for (const { name, slider, value } of knobs) {
      slider.value = String(model.get(name));
      value.textContent = number(model.get(name));
    }
    inputs.forEach((cell, i) => {
      show(cell, x[i], 1);
      cell.setAttribute("aria-valuenow", x[i].toFixed(1));
      cell.tabIndex = i === chosen ? 0 : -1;
    });
    states.forEach((cell, i) => { show(cell, h[i + 1], 1); texts[0][i].textContent = number(h[i + 1]); });
    gradients.forEach((cell, i) => { show(cell, gradient[i + 1], 1); texts[1][i].textContent = short(gradient[i + 1]); });
    const same = presets.findIndex((p) => p.w_x === w_x && p.w_h === w_h && p.b === b && p.x.every((v, i) => v === x[i]));
    preset.value = same < 0 ? "" : String(same);
    say.textContent = same < 0 ? "" : presets[same].say;
    now.textContent = `Last state ${number(h[T])}. A small change of the first state would arrive there times ${short(gradient[1])}.`;
    paintTable();
  }

  return paintOn(model, ["w_x", "w_h", "b", "x"], paint, () => root.remove());
}

export default { render };
