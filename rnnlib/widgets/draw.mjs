// @ts-check
/**
 * What the widgets share in drawing: elements, numbers, colours, the step controls, and grids of
 * numbers that the arrow keys walk. Text always goes in as text, never as markup.
 */

/**
 * An element with attributes, listeners (`onclick: f`) and children.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node|string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * An element of a drawing, with attributes and children as `make`.
 * @param {string} tag
 * @param {Record<string, any>} attributes
 * @param {...(Node|string)} children
 */
export function drawn(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** A number with a real minus sign. @param {number} value @param {number} digits */
export function number(value, digits = 2) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}

/** A number with its exponent, for what is very small. @param {number} value */
export function tiny(value) {
  return value === 0 ? "0" : value.toExponential(1).replace("e+", "e").replaceAll("-", "\u2212");
}

/**
 * A symbol with an index, like x_t: `symbol("x", 3)`.
 * @param {string} name
 * @param {string|number} index
 */
export function symbol(name, index) {
  return make("span", { class: "rnn-symbol" }, make("i", {}, name), make("sub", {}, String(index).replace("-", "\u2212")));
}

/** "0.52 × 1.10 + …": the products that make one entry of x W. */
export function productText(x, W, j) {
  const terms = x.map((value, i) => `${number(value)}\u202f×\u202f${number(W[i][j])}`);
  const result = x.reduce((sum, value, i) => sum + value * W[i][j], 0);
  return `${terms.join(" + ")} = ${number(result, 4)}`;
}

/** How strong the colour of a number is: from -100, the lowest, to 100. @param {number} value @param {number} largest */
function toneOf(value, largest) {
  const share = largest > 0 ? Math.min(1, Math.abs(value) / largest) : 0;
  return Math.round(share * 100) * (value < 0 ? -1 : 1);
}

/** Colour of a number: orange above 0, blue below, the paler the smaller. @param {HTMLElement} node */
export function tint(node, value, largest) {
  const tone = toneOf(value, largest);
  node.style.setProperty("--share", `${Math.abs(tone)}%`);
  node.classList.toggle("rnn-below", tone < 0);
}

/** Largest absolute value. @param {number[]} values */
export function largestOf(values) {
  return values.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
}

/** Mark a question as answered, and tell the page, which counts. @param {HTMLElement} root */
export function answered(root) {
  root.dataset.rnnAnswered = "";
  root.dispatchEvent(new CustomEvent("rnn-answered", { bubbles: true }));
}

/** Numbers the ids that labels point to; every view on a page takes the next. */
let views = 0;
export const nextView = () => `rnn${++views}`;

/**
 * Paint now, and again whenever one of the traits changes.
 * @param {any} model
 * @param {string[]} traits
 * @param {() => void} paint
 * @param {() => void} leave what else a widget takes along when it goes
 * @returns {() => void} the widget's cleanup
 */
export function paintOn(model, traits, paint, leave) {
  for (const name of traits) model.on(`change:${name}`, paint);
  paint();
  return () => {
    for (const name of traits) model.off(`change:${name}`, paint);
    leave();
  };
}

/** Set traits in this order, and tell the kernel once. @param {any} model @param {Record<string, any>} changes */
export function setTraits(model, changes) {
  for (const [name, value] of Object.entries(changes)) model.set(name, value);
  model.save_changes();
}

/** Whether a key is pressed together with another that makes it a command of the browser or of Jupyter. */
export const isCommand = (event) => event.ctrlKey || event.metaKey || event.altKey;

/** Whether a key goes to a field that has uses of its own for it. */
export const inField = (event) => /^(INPUT|SELECT)$/.test(event.target.tagName);

/** A key that a widget has used: the page does not scroll by it, and Jupyter does not hear of it. */
export function useKey(event) {
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Arrow keys, Home and End of a widget with steps; the keys of its fields are kept from Jupyter, which
 * has uses of its own for plain letters.
 * @param {KeyboardEvent} event
 * @param {[number, number, number]} range the step, the first and the last; there may be none
 * @param {(step: number) => void} go
 * @param {Record<string, string>} [like] further keys, and the keys that they stand for
 */
export function goByKey(event, [step, first, last], go, like = {}) {
  if (isCommand(event) || inField(event)) return event.stopPropagation();
  const to = first > last ? null : stepAfterKey(like[event.key] ?? event.key, step, first, last);
  if (to === null) return;
  useKey(event);
  go(to);
}

/** Words in a sentence that tells the reader what was left out: twelve, and how many more. @param {string[]} words */
export function someOf(words, between = ", ") {
  const more = words.length - 12;
  return words.slice(0, 12).join(between) + (more > 0 ? ` and ${more} more` : "");
}

/** What is said of words that a network does not know; nothing if there are none. @param {string[]} unknown */
export const unknownWords = (unknown) => (unknown.length ? `Not in its vocabulary, read as <unk>: ${someOf(unknown)}.` : "");

/**
 * A list of examples to choose from, which shows one of them or none.
 * @param {string} id
 * @param {string[]} texts
 * @param {(text: string) => void} choose
 */
export function exampleList(id, texts, choose) {
  const node = make("select", { id, onchange: () => { if (node.value) choose(node.value); } },
    make("option", { value: "" }, "choose \u2026"), ...texts.map((text) => make("option", { value: text }, text)));
  return { node, show: (text) => (node.value = texts.includes(text) ? text : "") };
}

/**
 * The step that a key leads to, or null if the key is not one of ours.
 * @param {string} key @param {number} step @param {number} first @param {number} last
 */
export function stepAfterKey(key, step, first, last) {
  if (key === "ArrowLeft") return Math.max(step - 1, first);
  if (key === "ArrowRight") return Math.min(step + 1, last);
  if (key === "Home") return first;
  if (key === "End") return last;
  return null;
}

/**
 * Buttons, slider and play for a step on a time axis. Left is earlier, as it is drawn.
 *
 * @param {object} options
 * @param {string} options.id
 * @param {(step: number) => void} options.go
 * @param {1|-1} options.direction which way playing runs
 * @param {number} [options.pace] milliseconds a step
 */
export function transport({ id, go, direction, pace = 900 }) {
  let step = 0;
  let first = 0;
  let last = 0;
  let timer = 0;
  const slider = make("input", { type: "range", id: `${id}-step`, step: 1, oninput: () => move(Number(slider.value)) });
  const where = make("span", { class: "rnn-where" });
  const icon = make("span", { "aria-hidden": "true" });
  const word = make("span", { class: "rnn-playword" });
  const play = make("button", { type: "button", class: "rnn-play", onclick: () => (timer ? stop() : start()) }, icon, word);
  const buttons = [
    ["\u21e4", "First step", () => first],
    ["\u2190", "One step earlier", () => Math.max(step - 1, first)],
    ["\u2192", "One step later", () => Math.min(step + 1, last)],
    ["\u21e5", "Last step", () => last],
  ].map(([sign, label, target]) =>
    make("button", { type: "button", "aria-label": label, title: label, onclick: () => move(target()) }, make("span", { "aria-hidden": "true" }, sign)),
  );
  const node = make("div", { class: "rnn-bar" },
    buttons[0], buttons[1], play, buttons[2], buttons[3],
    make("label", { for: `${id}-step` }, "Step"), slider, where);

  function move(target) {
    stop();
    go(target);
  }
  function start() {
    const goal = direction > 0 ? last : first;
    if (step === goal) go(direction > 0 ? first : last);
    timer = window.setInterval(() => {
      go(step + direction);
      if (step === goal || first === last) stop();
    }, pace);
    label();
  }
  function stop() {
    window.clearInterval(timer);
    timer = 0;
    label();
  }
  function label() {
    icon.textContent = timer ? "\u2759\u2759" : direction > 0 ? "\u25b6\ufe0e" : "\u25c0\ufe0e";
    word.textContent = timer ? "Pause" : "Play";
  }
  label();
  return {
    node,
    stop,
    move,
    /** Show where we are. @param {string} text the step in words */
    update(now, from, to, text) {
      [step, first, last] = [now, from, to];
      slider.min = String(from);
      slider.max = String(to);
      slider.value = String(now);
      slider.setAttribute("aria-valuetext", text);
      where.textContent = `${now} of ${to}`;
    },
  };
}

/**
 * A grid of numbers that the arrow keys walk; choosing one tells where it comes from.
 *
 * @typedef {object} Row
 * @property {string} name for screen readers
 * @property {(Node|string)[]} label
 * @property {number[]} values
 * @property {(i: number) => {text: string, sources?: [number, number][]}} explain `sources` are
 *   cells (row, column) that the number was made of
 *
 * @param {object} options
 * @param {string} options.label
 * @param {(text: string) => void} options.tell
 * @param {boolean} [options.digits] whether the numbers are written into the cells
 */
export function numberGrid({ label, tell, digits = true }) {
  const node = make("div", { class: digits ? "rnn-numbers" : "rnn-numbers rnn-matrix", role: "grid", "aria-label": label, onkeydown: onKeydown });
  const shown = new WeakMap(); // what each cell shows, so that only what differs is changed
  let rows = [];
  let heads = [];
  let cells = [];
  let at = [0, 0];

  /** New cells, for rows of another shape. */
  function rebuild() {
    at[0] = Math.min(at[0], rows.length - 1);
    at[1] = Math.min(at[1], rows[at[0]].values.length - 1);
    heads = rows.map(() => make("span", { class: "rnn-rowlabel", role: "rowheader" }));
    cells = rows.map((row, r) =>
      row.values.map((_, c) => {
        const cell = make("span", {
          class: "rnn-number", role: "gridcell", tabindex: r === at[0] && c === at[1] ? 0 : -1,
          onclick: () => choose(r, c, true), onfocus: () => at[0] === r && at[1] === c && !cell.classList.contains("rnn-chosen") && choose(r, c, false),
        });
        return cell;
      }),
    );
    node.replaceChildren(...rows.map((_, r) =>
      make("div", { class: "rnn-numberrow", role: "row" }, heads[r], make("span", { class: "rnn-cells", role: "presentation" }, ...cells[r]))));
  }

  function choose(r, c, focus) {
    cells[at[0]]?.[at[1]]?.setAttribute("tabindex", "-1");
    at = [r, c];
    const cell = cells[r][c];
    cell.setAttribute("tabindex", "0");
    const { text, sources = [] } = rows[r].explain(c);
    for (const other of cells.flat()) other.classList.remove("rnn-chosen", "rnn-source");
    cell.classList.add("rnn-chosen");
    for (const [i, j] of sources) cells[i]?.[j]?.classList.add("rnn-source");
    tell(text);
    if (focus) cell.focus();
  }

  function onKeydown(event) {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -99], End: [0, 99] };
    const move = moves[event.key];
    if (!move || isCommand(event)) return;
    useKey(event);
    const r = Math.min(Math.max(at[0] + move[0], 0), rows.length - 1);
    choose(r, Math.min(Math.max(at[1] + move[1], 0), rows[r].values.length - 1), true);
  }

  return {
    node,
    /** Draw the rows; the chosen cell stays where it was. @param {Row[]} next @param {number} [largest] */
    update(next, largest) {
      const focused = node.contains(document.activeElement);
      const explained = cells.flat().some((cell) => cell.classList.contains("rnn-chosen"));
      const fits = rows.length === next.length && next.every(({ values }, r) => values.length === rows[r].values.length);
      rows = next;
      if (!fits) rebuild();
      rows.forEach((row, r) => {
        heads[r].setAttribute("aria-label", row.name);
        heads[r].replaceChildren(...row.label);
        const top = largest ?? largestOf(row.values);
        row.values.forEach((value, c) => {
          const cell = cells[r][c];
          const text = number(value);
          const seen = digits ? text : "";
          const said = `${row.name}, ${c + 1}: ${digits ? text : number(value, 4)}`; // must hold what is seen
          const tone = toneOf(value, top);
          const old = shown.get(cell);
          if (old?.seen !== seen) cell.textContent = seen;
          if (old?.said !== said) cell.setAttribute("aria-label", said);
          if (old?.tone !== tone) tint(cell, value, top);
          shown.set(cell, { seen, said, tone });
        });
      });
      if (explained) choose(at[0], at[1], focused);
    },
  };
}

/** What the colours mean, from the lowest value to the highest. @param {string} low @param {string} high */
export function colourScale(low, high) {
  return make("span", { class: "rnn-scale" }, low, make("span", { class: "rnn-ramp", "aria-hidden": "true" }), high);
}

/**
 * A table of numbers, closed until it is wanted.
 * @param {string} caption
 * @param {string[]} head
 * @param {(string|number)[][]} body
 */
export function table(caption, head, body) {
  return make("table", {},
    make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, ...body.map((row) =>
      make("tr", {}, ...row.map((value, i) => make(i === 1 ? "th" : "td", i === 1 ? { scope: "row" } : {}, String(value)))))));
}

const MOST_COLUMNS = 1000; // more would take a second to lay out; nobody reads so many

/**
 * Columns over time: a word on top, a coloured cell for each number, a footer. Columns are made once,
 * and then only what is new in them is changed: typing at the end of a long text changes one.
 *
 * @typedef {object} Foot what stands below the cells
 * @property {string} text
 * @property {string} [look] class names, if a bar stands above the text
 * @property {number} [size] of the bar, in percent of its box
 * @property {boolean} [below] whether the bar points down
 *
 * @typedef {object} Step
 * @property {number} step
 * @property {string} word
 * @property {boolean} [unknown]
 * @property {number[]|null} values
 * @property {Foot} [foot]
 *
 * @param {object} options
 * @param {string} options.label
 * @param {(step: number) => void} options.go
 * @param {(row: number, step: Step) => string} [options.tell] what a cell says when it is pointed at
 */
export function timeColumns({ label, go, tell = (row, { step, values }) => `unit ${row + 1}, step ${step}: ${number(values[row], 4)}` }) {
  const labels = make("div", { class: "rnn-column rnn-labels", "aria-hidden": "true" });
  const strip = make("div", { class: "rnn-strip", onclick: onClick, onpointerover: onPoint });
  const rest = make("p", { class: "rnn-note rnn-undrawn" });
  const node = make("div", { class: "rnn-time", tabindex: 0, role: "region", "aria-label": label }, labels, strip);
  let columns = [];
  let headings = "";

  const columnAt = (event) => columns[[...strip.children].indexOf(event.target.closest(".rnn-column"))];
  function onClick(event) {
    if (event.target.closest("button")) go(columnAt(event).step.step);
  }
  function onPoint(event) {
    if (!event.target.classList.contains("rnn-cell")) return;
    const { cells, step } = columnAt(event);
    event.target.title = step.values ? tell(cells.indexOf(event.target), step) : "";
  }

  function column(size, look) {
    const top = make("button", { type: "button", tabindex: -1, class: "rnn-word" });
    const cells = Array.from({ length: size }, () => make("span", { class: "rnn-cell" }));
    const fill = make("span", { class: "rnn-bar-fill" });
    const text = make("span", {});
    const foot = make("span", { class: look ? `rnn-foot ${look}` : "rnn-foot" },
      ...(look === undefined ? [] : look ? [make("span", { class: "rnn-belief-box" }, fill), text] : [text]));
    return { node: make("div", { class: "rnn-column" }, top, ...cells, foot), look, top, cells, fill, text, step: null, tones: new Array(size), chosen: -1 };
  }

  /** Change what differs from what the column shows. */
  function fillColumn(made, next, largest, chosen) {
    const { node: all, top, cells, fill, text, tones } = made;
    const old = made.step ?? { step: null, word: "", unknown: false };
    if (old.step !== next.step) all.dataset.step = String(next.step);
    if (old.word !== next.word) top.textContent = next.word;
    if (Boolean(old.unknown) !== Boolean(next.unknown)) {
      top.classList.toggle("rnn-unknown", Boolean(next.unknown));
      top.title = next.unknown ? "not in the vocabulary" : "";
    }
    cells.forEach((cell, i) => {
      const value = next.values ? next.values[i] : 0;
      const tone = toneOf(value, largest);
      if (tones[i] !== tone) tint(cell, value, largest);
      tones[i] = tone;
    });
    if (made.chosen !== chosen) {
      cells[made.chosen]?.classList.remove("rnn-chosenrow");
      cells[chosen]?.classList.add("rnn-chosenrow");
      made.chosen = chosen;
    }
    const foot = next.foot;
    if (foot && old.foot?.text !== foot.text) text.textContent = foot.text;
    if (foot?.look) {
      if (old.foot?.size !== foot.size) fill.style.setProperty("--size", `${foot.size}%`);
      fill.classList.toggle("rnn-below", Boolean(foot.below));
    }
    made.step = next;
  }

  return {
    node,
    /**
     * @param {string[]} names of the rows
     * @param {string[]} foot names of the footer: above the middle line, and below it
     * @param {Step[]} steps
     * @param {number} largest
     * @param {number} [chosen] the row that is marked
     */
    build(names, foot, steps, largest, chosen = -1) {
      const key = JSON.stringify([names, foot]);
      if (key !== headings) labels.replaceChildren(make("span", { class: "rnn-word" }, "\u00a0"), ...names.map((name) => make("span", { class: "rnn-cell" }, name)), make("span", { class: "rnn-foot" }, ...foot.map((name) => make("span", {}, name))));
      headings = key;
      const drawnSteps = steps.slice(0, MOST_COLUMNS);
      while (columns.length > drawnSteps.length) columns.pop().node.remove();
      drawnSteps.forEach((step, t) => {
        const look = step.foot ? step.foot.look ?? "" : undefined;
        if (columns[t]?.cells.length !== names.length || columns[t].look !== look) {
          const made = column(names.length, look);
          if (columns[t]) columns[t].node.replaceWith(made.node);
          else strip.insertBefore(made.node, rest.parentNode === strip ? rest : null);
          columns[t] = made;
        }
        fillColumn(columns[t], step, largest, chosen);
      });
      rest.textContent = `${steps.length - drawnSteps.length} more are not drawn; the table has all.`;
      if (steps.length > drawnSteps.length) strip.append(rest);
      else rest.remove();
    },
    /** Mark one step, hide what is not computed yet. @param {number} now @param {(step: number) => boolean} hidden */
    show(now, hidden) {
      for (const { node: shown, step: { step } } of columns) {
        shown.classList.toggle("rnn-now", step === now);
        shown.classList.toggle("rnn-hidden", hidden(step));
        if (step === now && node.scrollWidth > node.clientWidth) {
          const middle = shown.offsetLeft - (node.clientWidth - shown.offsetWidth) / 2;
          node.scrollLeft = middle; // only sideways and only in here: the page must not jump
        }
      }
    },
  };
}

/** A footer with a bar that starts in the middle: up for the second class, down for the first. @param {number} p */
export const beliefFoot = (p) => ({ look: "rnn-belief", size: Math.abs(p - 0.5) * 100, below: p < 0.5, text: number(p) });

/** Round numbers from lo to hi, about `count` of them. */
export function ticksBetween(lo, hi, count = 5) {
  const rough = (hi - lo) / count;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((m) => m * unit >= rough) * unit;
  const first = Math.ceil(lo / step - 1e-9);
  return Array.from({ length: Math.floor(hi / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten from 10^lo to 10^hi, few enough to be read. */
export function decades(lo, hi) {
  const step = [1, 2, 3, 5, 10, 20, 50].find((s) => (hi - lo) / s <= 7) ?? 100;
  const first = Math.ceil(lo / step) * step;
  return Array.from({ length: Math.floor((hi - first) / step) + 1 }, (_, i) => first + i * step);
}

/**
 * Lines over an axis, the vertical one logarithmic if wanted. Redrawn at the width it has, so that
 * text keeps its size on a narrow screen. Looks differ by colour and by dashes; a legend names them.
 *
 * @typedef {object} Line
 * @property {string} name for the legend
 * @property {1|2|3|4} look colour and dashes
 * @property {[number, number][]} points
 *
 * @param {object} options
 * @param {string} options.label what the picture is, for those who do not see it
 * @param {string} options.x title of the horizontal axis
 * @param {string} options.y title of the vertical axis
 * @param {boolean} [options.log] points that are not above 0 are left out
 * @param {number} [options.height]
 */
export function plotLines({ label, x, y, log = false, height = 260 }) {
  const legend = make("div", { class: "rnn-legend", "aria-hidden": "true" });
  const box = make("div", { class: "rnn-plotbox", role: "img", "aria-label": label });
  const node = make("div", { class: "rnn-plot" }, make("div", { class: "rnn-axisname", "aria-hidden": "true" }, y), box, make("div", { class: "rnn-axisname rnn-axisname-x", "aria-hidden": "true" }, x), legend);
  let shown = null;

  function draw() {
    const width = box.clientWidth;
    if (!shown || !width) return;
    const { lines, xRange, yRange, mark, level } = shown;
    const [left, right, top, bottom] = [52, 10, 8, 24];
    const [x0, x1] = xRange;
    const [y0, y1] = yRange;
    const atX = (v) => left + ((v - x0) / (x1 - x0 || 1)) * (width - left - right);
    const scaled = (v) => (log ? Math.log10(v) : v);
    const atY = (v) => top + ((y1 - Math.min(Math.max(scaled(v), y0), y1)) / (y1 - y0 || 1)) * (height - top - bottom);
    const picture = drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    for (const tick of log ? decades(y0, y1) : ticksBetween(y0, y1)) {
      const at = atY(log ? 10 ** tick : tick);
      const text = log ? [drawn("tspan", {}, "10"), drawn("tspan", { dy: "-0.45em", "font-size": "75%" }, String(tick).replace("-", "\u2212"))] : [String(tick)];
      picture.append(drawn("line", { x1: left, x2: width - right, y1: at, y2: at, class: "rnn-gridline" }), drawn("text", { x: left - 6, y: at + 4, "text-anchor": "end" }, ...text));
    }
    for (const tick of ticksBetween(x0, x1, Math.max(2, Math.min(8, width / 80)))) {
      picture.append(drawn("text", { x: atX(tick), y: height - 6, "text-anchor": "middle" }, String(tick)));
    }
    if (level !== undefined) picture.append(drawn("line", { x1: left, x2: width - right, y1: atY(level), y2: atY(level), class: "rnn-level" }));
    if (mark !== undefined) picture.append(drawn("line", { x1: atX(mark), x2: atX(mark), y1: top, y2: height - bottom, class: "rnn-mark" }));
    for (const { look, points } of lines) {
      const path = points.filter(([, v]) => Number.isFinite(v) && (!log || v > 0)).map(([u, v], i) => `${i ? "L" : "M"}${atX(u).toFixed(1)} ${atY(v).toFixed(1)}`);
      picture.append(drawn("path", { d: path.join(""), class: `rnn-line rnn-look${look}` }));
    }
    box.replaceChildren(picture);
  }

  const watcher = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(draw);
  watcher?.observe(box);
  return {
    node,
    /** @param {{lines: Line[], xRange: [number, number], yRange: [number, number], mark?: number, level?: number, told?: string}} next */
    update(next) {
      shown = next;
      legend.replaceChildren(...next.lines.map((line) => make("span", { class: "rnn-legenditem" },
        drawn("svg", { width: 30, height: 10, "aria-hidden": "true" }, drawn("path", { d: "M1 5L29 5", class: `rnn-line rnn-look${line.look}` })), line.name)));
      if (next.told) box.setAttribute("aria-label", `${label}. ${next.told}`);
      draw();
    },
    stop: () => watcher?.disconnect(),
  };
}
