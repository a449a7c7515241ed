// @ts-check
/**
 * Be the network: symbols come one at a time and are gone; the reader keeps three cells, answers at
 * the end, and then sees what a trained network with three units kept of the same symbols.
 */

import { traceRecurrentClassifier } from "./engine.mjs";
import { colourScale, isCommand, make, nextView, number, paintOn, setTraits, table, timeColumns } from "./draw.mjs";

/** What the network does with symbols: states h (T + 1 rows) and probabilities p (T rows). */
export function readSymbols(network, ids) {
  const n = network.config.input_size;
  const run = traceRecurrentClassifier(network, ids.map((id) => Array.from({ length: n }, (_, i) => (i === id ? 1 : 0))));
  return { h: run.layers[0].h, p: run.p };
}

/** The next of empty, orange, blue. @param {number} value */
export const turn = (value) => (value === 0 ? 1 : value === 1 ? -1 : 0);

const CELL_NAMES = { 0: "empty", 1: "orange", "-1": "blue" };
const bestOf = (p) => p.indexOf(Math.max(...p));

function render({ model, el }) {
  const id = nextView();
  const tasks = model.get("tasks");

  const choose = make("select", { id: `${id}-task`, onchange: () => begin(Number(choose.value), 0) }, ...tasks.map(({ name }, k) => make("option", { value: k }, name)));
  const rule = make("p", { class: "rnn-note" });
  const symbolBox = make("div", { class: "rnn-symbolbox", role: "status" });
  const cells = [0, 1, 2].map((i) => make("button", { type: "button", class: "rnn-memory", onclick: () => flip(i) }));
  const next = make("button", { type: "button", class: "rnn-next", onclick: forward });
  const play = make("div", { class: "rnn-game" }, symbolBox, make("div", { class: "rnn-memories", role: "group", "aria-label": "Your three cells" }, ...cells), next);
  const question = make("p", { class: "rnn-now-text" });
  const choices = make("div", { class: "rnn-bar", role: "group", "aria-label": "Your answer" });
  const asked = make("div", {}, question, choices);
  const verdict = make("p", { class: "rnn-now-text", role: "status" });
  const mine = timeColumns({ label: "What you kept", go: () => {} });
  const its = timeColumns({ label: "What the network kept", go: () => {} });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of what was kept" });
  const again = make("button", { type: "button", onclick: () => begin(model.get("task"), model.get("round") + 1) }, "Next game");
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "What was kept, as a table"), numbers);
  const shown = make("div", {},
    make("div", { class: "rnn-bar" }, "What you kept after each symbol", colourScale("\u22121", "+1")), mine.node,
    make("div", { class: "rnn-bar" }, "What a trained network with three units kept"), its.node, again, tableDetails);
  const score = make("p", { class: "rnn-note" });
  const root = make("div", { class: "rnn-widget rnn-memorygame", role: "group", "aria-label": "Memory game", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-task` }, "Task"), choose), rule, play, asked, verdict, shown, score);
  el.append(root);

  const sequence = () => { const { sequences } = tasks[model.get("task")]; return sequences[model.get("round") % sequences.length]; };
  const phase = () => (model.get("answer") >= 0 ? "shown" : model.get("step") > sequence().length ? "asked" : "playing");

  function set(changes) {
    setTraits(model, changes);
  }

  function begin(task, round) {
    set({ answer: -1, step: 0, kept: [], cells: [0, 0, 0], task, round });
    next.focus();
  }

  function flip(i) {
    if (phase() !== "playing" || model.get("step") === 0) return;
    set({ cells: model.get("cells").map((v, k) => (k === i ? turn(v) : v)) });
  }

  function forward() {
    const step = model.get("step");
    const kept = step ? [...model.get("kept"), [...model.get("cells")]] : [];
    set({ step: step + 1, kept });
    if (phase() === "asked") choices.firstElementChild?.focus();
  }

  function reply(c) {
    const { answers } = tasks[model.get("task")];
    const hit = c === answers[model.get("round") % answers.length];
    set({ right: model.get("right") + (hit ? 1 : 0), played: model.get("played") + 1, answer: c }); // the answer last: it is what is drawn
    again.focus({ preventScroll: true });
  }

  function onKeydown(event) {
    if (event.target.tagName !== "SELECT" && !isCommand(event) && phase() === "playing") {
      if ("123".includes(event.key)) { flip(Number(event.key) - 1); event.preventDefault(); }
      else if (event.key === "ArrowRight") { forward(); event.preventDefault(); }
    }
    event.stopPropagation();
  }

  function paintTable() {
    if (!tableDetails.open || phase() !== "shown") return numbers.replaceChildren();
    const task = tasks[model.get("task")];
    const { h, p } = readSymbols(task.network, sequence());
    const head = ["step", "symbol", "your 1", "your 2", "your 3", "its 1", "its 2", "its 3", ...task.classes.map((name) => `p(${name})`)];
    numbers.replaceChildren(table("What was kept after each symbol", head, sequence().map((s, t) => [
      t + 1, task.symbols[s], ...(model.get("kept")[t] ?? []).map((v) => number(v, 0)), ...h[t + 1].map((v) => number(v, 7)), ...p[t].map((v) => number(v, 7))])));
  }

  function paint() {
    const task = tasks[model.get("task")];
    const [ids, step, now] = [sequence(), model.get("step"), phase()];
    choose.value = String(model.get("task"));
    rule.textContent = task.rule;
    play.hidden = now !== "playing";
    asked.hidden = now !== "asked";
    verdict.hidden = shown.hidden = now !== "shown";
    symbolBox.replaceChildren(...(step === 0 || now !== "playing"
      ? [make("span", { class: "rnn-hint" }, `${ids.length} symbols will pass, one at a time. Use the cells as you like: only they remain.`)]
      : [make("span", { class: "rnn-hint" }, `symbol ${step} of ${ids.length}`), make("span", { class: "rnn-bigsymbol" }, task.symbols[ids[step - 1]])]));
    next.textContent = step === 0 ? "First symbol" : step < ids.length ? "Next symbol" : "No more symbols: answer";
    model.get("cells").forEach((value, i) => {
      cells[i].textContent = value === 0 ? "" : value > 0 ? "+" : "\u2212";
      cells[i].className = `rnn-memory${value > 0 ? " rnn-plus" : value < 0 ? " rnn-minus" : ""}`;
      cells[i].setAttribute("aria-label", `Cell ${i + 1}: ${value > 0 ? "+ " : value < 0 ? "\u2212 " : ""}${CELL_NAMES[value]}`);
      cells[i].disabled = step === 0;
    });
    question.textContent = task.question;
    if (now === "asked" && choices.childElementCount !== task.classes.length) choices.replaceChildren();
    if (now === "asked") choices.replaceChildren(...task.classes.map((name, c) => make("button", { type: "button", onclick: () => reply(c) }, name)));
    if (now === "shown") {
      const { h, p } = readSymbols(task.network, ids);
      const wanted = task.answers[model.get("round") % task.answers.length];
      const own = model.get("answer");
      verdict.textContent = `${own === wanted ? "Right" : "Not right"}: you said ${task.classes[own]}${own === wanted ? "" : `, the answer is ${task.classes[wanted]}`}. The network says ${task.classes[bestOf(p[p.length - 1])]}.`;
      mine.build(["cell 1", "cell 2", "cell 3"], [], ids.map((s, t) => ({ step: t + 1, word: task.symbols[s], values: model.get("kept")[t] ?? [0, 0, 0] })), 1);
      its.build(["unit 1", "unit 2", "unit 3"], ["answer"], ids.map((s, t) => ({ step: t + 1, word: task.symbols[s], values: h[t + 1], foot: { text: task.classes[bestOf(p[t])] } })), 1);
    }
    score.textContent = `${model.get("played") ? `You: ${model.get("right")} of ${model.get("played")} right. ` : ""}The network is right in ${number(100 * task.score, 1)} % of new sequences.`;
    paintTable();
  }

  return paintOn(model, ["task", "round", "step", "cells", "answer"], paint, () => root.remove());
}

export default { render };
