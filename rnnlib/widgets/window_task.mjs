// @ts-check
/**
 * The order task through a window: a sequence with two marks, of which a network sees only what lies
 * in the window. The window is dragged, or moved by keys; for each width there is a trained network.
 */

import { traceMLP, unpack } from "./engine.mjs";
import { isCommand, make, nextView, number, paintOn, setTraits, table, useKey } from "./draw.mjs";

/** One-hot symbols side by side: entry i * n + s is 1 where symbol number s stands in place i. */
export function oneHot(ids, n) {
  const x = new Array(ids.length * n).fill(0);
  ids.forEach((s, i) => { x[i * n + s] = 1; });
  return x;
}

/**
 * The symbol numbers of a text, and what is no symbol; white space separates nothing. A letter that
 * is no symbol as it stands may be one in the other case.
 * @param {string} text @param {string[]} symbols
 */
export function readSymbols(text, symbols) {
  const ids = [];
  const unknown = [];
  for (const letter of text.replace(/\s+/g, "")) {
    const found = [letter, letter.toLowerCase(), letter.toUpperCase()].map((form) => symbols.indexOf(form)).find((i) => i >= 0);
    if (found === undefined) unknown.push(letter);
    else ids.push(found);
  }
  return { ids, unknown: [...new Set(unknown)] };
}

/** Two marks at random places among random distractors, as `make_order`. */
export function randomOrder(random, T, symbols) {
  const draw = (n) => Math.floor(random() * n);
  const distractors = symbols.length - 2;
  const ids = Array.from({ length: T }, () => draw(distractors));
  const a = draw(T);
  const b = (a + 1 + draw(T - 1)) % T;
  for (const place of [a, b]) ids[place] = distractors + draw(2);
  return ids;
}

/** The marks of a sequence in their order, spelled. */
export function marksOf(ids, symbols) {
  return ids.filter((s) => s >= symbols.length - 2).map((s) => symbols[s]).join("");
}

/** Number of parameters of an MLP: weights and biases of every layer. */
export function sizeOf({ network }) {
  const { sizes } = network.config;
  return sizes.slice(1).reduce((sum, size, i) => sum + (sizes[i] + 1) * size, 0);
}

const LONGEST = 40;

function render({ model, el }) {
  const id = nextView();
  const symbols = model.get("symbols");
  const classes = model.get("classes");
  const windows = model.get("windows");
  const networks = windows.map(({ network }) => unpack(network));
  const first = model.get("sequence").length;
  let shown = null; // the sequence that the strip was built for
  let ids = [];
  let columns = [];
  let drag = null;

  const own = make("input", { type: "text", id: `${id}-own`, class: "rnn-sentence", autocomplete: "off", autocapitalize: "off", spellcheck: "false", oninput: () => read(own.value) });
  const fresh = make("button", { type: "button", onclick: () => read(randomOrder(Math.random, first, symbols).map((s) => symbols[s]).join("")) }, "New random sequence");
  const note = make("p", { class: "rnn-note", role: "status" });
  const hint = make("p", { class: "rnn-note", id: `${id}-hint` }, "Drag the window. With the keyboard, once it has the focus: ", make("kbd", {}, "←"), " ", make("kbd", {}, "→"), " move it, ", make("kbd", {}, "↑"), " ", make("kbd", {}, "↓"), " change its width.");
  const strip = make("div", { class: "rnn-window-strip", role: "slider", tabindex: 0, "aria-label": "Place of the window", "aria-describedby": `${id}-hint`, onpointerdown: grab, onpointermove: pull, onpointerup: drop, onpointercancel: drop, onkeydown: onStripKey });
  const labels = make("div", { class: "rnn-window-labels", "aria-hidden": "true" }, make("span", { class: "rnn-letter" }, "\u00a0"), ...symbols.map((s) => make("span", { class: "rnn-bit" }, s)));
  const field = make("div", { class: "rnn-window-field" }, labels, strip);
  const wide = make("input", { type: "range", id: `${id}-width`, min: 0, max: windows.length - 1, step: 1, oninput: () => widen(Number(wide.value)) });
  const widthText = make("span", { class: "rnn-where" });
  const verdict = make("p", { class: "rnn-now-text", role: "status" });
  const bars = make("div", { class: "rnn-window-bars" });
  const scores = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Accuracy by width" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all places" });
  const details = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "Every place of the window as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-window", role: "group", "aria-label": "Window over the order task", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-own` }, "Sequence"), own, fresh),
    note,
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-width` }, "Width of the window"), wide, widthText),
    hint, field, verdict, bars, scores, details);
  el.append(root);

  /** Number of the widest window that fits, but no wider than the one chosen. */
  function chosen() {
    let k = model.get("choice");
    while (k > 0 && windows[k].width > ids.length) k--;
    return k;
  }
  const width = () => windows[chosen()].width;
  const start = () => Math.min(Math.max(model.get("start"), 0), ids.length - width());
  const seen = (at) => ids.slice(at, at + width());
  const trace = (at) => traceMLP(networks[chosen()], oneHot(seen(at), symbols.length));
  const fits = () => ids.length >= windows[0].width && ids.length <= LONGEST;

  function read(text) {
    setTraits(model, { sequence: text });
  }

  function moveTo(at) {
    setTraits(model, { start: Math.min(Math.max(at, 0), ids.length - width()) });
  }

  /** Another width; the window keeps its middle, as far as it can. */
  function widen(k) {
    const middle = start() + width() / 2;
    model.set("choice", Math.min(Math.max(k, 0), windows.length - 1));
    moveTo(Math.round(middle - width() / 2));
  }

  function columnAt(event) {
    const boxes = columns.map((column) => column.getBoundingClientRect());
    const at = boxes.findIndex((box) => event.clientX < box.right);
    return at < 0 ? columns.length - 1 : at;
  }
  function grab(event) {
    if (event.button > 0 || !fits()) return;
    const at = columnAt(event);
    const inside = at >= start() && at < start() + width();
    drag = inside ? at - start() : Math.floor(width() / 2); // a window that is not under the pointer comes to it
    strip.setPointerCapture(event.pointerId);
    moveTo(at - drag);
  }
  function pull(event) {
    if (drag !== null) moveTo(columnAt(event) - drag);
  }
  function drop() {
    drag = null;
  }

  function onStripKey(event) {
    if (isCommand(event) || !fits()) return;
    const moves = {
      ArrowLeft: () => moveTo(start() - 1), ArrowRight: () => moveTo(start() + 1), Home: () => moveTo(0), End: () => moveTo(ids.length),
      ArrowUp: () => widen(chosen() + 1), ArrowDown: () => widen(chosen() - 1),
    };
    if (!moves[event.key]) return;
    useKey(event);
    moves[event.key]();
  }
  function onKeydown(event) {
    if (event.target.tagName === "INPUT") event.stopPropagation(); // Jupyter has uses of its own for plain letters
  }

  function build() {
    const text = model.get("sequence");
    if (text === shown) return;
    shown = text;
    const { ids: next, unknown } = readSymbols(text, symbols);
    ids = next;
    const marks = marksOf(ids, symbols);
    const told = [];
    if (unknown.length) told.push(`Left out, no symbol of this task: ${unknown.slice(0, 12).join(" ")}. It knows ${symbols.join(" ")}.`);
    if (ids.length > LONGEST) told.push(`${ids.length} symbols are too many to draw; ${LONGEST} are the most.`);
    else if (ids.length < windows[0].width) told.push(`Type at least ${windows[0].width} symbols.`);
    else if (marks.length !== 2) told.push(`The task has two marks. Here are ${marks.length}, so there is no right answer; the network answers all the same.`);
    if (fits() && windows.some((w) => w.width > ids.length)) told.push(`Windows wider than ${ids.length} do not fit.`);
    note.textContent = told.join(" ");
    columns = ids.slice(0, LONGEST).map((s, i) => make("span", { class: s >= symbols.length - 2 ? `rnn-place rnn-mark-${s - symbols.length + 2}` : "rnn-place", title: `symbol ${i + 1}: ${symbols[s]}` },
      make("span", { class: "rnn-letter" }, symbols[s]), ...symbols.map((_, k) => make("span", { class: k === s ? "rnn-bit rnn-one" : "rnn-bit" }))));
    strip.replaceChildren(...columns);
  }

  function paint() {
    build();
    if (own.value !== model.get("sequence")) own.value = model.get("sequence");
    for (const node of [hint, field, verdict, bars, scores]) node.hidden = !fits();
    wide.disabled = !fits();
    paintTable();
    if (!fits()) return;
    const [k, w, at] = [chosen(), width(), start()];
    wide.value = String(k);
    wide.setAttribute("aria-valuetext", `${w} symbols`);
    widthText.textContent = `${w} symbols, ${sizeOf(windows[k]).toLocaleString("en")} parameters`;
    columns.forEach((column, i) => {
      column.classList.toggle("rnn-in", i >= at && i < at + w);
      column.classList.toggle("rnn-first", i === at);
      column.classList.toggle("rnn-last", i === at + w - 1);
    });
    const run = trace(at);
    const top = run.p.indexOf(Math.max(...run.p));
    const inside = marksOf(seen(at), symbols);
    const truth = classes.indexOf(marksOf(ids, symbols));
    const sees = ["no mark is", "one mark is", "both marks are"][inside.length] ?? `${inside.length} marks are`;
    const where = `symbols ${at + 1} to ${at + w}`;
    strip.setAttribute("aria-valuemin", "1");
    strip.setAttribute("aria-valuemax", String(ids.length - w + 1));
    strip.setAttribute("aria-valuenow", String(at + 1));
    strip.setAttribute("aria-valuetext", `${where}: ${seen(at).map((s) => symbols[s]).join(" ")}; ${sees} inside`);
    const right = truth < 0 ? "" : truth === top ? " That is right." : ` Right would be ${classes[truth]}.`;
    verdict.textContent = `In ${where}, ${sees} inside. It answers ${classes[top]}, with ${number(run.p[top])}.${right}`;
    bars.replaceChildren(...classes.map((name, c) => {
      const fill = make("span", { class: "rnn-level" });
      fill.style.setProperty("--size", `${run.p[c] * 100}%`);
      return make("span", { class: c === truth ? "rnn-window-bar rnn-truth" : "rnn-window-bar" },
        make("span", {}, name), make("span", { class: "rnn-levelbox", "aria-hidden": "true" }, fill), make("span", {}, number(run.p[c])), make("span", {}, c === truth ? "right answer" : ""));
    }));
    const names = Object.keys(windows[0].scores);
    const rows = windows.map((entry, i) => [i === k ? "\u25b6\ufe0e" : "", entry.width, sizeOf(entry).toLocaleString("en"), ...names.map((name) => (entry.scores[name] === null ? "\u2013" : number(entry.scores[name], 3)))]);
    scores.replaceChildren(table("Accuracy on new sequences, by what was in the window", ["now", "width", "parameters", ...names], rows));
    scores.querySelectorAll("tbody tr")[k].classList.add("rnn-chosenrow");
    if (field.scrollWidth > field.clientWidth) {
      const box = columns[at];
      field.scrollLeft = box.offsetLeft - (field.clientWidth - box.offsetWidth * w) / 2;
    }
  }

  function paintTable() {
    if (!details.open || !fits()) return numbers.replaceChildren();
    const rows = Array.from({ length: ids.length - width() + 1 }, (_, at) => {
      const inside = seen(at);
      return [at + 1, inside.map((s) => symbols[s]).join(""), marksOf(inside, symbols).length, ...trace(at).p.map((v) => number(v, 7))];
    });
    numbers.replaceChildren(table(`What the network for windows of ${width()} answers at every place`, ["first symbol", "in the window", "marks seen", ...classes.map((name) => `p(${name})`)], rows));
  }

  return paintOn(model, ["sequence", "choice", "start"], paint, () => root.remove());
}

export default { render };
