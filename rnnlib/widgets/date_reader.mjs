// @ts-check
/**
 * Type a date: the network writes it as machines do, and shows for each letter that it writes which
 * letters it read. Everything is computed here.
 */

import { decodeEncoderDecoder, unpack } from "./engine.mjs";
import { colourScale, exampleList, goByKey, make, nextView, number, paintOn, setTraits, someOf, table, tint, transport } from "./draw.mjs";

const LONGEST = 60; // letters; a date has at most half as many

/**
 * The letters that the network can read, and those that it can't.
 * @param {string} text
 * @param {string} alphabet
 */
export function lettersOf(text, alphabet) {
  const all = Array.from(text.toLowerCase());
  const known = all.filter((letter) => alphabet.includes(letter)).join("").replace(/^ +| +$/g, "");
  const unknown = [...new Set(all.filter((letter) => !alphabet.includes(letter)))];
  return { letters: Array.from(known).slice(0, LONGEST), unknown, cut: known.length > LONGEST };
}

/** A letter that can be seen. @param {string} letter */
const visible = (letter) => (letter === " " ? "\u2423" : letter);
const named = (letter) => (letter === " " ? "the space" : `“${letter}”`);

function render({ model, el }) {
  const id = nextView();
  const network = unpack(model.get("network"));
  const source = Array.from(model.get("source_alphabet"));
  const target = Array.from(model.get("target_alphabet"));
  const start = target.length;
  let shown = null;
  let run = { ids: [], weights: [], p: [] };
  let letters = [];
  let rows = [];
  let heads = [];

  const text = make("input", { type: "text", id: `${id}-text`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read(text.value) });
  const examples = exampleList(`${id}-examples`, model.get("dates"), (text) => read(text));
  const note = make("p", { class: "rnn-note", role: "status" });
  const answer = make("output", { class: "rnn-iso", for: `${id}-text` });
  const answerLine = make("p", {}, "It writes ", answer);
  const controls = transport({ id, go, direction: 1 });
  const matrix = make("div", { class: "rnn-alignment", tabindex: 0, role: "group", "aria-label": "What was read for each written letter: up and down keys go through the written letters" });
  const told = make("p", { class: "rnn-told", role: "status" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all weights" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All weights as a table"), numbers);
  const body = make("div", {}, answerLine, controls.node, matrix, make("div", { class: "rnn-bar" }, colourScale("weight 0", "1")), told, tableDetails);
  const root = make("div", { class: "rnn-widget rnn-dates", role: "group", "aria-label": "Date reader", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-text` }, "A date"), text, make("label", { for: `${id}-examples` }, "or example"), examples.node),
    note, body);
  el.append(root);

  function read(date) {
    controls.stop();
    setTraits(model, { text: date, step: 1 });
  }

  function go(to) {
    setTraits(model, { step: to });
  }

  function currentStep() {
    return Math.min(Math.max(model.get("step"), 1), run.ids.length);
  }

  function compute() {
    if (model.get("text") === shown) return;
    shown = model.get("text");
    const read = lettersOf(shown, model.get("source_alphabet"));
    letters = read.letters;
    const told = [];
    if (!letters.length) told.push("Type at least one letter or digit that it knows.");
    if (read.unknown.length) told.push(`Not in its alphabet, left out: ${someOf(read.unknown, " ")}`);
    if (read.cut) told.push(`Only the first ${LONGEST} letters are read.`);
    note.textContent = told.join(" ");
    body.hidden = !letters.length;
    if (!letters.length) return;
    run = decodeEncoderDecoder(network, letters.map((letter) => source.indexOf(letter)), start, start, model.get("length"));
    answer.textContent = run.ids.map(written).join("");
    heads = letters.map((letter) => make("span", { class: "rnn-letter" }, visible(letter)));
    rows = run.ids.map((symbol, t) => make("div", { class: "rnn-alignrow", onclick: () => controls.move(t + 1), onpointerenter: (event) => { if (event.pointerType === "mouse") controls.move(t + 1); } },
      make("span", { class: "rnn-letter rnn-rowhead" }, written(symbol)),
      ...run.weights[t].map((weight) => {
        const cell = make("span", { class: "rnn-cell" });
        tint(cell, weight, 1);
        return cell;
      })));
    matrix.replaceChildren(make("div", { class: "rnn-alignrow rnn-alignhead", "aria-hidden": "true" }, make("span", { class: "rnn-letter rnn-rowhead" }), ...heads),
      ...rows.map((row) => (row.setAttribute("aria-hidden", "true"), row)));
    paintTable();
  }

  /** A symbol that was written; nothing else than the start symbol lies beyond the alphabet. */
  function written(symbol) {
    return target[symbol] ?? "\u25b8";
  }

  function paintTable() {
    if (!tableDetails.open || !letters.length) return numbers.replaceChildren();
    const body = run.ids.map((symbol, t) => [t + 1, written(symbol), number(run.p[t][symbol], 7), ...run.weights[t].map((a) => number(a, 7))]);
    numbers.replaceChildren(table(`Weight of each letter of “${letters.join("")}” for each letter written`, ["step", "written", "probability", ...letters.map(visible)], body));
  }

  function paint() {
    compute();
    if (text.value !== model.get("text")) text.value = model.get("text");
    examples.show(model.get("text"));
    if (!letters.length) return controls.update(0, 0, 0, "nothing written");
    const t = currentStep();
    const symbol = run.ids[t - 1];
    const weights = run.weights[t - 1];
    controls.update(t, 1, run.ids.length, `letter ${t} of ${run.ids.length}, “${written(symbol)}”`);
    rows.forEach((row, i) => row.classList.toggle("rnn-now", i === t - 1));
    heads.forEach((head, j) => tint(head, weights[j], 1));
    const head = heads[weights.indexOf(Math.max(...weights))];
    if (matrix.scrollWidth > matrix.clientWidth) matrix.scrollLeft = head.offsetLeft - (matrix.clientWidth - head.offsetWidth) / 2;
    const most = weights.map((a, j) => ({ a, j })).sort((one, other) => other.a - one.a).slice(0, 3).filter(({ a }, k) => k === 0 || a >= 0.05);
    told.textContent = `Letter ${t}, “${written(symbol)}”, with probability ${number(run.p[t - 1][symbol], 3)}. It read ${most.map(({ a, j }) => `${named(letters[j])} (letter ${j + 1}) with weight ${number(a)}`).join(", ")}.`;
  }

  function onKeydown(event) {
    goByKey(event, [currentStep(), 1, letters.length && run.ids.length], controls.move, { ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight" });
  }

  return paintOn(model, ["text", "step"], paint, () => {
    controls.stop();
    root.remove();
  });
}

export default { render };
