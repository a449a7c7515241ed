// @ts-check
/**
 * Draw a digit; a convnet and a recurrent network say what it is, and the kernels show what they see.
 *
 * The sheet has 32 by 32 cells. Blocks of 4 by 4 are counted, so the networks get 8 by 8 numbers of
 * 0 to 16, divided by 16: the data set was made from its sheets in just this way.
 */

import { imageConvolution, linear, softmax, traceImageClassifier, traceRecurrentClassifier, unpack } from "./engine.mjs";
import { drawn, isCommand, make, nextView, number, numberGrid, paintOn, setTraits, stepAfterKey, symbol, table, timeColumns, tint, useKey } from "./draw.mjs";

const SHEET = 32;
const BLOCK = 4;
const SIDE = SHEET / BLOCK;
const BRUSH = 3;
const TALLEST = 32;
const WIDEST = 26;

/** The sheet as cells of 0 and 1 from its text: 8 hexadecimal signs a row. @param {string} ink */
export function cellsOf(ink) {
  const cells = new Uint8Array(SHEET * SHEET);
  for (let i = 0; i < ink.length; i++) {
    const bits = Number.parseInt(ink[i], 16);
    for (let k = 0; k < 4; k++) cells[4 * i + k] = (bits >> (3 - k)) & 1;
  }
  return cells;
}

/** The inverse of `cellsOf`. @param {Uint8Array} cells */
export function inkOf(cells) {
  let ink = "";
  for (let i = 0; i < cells.length; i += 4) ink += ((cells[i] << 3) | (cells[i + 1] << 2) | (cells[i + 2] << 1) | cells[i + 3]).toString(16);
  return ink;
}

/** Put the ink into the middle, as tall as the sheet, or as wide as the widest digits. @param {Uint8Array} cells */
export function fitted(cells) {
  let [top, bottom, left, right] = [SHEET, -1, SHEET, -1];
  cells.forEach((on, i) => {
    if (!on) return;
    const [r, c] = [Math.floor(i / SHEET), i % SHEET];
    [top, bottom, left, right] = [Math.min(top, r), Math.max(bottom, r), Math.min(left, c), Math.max(right, c)];
  });
  if (bottom < 0) return cells;
  const [height, width] = [bottom - top + 1, right - left + 1];
  const scale = Math.min(TALLEST / height, WIDEST / width);
  const out = new Uint8Array(cells.length);
  for (let r = 0; r < SHEET; r++) {
    for (let c = 0; c < SHEET; c++) {
      const from = [Math.floor((r + 0.5 - SHEET / 2) / scale + top + height / 2), Math.floor((c + 0.5 - SHEET / 2) / scale + left + width / 2)];
      if (from[0] >= top && from[0] <= bottom && from[1] >= left && from[1] <= right) out[r * SHEET + c] = cells[from[0] * SHEET + from[1]];
    }
  }
  return out;
}

/** 8 by 8 numbers in [0, 1]: how much of each block is inked. @param {Uint8Array} cells */
export function countBlocks(cells) {
  const image = Array.from({ length: SIDE }, () => new Array(SIDE).fill(0));
  cells.forEach((on, i) => {
    image[Math.floor(i / SHEET / BLOCK)][Math.floor((i % SHEET) / BLOCK)] += on / (BLOCK * BLOCK);
  });
  return image;
}

/** A sheet whose blocks have exactly these counts; the ink lies towards neighbours that have more. @param {number[][]} image */
export function sheetOf(image) {
  const cells = new Uint8Array(SHEET * SHEET);
  const at = (r, c) => image[Math.min(Math.max(r, 0), SIDE - 1)][Math.min(Math.max(c, 0), SIDE - 1)];
  const between = (r, c) => {
    const [y, x] = [(r + 0.5) / BLOCK - 0.5, (c + 0.5) / BLOCK - 0.5];
    const [i, j] = [Math.floor(y), Math.floor(x)];
    const [u, v] = [y - i, x - j];
    return (1 - u) * ((1 - v) * at(i, j) + v * at(i, j + 1)) + u * ((1 - v) * at(i + 1, j) + v * at(i + 1, j + 1));
  };
  image.forEach((row, i) => row.forEach((value, j) => {
    const places = [];
    for (let r = 0; r < BLOCK; r++) for (let c = 0; c < BLOCK; c++) places.push([between(BLOCK * i + r, BLOCK * j + c), (BLOCK * i + r) * SHEET + BLOCK * j + c]);
    places.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (const [, place] of places.slice(0, Math.round(value * BLOCK * BLOCK))) cells[place] = 1;
  }));
  return cells;
}

/** Ink, or take away, under a brush whose upper left corner is given. */
export function brush(cells, row, column, on) {
  for (let r = Math.max(row, 0); r < Math.min(row + BRUSH, SHEET); r++) for (let c = Math.max(column, 0); c < Math.min(column + BRUSH, SHEET); c++) cells[r * SHEET + c] = on;
}

/** Both networks on one image: beliefs, the maps of the first kernels, and the opinion after each row. */
export function readDigit(cnn, rnn, image) {
  const run = traceRecurrentClassifier(rnn, image);
  const after = run.layers[run.layers.length - 1].h.slice(1);
  return {
    cnn: traceImageClassifier(cnn, image).p,
    maps: imageConvolution([image], cnn.params["conv_1.W"], cnn.params["conv_1.b"]).map((plane) => plane.map((row) => row.map((v) => Math.max(v, 0)))),
    rows: linear(after, rnn.params["output.W"], rnn.params["output.b"]).map(softmax),
  };
}

/** A path over all inked cells. @param {Uint8Array} cells */
function pathOf(cells) {
  let d = "";
  for (let r = 0; r < SHEET; r++) {
    for (let c = 0; c < SHEET; c++) {
      if (!cells[r * SHEET + c]) continue;
      let end = c;
      while (end < SHEET && cells[r * SHEET + end]) end++;
      d += `M${c} ${r}h${end - c}v1h${c - end}z`;
      c = end;
    }
  }
  return d;
}

/** Ten bars that say how much a network believes in each digit. */
function beliefBars(title) {
  const head = make("p", { class: "rnn-says" });
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const fill = make("span", { class: "rnn-dd-fill" });
    const value = make("span", { class: "rnn-dd-value" });
    return { fill, value, node: make("div", { class: "rnn-dd-bar" }, make("span", {}, String(digit)), make("span", { class: "rnn-dd-track", "aria-hidden": "true" }, fill), value) };
  });
  const node = make("div", { class: "rnn-dd-beliefs", role: "group", "aria-label": title }, head, ...bars.map((bar) => bar.node));
  return {
    node,
    update(p, empty) {
      const best = p.indexOf(Math.max(...p));
      head.textContent = empty ? `${title}: \u2026` : `${title}: ${best}`;
      bars.forEach(({ fill, value, node: bar }, digit) => {
        fill.style.setProperty("--size", empty ? "0%" : `${100 * p[digit]}%`);
        value.textContent = empty ? "" : number(p[digit]);
        bar.classList.toggle("rnn-dd-best", !empty && digit === best);
      });
    },
  };
}

/** A small picture of numbers: kernels and maps. @param {number[][]} rows @param {number} largest @param {string} label */
function picture(rows, largest, label) {
  return make("span", { class: "rnn-dd-picture", role: "img", "aria-label": label, style: `--columns: ${rows[0].length}` },
    ...rows.flat().map((value) => {
      const cell = make("span", { class: "rnn-cell" });
      tint(cell, value, largest);
      return cell;
    }));
}

const topOf = (values) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

function render({ model, el }) {
  const id = nextView();
  const [cnn, rnn] = [unpack(model.get("cnn")), unpack(model.get("rnn"))];
  const kernels = cnn.params["conv_1.W"].map((filter) => filter[0]);
  const kernelTop = topOf(kernels.flat(2));
  const examples = model.get("examples");
  const labels = model.get("labels");
  let at = [14, 14]; // the keyboard's brush: its upper left corner
  let drawing = null; // what a pointer does while it is down: 1 inks, 0 takes away
  let last = null;
  let image = countBlocks(cellsOf(model.get("ink")));
  let result = readDigit(cnn, rnn, image);

  const ink = drawn("path", { class: "rnn-dd-ink" });
  const cursor = drawn("rect", { class: "rnn-dd-cursor", width: BRUSH, height: BRUSH });
  const lines = Array.from({ length: SIDE - 1 }, (_, i) => `M${BLOCK * (i + 1)} 0V${SHEET}M0 ${BLOCK * (i + 1)}H${SHEET}`).join("");
  const svg = drawn("svg", { viewBox: `0 0 ${SHEET} ${SHEET}`, "aria-hidden": "true" }, drawn("path", { class: "rnn-dd-lines", d: lines }), ink, cursor);
  const sheet = make("div", {
    class: "rnn-dd-sheet", tabindex: 0, role: "application", "aria-roledescription": "drawing sheet", "aria-label": "Sheet to draw a digit on", "aria-describedby": `${id}-how`,
    onkeydown: onKeydown, onpointerdown: onDown, onpointermove: onMove, onpointerup: onUp, onpointercancel: onUp,
  }, svg);
  const clear = make("button", { type: "button", onclick: () => set({ ink: "0".repeat((SHEET * SHEET) / 4), fit: true }) }, "Clear");
  const erase = make("input", { type: "checkbox", id: `${id}-erase` });
  const choose = make("select", { id: `${id}-example`, onchange: () => { if (choose.value !== "") load(Number(choose.value)); } },
    make("option", { value: "" }, "choose \u2026"), ...labels.map((label, i) => make("option", { value: i }, `a ${label}`)));
  const fit = make("input", { type: "checkbox", id: `${id}-fit`, onchange: () => set({ fit: fit.checked }) });
  const how = make("p", { class: "rnn-note", id: `${id}-how` }, "Draw with mouse or finger. By keyboard: arrow keys move the frame, space or enter inks (or takes away), shift with an arrow key draws, delete clears.");
  const where = make("p", { class: "rnn-dd-where rnn-visually-hidden", role: "status" });
  const seen = make("div", { class: "rnn-dd-input" });
  const says = [beliefBars("CNN"), beliefBars(`${rnn.config.cell} over the rows`)];
  const time = timeColumns({ label: "Opinion after each row", go: (step) => set({ row: step }) });
  time.node.addEventListener("keydown", onTimeKey);
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const choices = kernels.map((kernel, k) => {
    const map = make("span", { class: "rnn-dd-map" });
    const button = make("button", { type: "button", class: "rnn-dd-kernel", "aria-pressed": false, "aria-label": `Kernel ${k + 1}`, onclick: () => set({ kernel: k }) },
      picture(kernel, kernelTop, `kernel ${k + 1}`), map);
    return { button, map };
  });
  const told = make("p", { class: "rnn-told", "aria-live": "polite" }, "Choose any number of the map to see where it comes from.");
  const grid = numberGrid({ label: "Map of the chosen kernel", tell: (text) => (told.textContent = text) });
  const arithmetic = make("details", { ontoggle: paintMap }, make("summary", {}, "The arithmetic of one kernel"), grid.node, told);
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Tables of input and beliefs" });
  const tables = make("details", { ontoggle: paintTables }, make("summary", {}, "Input and beliefs as a table"), numbers);

  const root = make("div", { class: "rnn-widget rnn-drawdigit", role: "group", "aria-label": "Draw a digit", onkeydown: (event) => event.stopPropagation() },
    make("div", { class: "rnn-bar" }, clear, make("label", { for: `${id}-example` }, "Example"), choose, erase, make("label", { for: `${id}-erase` }, "take ink away"), fit, make("label", { for: `${id}-fit` }, "fit to the frame")),
    make("div", { class: "rnn-dd-main" },
      make("figure", {}, sheet, make("figcaption", {}, "your sheet, 32 \u00d7 32")),
      make("figure", {}, seen, make("figcaption", {}, "what the networks get, 8 \u00d7 8")),
      says[0].node, says[1].node),
    how, where, now,
    make("p", { class: "rnn-dd-title" }, "The recurrent network's opinion, row by row"), time.node,
    make("p", { class: "rnn-dd-title" }, "The CNN's first kernels, and what each finds in your digit"), make("div", { class: "rnn-dd-kernels" }, ...choices.map(({ button }) => button)),
    arithmetic, tables);
  el.append(root);

  function set(values) {
    setTraits(model, values);
  }

  function load(i) {
    set({ ink: inkOf(sheetOf(examples[i])), fit: false });
  }

  function stroke(from, to, on) {
    const cells = cellsOf(model.get("ink"));
    const steps = Math.max(1, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]));
    for (let k = 0; k <= steps; k++) brush(cells, Math.round(from[0] + ((to[0] - from[0]) * k) / steps), Math.round(from[1] + ((to[1] - from[1]) * k) / steps), on);
    const next = inkOf(cells);
    if (next !== model.get("ink")) set({ ink: next });
  }

  /** Corner of the brush for a place of the pointer. */
  function placeOf(event) {
    const box = svg.getBoundingClientRect();
    return [((event.clientY - box.top) / box.height) * SHEET - BRUSH / 2, ((event.clientX - box.left) / box.width) * SHEET - BRUSH / 2].map(Math.round);
  }

  function onDown(event) {
    if (event.button > 0) return;
    event.preventDefault();
    sheet.focus({ preventScroll: true });
    sheet.setPointerCapture(event.pointerId);
    drawing = erase.checked ? 0 : 1;
    last = placeOf(event);
    stroke(last, last, drawing);
  }

  function onMove(event) {
    if (drawing === null) return;
    const place = placeOf(event);
    stroke(last, place, drawing);
    last = place;
  }

  function onUp() {
    drawing = null;
  }

  function onKeydown(event) {
    if (isCommand(event)) return;
    const moves = { ArrowLeft: [0, -2], ArrowRight: [0, 2], ArrowUp: [-2, 0], ArrowDown: [2, 0] };
    const on = erase.checked ? 0 : 1;
    if (moves[event.key]) {
      const before = at;
      at = at.map((v, i) => Math.min(Math.max(v + moves[event.key][i], 0), SHEET - BRUSH));
      if (event.shiftKey) stroke(before, at, on);
      paintCursor();
    } else if (event.key === " " || event.key === "Enter") {
      const under = cellsOf(model.get("ink"))[(at[0] + 1) * SHEET + at[1] + 1];
      stroke(at, at, under ? 0 : on);
      paintCursor();
    } else if (event.key === "Delete" || event.key === "Backspace") clear.click();
    else return;
    useKey(event);
  }

  function onTimeKey(event) {
    const to = stepAfterKey(event.key, model.get("row"), 1, SIDE);
    if (to === null || isCommand(event)) return;
    useKey(event);
    set({ row: to });
  }

  function paintCursor() {
    cursor.setAttribute("x", String(at[1]));
    cursor.setAttribute("y", String(at[0]));
    const under = cellsOf(model.get("ink"))[(at[0] + 1) * SHEET + at[1] + 1];
    where.textContent = `Row ${at[0] + 1}, column ${at[1] + 1}, ${under ? "ink" : "paper"}`;
  }

  function paintMap() {
    if (!arithmetic.open) return;
    const k = model.get("kernel");
    const bias = cnn.params["conv_1.b"][k];
    const map = result.maps[k];
    grid.update(map.map((values, i) => ({
      name: `kernel ${k + 1}, row ${i + 1}`, label: [symbol("a", i + 1)], values,
      explain: (j) => {
        const terms = [];
        kernels[k].forEach((line, u) => line.forEach((w, v) => {
          const pixel = image[i + u - 1]?.[j + v - 1] ?? 0;
          if (pixel) terms.push(`${number(pixel)}\u202f\u00d7\u202f${number(w)}`);
        }));
        markWindow(i, j);
        return { text: `Row ${i + 1}, column ${j + 1}: relu(${[...terms, number(bias)].join(" + ")}) = ${number(map[i][j], 4)}. The window of 3 by 3 is marked in the input; its empty pixels add nothing, and the last number is the bias.` };
      },
    })), topOf(map.flat()));
  }

  function markWindow(row, column) {
    [...seen.querySelectorAll(".rnn-cell")].forEach((cell, n) => {
      const [r, c] = [Math.floor(n / SIDE), n % SIDE];
      cell.classList.toggle("rnn-source", Math.abs(r - row) <= 1 && Math.abs(c - column) <= 1);
    });
  }

  function paintTables() {
    if (!tables.open) return numbers.replaceChildren();
    const count = Array.from({ length: SIDE }, (_, i) => i + 1);
    numbers.replaceChildren(
      table("The input: ink in each block", ["rows of the sheet", "row", ...count.map(String)], image.map((row, i) => [`${BLOCK * i + 1}\u2013${BLOCK * (i + 1)}`, i + 1, ...row.map((v) => number(v, 4))])),
      table(`Beliefs: the CNN, and the ${rnn.config.cell} after each row`, ["CNN's rank", "digit", "CNN", ...count.map((i) => `row ${i}`)], result.cnn.map((p, digit) => [1 + result.cnn.filter((other) => other > p).length, digit, number(p, 7), ...result.rows.map((row) => number(row[digit], 7))])));
  }

  function paint() {
    const cells = cellsOf(model.get("ink"));
    const empty = !cells.includes(1);
    image = countBlocks(model.get("fit") ? fitted(cells) : cells);
    result = readDigit(cnn, rnn, image);
    const row = model.get("row");
    ink.setAttribute("d", pathOf(cells));
    fit.checked = model.get("fit");
    choose.value = String(examples.findIndex((example) => inkOf(sheetOf(example)) === model.get("ink")));
    if (choose.value === "-1" || choose.selectedIndex < 0) choose.value = "";
    seen.replaceChildren(picture(image, 1, "The 8 by 8 numbers that both networks read; the table below has them"));
    says[0].update(result.cnn, empty);
    says[1].update(result.rows[row - 1], empty);
    time.build(Array.from({ length: 10 }, (_, digit) => String(digit)), [], result.rows.map((p, i) => ({ step: i + 1, word: `row ${i + 1}`, values: empty ? null : p })), 1);
    time.show(row, () => false);
    const best = (p) => p.indexOf(Math.max(...p));
    now.textContent = empty ? "The sheet is empty." : `CNN: ${best(result.cnn)} (${number(Math.max(...result.cnn))}). ${rnn.config.cell} after row ${row}: ${best(result.rows[row - 1])} (${number(Math.max(...result.rows[row - 1]))}).`;
    const mapTop = topOf(result.maps.flat(2));
    choices.forEach(({ button, map }, k) => {
      button.setAttribute("aria-pressed", String(k === model.get("kernel")));
      map.replaceChildren(picture(result.maps[k], mapTop, `its map, largest value ${number(topOf(result.maps[k].flat()))}`));
    });
    paintCursor();
    paintMap();
    paintTables();
  }

  return paintOn(model, ["ink", "fit", "row", "kernel"], paint, () => root.remove());
}

export default { render };
