// @ts-check
/**
 * Draw a mask of attention by hand. Every token is changed once, and the layer is run again: an output
 * that moves when a later token changes has seen the future.
 */

import { attendWhere, linear } from "./engine.mjs";
import { isCommand, make, nextView, number, numberGrid, paintOn, setTraits, table, tint, useKey } from "./draw.mjs";

const STILL = 1e-9; // less than this is rounding

/** Presets by name: may query i look at key j, of T? */
export const PRESETS = {
  causal: (i, j) => j <= i,
  "causal without diagonal": (i, j) => j < i,
  full: () => true,
  transposed: (i, j) => j >= i,
  "padding at the end": (i, j, T) => j < T - 2,
  "padding in front, causal": (i, j) => j >= 2 && j <= i,
};

/** What one masked head of self-attention says at every token. */
export function outputs(w, x, allowed) {
  const [q, k, v] = ["q", "k", "v"].map((name) => linear(x, w[`W_${name}`], w[`b_${name}`]));
  return linear(attendWhere(q, k, v, allowed).seen, w.W_o, w.b_o);
}

/** moved[i][j]: how far output i moves when token j is changed, and nothing else. */
export function leakDetector(w, x, changed, allowed) {
  const before = outputs(w, x, allowed);
  const after = x.map((_, j) => outputs(w, x.map((row, t) => (t === j ? changed[j] : row)), allowed));
  return before.map((y, i) => after.map((all) => Math.hypot(...y.map((value, d) => all[i][d] - value))));
}

/** Words in a row: "1, 2 and 3". */
const list = (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`);

function render({ model, el }) {
  const id = nextView();
  const [w, x, changed, tokens] = ["weights", "x", "changed", "tokens"].map((name) => model.get(name));
  const T = tokens.length;
  let at = [0, 0];

  const presets = make("select", { id: `${id}-preset`, onchange: () => { if (presets.value) set(x.map((_, i) => x.map((__, j) => Number(PRESETS[presets.value](i, j, T))))); } },
    make("option", { value: "" }, "own"), ...Object.keys(PRESETS).map((name) => make("option", { value: name }, name)));
  const cells = x.map((_, i) => x.map((__, j) => make("span", { class: "rnn-maskcell", role: "gridcell", tabindex: i + j ? -1 : 0, onclick: () => { focusOn(i, j); toggle(i, j); }, onfocus: () => focusOn(i, j) })));
  const headRow = make("div", { class: "rnn-maskrow", role: "row" }, make("span", { class: "rnn-maskhead", role: "columnheader" }, "query \\ key"),
    ...tokens.map((token, j) => make("span", { class: "rnn-maskhead", role: "columnheader" }, `${j + 1} ${token}`)));
  const mask = make("div", { class: "rnn-mask", role: "grid", "aria-label": "Mask: who may look at whom", onkeydown: onKeydown }, headRow,
    ...tokens.map((token, i) => make("div", { class: "rnn-maskrow", role: "row" }, make("span", { class: "rnn-maskhead", role: "rowheader" }, `${i + 1} ${token}`), ...cells[i])));
  const verdict = make("p", { class: "rnn-now-text", role: "status" });
  const nowhere = make("p", { class: "rnn-note rnn-nowhere" });
  const told = make("p", { class: "rnn-told", "aria-live": "polite" }, "Choose a number to see what it says.");
  const grid = numberGrid({ label: "How far each output moves when a token is changed: a row for each output, a column for each token", tell: (text) => (told.textContent = text) });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of the moves" });
  const tableDetails = make("details", { ontoggle: () => paint() }, make("summary", {}, "The moves as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-maskeditor", role: "group", "aria-label": "Mask editor", onkeydown: (event) => event.stopPropagation() },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-preset` }, "Mask"), presets),
    make("div", { class: "rnn-maskpair" },
      make("div", { class: "rnn-maskside" }, make("p", {}, "who may look: click a cell, or arrow keys and space"), mask),
      make("div", { class: "rnn-maskside" }, make("p", {}, "how far an output (row) moves when a token (column) is changed"), grid.node)),
    verdict, nowhere, told, tableDetails);
  el.append(root);

  function set(allowed) {
    setTraits(model, { allowed });
  }

  function toggle(i, j) {
    set(model.get("allowed").map((row, r) => row.map((value, c) => (r === i && c === j ? 1 - value : value))));
  }

  function focusOn(i, j) {
    cells[at[0]][at[1]].setAttribute("tabindex", "-1");
    at = [i, j];
    cells[i][j].setAttribute("tabindex", "0");
  }

  function onKeydown(event) {
    if (isCommand(event)) return;
    const hop = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -T], End: [0, T] }[event.key];
    const press = event.key === " " || event.key === "Enter";
    if (!hop && !press) return;
    useKey(event);
    if (press) return toggle(...at);
    const within = (value) => Math.min(Math.max(value, 0), T - 1);
    focusOn(within(at[0] + hop[0]), within(at[1] + hop[1]));
    cells[at[0]][at[1]].focus();
  }

  function paint() {
    const allowed = model.get("allowed").map((row) => row.map(Boolean));
    const moved = leakDetector(w, x, changed, allowed);
    const same = Object.entries(PRESETS).find(([, rule]) => allowed.every((row, i) => row.every((value, j) => value === rule(i, j, T))));
    presets.value = same ? same[0] : "";
    const leaks = (i, j) => j > i && moved[i][j] > STILL;
    cells.forEach((row, i) => row.forEach((cell, j) => {
      const open = allowed[i][j];
      cell.textContent = open ? (leaks(i, j) ? "!" : "\u2713") : "";
      cell.className = `rnn-maskcell${open ? " rnn-open" : ""}${leaks(i, j) ? " rnn-leak" : ""}`;
      cell.setAttribute("aria-label", `query ${i + 1} ${tokens[i]}, key ${j + 1} ${tokens[j]}: ${open ? `\u2713 open${leaks(i, j) ? ", ! a leak" : ""}` : "closed"}`);
      cell.setAttribute("aria-selected", String(open));
    }));
    const guilty = tokens.map((_, i) => i).filter((i) => tokens.some((__, j) => leaks(i, j)));
    const blind = tokens.map((_, i) => i).filter((i) => !allowed[i].some(Boolean));
    verdict.textContent = guilty.length
      ? `Leak: ${guilty.length === 1 ? "output" : "outputs"} ${list(guilty.map((i) => i + 1))} ${guilty.length === 1 ? "moves" : "move"} when a later token is changed.`
      : "No leak: no output moves when a later token is changed.";
    verdict.classList.toggle("rnn-bad", guilty.length > 0);
    const naive = Math.exp(-Infinity - -Infinity); // what softmax computes for a row of -inf: NaN
    nowhere.textContent = blind.length
      ? `${blind.length === 1 ? "Row" : "Rows"} ${list(blind.map((i) => i + 1))} may look nowhere. Naive code takes the softmax of a row of \u2212\u221e and gets ${naive}; rnnlib gives zeros, so here the output is the bias alone, and never moves.`
      : "Every row may look somewhere.";
    grid.update(moved.map((row, i) => ({
      name: `output ${i + 1}`, label: [String(i + 1)], values: row,
      explain: (j) => ({
        text: leaks(i, j) ? `Leak. Token ${j + 1} (“${tokens[j]}”) was changed, and output ${i + 1} moved by ${number(row[j], 4)}, though token ${j + 1} comes later.`
          : row[j] > STILL ? `Token ${j + 1} (“${tokens[j]}”) was changed, and output ${i + 1} moved by ${number(row[j], 4)}. ${j === i ? "It is its own token." : "That token came before: this is what attention is for."}`
          : `Token ${j + 1} (“${tokens[j]}”) was changed, and output ${i + 1} did not move.`,
      }),
    })));
    grid.node.querySelectorAll(".rnn-numberrow").forEach((row, i) => row.querySelectorAll(".rnn-number").forEach((cell, j) => {
      cell.classList.toggle("rnn-leakmove", leaks(i, j));
      tint(cell, leaks(i, j) ? moved[i][j] : -moved[i][j], Math.max(...moved.flat(), STILL)); // orange: leaks
    }));
    if (!tableDetails.open) return numbers.replaceChildren();
    numbers.replaceChildren(table("How far each output (row) moves when a token (column) is changed", ["step", "output at", ...tokens], moved.map((row, i) => [i + 1, tokens[i], ...row.map((v) => number(v, 7))])));
  }

  return paintOn(model, ["allowed"], paint, () => root.remove());
}

export default { render };
