// @ts-check
/**
 * A character language model writes names: the reader chooses a beginning, a temperature and a seed,
 * and sees the probability of every next letter. Everything is computed and drawn here.
 */

import { linear, paramsOf, runCell, softmax, unpack } from "./engine.mjs";
import { isCommand, make, nextView, number, paintOn, setTraits, stepAfterKey, table, useKey } from "./draw.mjs";

const SYMBOLS = ["end", ..."abcdefghijklmnopqrstuvwxyz"];
const LONGEST = 20;

/**
 * A small generator of numbers in [0, 1) from a whole number: the same seed, the same numbers.
 * (32-bit: a counter goes up by a constant, and its bits are mixed by shifts and products.)
 * @param {number} seed
 */
export function generator(seed) {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(counter ^ (counter >>> 15), counter | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The symbol whose share of [0, 1) holds u. @param {number[]} p @param {number} u */
export function pick(p, u) {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    sum += p[i];
    if (u < sum) return i;
  }
  return p.length - 1; // the sum may end a rounding error below 1
}

/** A reader that takes one symbol at a time: states in, next states and scores out. @param {any} spec */
export function stepper(spec) {
  const { cell, num_layers } = spec.config;
  const layers = Array.from({ length: num_layers }, (_, k) => paramsOf(spec, `rnn.${k}.`));
  return (states, symbol) => {
    let x = spec.params["embedding.W"][symbol];
    const next = layers.map((p, k) => (x = runCell(cell, p, [x], states?.[k]).h[1]));
    return { states: next, logits: linear([x], spec.params["output.W"], spec.params["output.b"])[0] };
  };
}

/** softmax(logits / temperature). */
const heated = (logits, temperature) => softmax(logits.map((v) => v / temperature));

/**
 * Names that begin with a prefix, drawn one after the other from one seed.
 * @returns {{ids: number[], p: number[][], ended: boolean}[]} p[t]: what may come after t letters
 */
export function writeNames(read, prefix, temperature, seed, count) {
  const draw = generator(seed);
  let { states, logits } = read(undefined, 0);
  const given = [heated(logits, temperature)];
  for (const id of prefix) {
    ({ states, logits } = read(states, id));
    given.push(heated(logits, temperature));
  }
  return Array.from({ length: count }, () => {
    const name = { ids: [...prefix], p: [...given], ended: false };
    for (let now = states; name.ids.length < LONGEST; ) {
      const symbol = pick(name.p[name.p.length - 1], draw());
      if (symbol === 0) {
        name.ended = true;
        break;
      }
      name.ids.push(symbol);
      const after = read(now, symbol);
      now = after.states;
      name.p.push(heated(after.logits, temperature));
    }
    return name;
  });
}

/** Letters a to z of a text, as numbers, and whether something else was in it. @param {string} text */
export function readPrefix(text) {
  const letters = [...text.toLowerCase()].filter((c) => c >= "a" && c <= "z" && c.length === 1).slice(0, 12);
  return { ids: letters.map((c) => c.charCodeAt(0) - 96), dropped: letters.length !== [...text].length };
}

const spell = (ids) => ids.map((id) => SYMBOLS[id]).join("");
const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

function render({ model, el }) {
  const id = nextView();
  const read = stepper(unpack(model.get("network")));
  const count = 10;
  let names = [];

  const prefix = make("input", { type: "text", id: `${id}-prefix`, class: "rnn-prefix", autocomplete: "off", autocapitalize: "off", spellcheck: "false", oninput: () => change({ prefix: prefix.value }), onkeydown: quiet });
  const slider = make("input", { type: "range", id: `${id}-temperature`, min: 0.1, max: 2, step: 0.1, oninput: () => change({ temperature: Number(slider.value) }), onkeydown: quiet });
  const heat = make("span", { class: "rnn-where" });
  const seed = make("input", { type: "number", id: `${id}-seed`, class: "rnn-seed", min: 0, max: 999999, step: 1, oninput: () => change({ seed: Math.max(0, Math.floor(Number(seed.value)) || 0) }), onkeydown: quiet });
  const more = make("button", { type: "button", onclick: () => change({ seed: model.get("seed") + 1 }) }, "Ten more");
  const note = make("p", { class: "rnn-note", role: "status" });
  const list = make("div", { class: "rnn-names", role: "group", "aria-label": "Ten names; choose one to see how it was written" });
  const letters = make("div", { class: "rnn-letters", role: "group", "aria-label": "The name, letter by letter" });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const bars = make("div", { class: "rnn-bars", "aria-hidden": "true" });
  const tableBox = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of probabilities" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All probabilities of this name as a table"), tableBox);
  const root = make("div", { class: "rnn-widget rnn-namewriter", role: "group", "aria-label": "Name writer" },
    make("div", { class: "rnn-bar" },
      make("span", { class: "rnn-pair" }, make("label", { for: `${id}-prefix` }, "Begin with"), prefix),
      make("span", { class: "rnn-pair" }, make("label", { for: `${id}-temperature` }, "Temperature"), slider, heat),
      make("span", { class: "rnn-pair" }, make("label", { for: `${id}-seed` }, "Seed"), seed, more)),
    note, list, letters, now, bars, tableDetails);
  letters.addEventListener("keydown", onKeydown);
  el.append(root);

  function quiet(event) {
    event.stopPropagation(); // Jupyter has uses of its own for plain keys
  }

  /** Set what the reader changed; a new set of names is shown from its first. */
  function change(values) {
    const first = "position" in values || "chosen" in values ? {} : { chosen: 0, position: -1 };
    setTraits(model, { ...values, ...first });
  }

  /** How many letters were written when the shown choice was made; by default all of them. */
  function position(name) {
    const last = name.p.length - 1;
    const wanted = model.get("position");
    return wanted < 0 || wanted > last ? Math.min(readPrefix(model.get("prefix")).ids.length, last) : wanted;
  }

  function onKeydown(event) {
    if (isCommand(event)) return;
    const name = names[model.get("chosen")];
    const to = stepAfterKey(event.key, position(name), 0, name.p.length - 1);
    if (to === null) return;
    useKey(event);
    change({ position: to });
    letters.querySelector("[tabindex='0']").focus();
  }

  let written = ""; // what the names were made of
  function write() {
    const { ids, dropped } = readPrefix(model.get("prefix"));
    const key = JSON.stringify([ids, model.get("temperature"), model.get("seed")]);
    note.textContent = dropped ? "Only the letters a to z count, twelve at most; it has learned no others." : "";
    if (key === written) return;
    written = key;
    names = writeNames(read, ids, model.get("temperature"), model.get("seed"), count);
  }

  function paintTable() {
    if (!tableDetails.open) return tableBox.replaceChildren();
    const name = names[model.get("chosen")];
    const body = name.p.map((p, t) => [t, spell(name.ids.slice(0, t)) || "(nothing)", ...p.map((v) => number(v, 7))]);
    tableBox.replaceChildren(table(`Probability of the next symbol at temperature ${model.get("temperature")}`, ["letters", "written so far", ...SYMBOLS], body));
  }

  function paint() {
    write();
    if (readPrefix(prefix.value).ids.join() !== readPrefix(model.get("prefix")).ids.join()) prefix.value = model.get("prefix");
    slider.value = String(model.get("temperature"));
    heat.textContent = model.get("temperature").toFixed(1);
    slider.setAttribute("aria-valuetext", `temperature ${model.get("temperature").toFixed(1)}`);
    if (document.activeElement !== seed) seed.value = String(model.get("seed"));
    const chosen = Math.min(model.get("chosen"), names.length - 1);
    const focused = list.contains(document.activeElement);
    list.replaceChildren(...names.map((name, k) =>
      make("button", { type: "button", class: "rnn-name", "aria-pressed": String(k === chosen), onclick: () => change({ chosen: k, position: -1 }) }, capital(spell(name.ids)) || "(empty)", name.ended ? "" : "…")));
    if (focused) list.children[chosen].focus();
    const name = names[chosen];
    const t = position(name);
    const inLetters = letters.contains(document.activeElement);
    const shown = [...name.ids.map((i) => SYMBOLS[i]), name.ended ? "end" : "…"];
    letters.replaceChildren(...shown.slice(0, name.p.length).map((letter, k) =>
      make("button", { type: "button", class: k === t ? "rnn-letter rnn-chosen" : "rnn-letter", tabindex: k === t ? 0 : -1, "aria-pressed": String(k === t), "aria-label": `${letter}, symbol ${k + 1}`, onclick: () => { change({ position: k }); letters.children[k].focus(); } },
        letter, k < readPrefix(model.get("prefix")).ids.length ? make("sub", {}, "given") : make("sub", {}, number(name.p[k][k < name.ids.length ? name.ids[k] : 0])))));
    if (inLetters) letters.children[t].focus();
    const p = name.p[t];
    const top = Math.max(...p);
    const best = p.map((v, i) => [v, i]).sort((a, b) => b[0] - a[0]).slice(0, 3).map(([v, i]) => `${SYMBOLS[i]} ${number(v)}`).join(", ");
    const next = t < name.ids.length ? SYMBOLS[name.ids[t]] : name.ended ? "end" : null;
    now.textContent = `After “${spell(name.ids.slice(0, t))}”: likeliest ${best}.${next === null ? " Cut off here." : t < readPrefix(model.get("prefix")).ids.length ? ` Given: ${next}.` : ` Drawn: ${next}.`}`;
    bars.replaceChildren(...p.map((v, i) => {
      const bar = make("span", { class: "rnn-barfill" });
      bar.style.height = `${(100 * v) / Math.max(top, 1e-9)}%`;
      return make("span", { class: SYMBOLS[i] === next ? "rnn-barcolumn rnn-drawn" : "rnn-barcolumn", title: `${SYMBOLS[i]}: ${number(v, 4)}` },
        make("span", { class: "rnn-barbox" }, bar), make("span", { class: "rnn-barname" }, i ? SYMBOLS[i] : "\u25a0"));
    }));
    paintTable();
  }

  let waiting = false;
  const soon = () => { // several traits change at once: draw once
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => { waiting = false; if (root.isConnected) paint(); });
  };
  prefix.value = model.get("prefix");
  paint();
  return paintOn(model, ["prefix", "temperature", "seed", "chosen", "position"], soon, () => root.remove());
}

export default { render };
