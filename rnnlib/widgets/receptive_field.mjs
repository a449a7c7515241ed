// @ts-check
/**
 * What one output of stacked causal convolutions can see, drawn as a tree; two marks, some steps apart;
 * and what trained networks made of such marks.
 */

import { drawn, make, nextView, paintOn, setTraits, table } from "./draw.mjs";

const STEPS = 48; // drawn

/** Dilation of each layer, from the input up. @param {number} layers @param {boolean} dilated */
export function dilationsOf(layers, dilated) {
  return Array.from({ length: layers }, (_, k) => (dilated ? 2 ** k : 1));
}

/** Steps that one output sees: 1 + the sum of (width - 1) dilation. */
export function fieldOf(layers, width, dilated) {
  return dilationsOf(layers, dilated).reduce((sum, d) => sum + (width - 1) * d, 1);
}

/**
 * The connections that lead to the last output, from the top layer down: [layer, from, to], where `to`
 * is a unit of the layer and `from` one below it. Units are counted back from the last step, 0.
 */
export function treeOf(layers, width, dilated) {
  const dilations = dilationsOf(layers, dilated);
  const edges = [];
  let level = [0];
  for (let k = layers - 1; k >= 0; k--) {
    const below = new Set();
    for (const to of level) {
      for (let j = 0; j < width; j++) {
        const from = to + j * dilations[k];
        below.add(from);
        edges.push([k, from, to]);
      }
    }
    level = [...below];
  }
  return edges;
}

function render({ model, el }) {
  const id = nextView();
  const measured = model.get("measured");
  const svg = drawn("svg", { role: "img" });
  const slider = (name, label, least, most) => {
    const input = make("input", { type: "range", id: `${id}-${name}`, min: least, max: most, step: 1, oninput: () => set(name, Number(input.value)) });
    const value = make("span", { class: "rnn-where" });
    return { input, value, node: make("span", { class: "rnn-rf-control" }, make("label", { for: `${id}-${name}` }, label), input, value) };
  };
  const controls = { layers: slider("layers", "layers", 1, 6), width: slider("width", "width", 2, 4), gap: slider("gap", "gap between the marks", 1, STEPS - 1) };
  const dilated = make("input", { type: "checkbox", id: `${id}-dilated`, onchange: () => set("dilated", dilated.checked) });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const scored = make("p", { class: "rnn-note rnn-rf-scored", role: "status" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Tables of fields and accuracies" });
  const tables = make("details", { ontoggle: paintTables }, make("summary", {}, "Fields and accuracies as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-receptive", role: "group", "aria-label": "Receptive field against gap", onkeydown: (event) => event.stopPropagation() },
    make("div", { class: "rnn-bar" }, controls.layers.node, controls.width.node, make("span", { class: "rnn-rf-control" }, dilated, make("label", { for: `${id}-dilated` }, "dilation 1, 2, 4, \u2026"))),
    make("div", { class: "rnn-bar" }, controls.gap.node),
    svg, now, scored, tables);
  el.append(root);

  function set(name, value) {
    setTraits(model, { [name]: value });
  }

  const shape = () => [model.get("layers"), model.get("width"), model.get("dilated")];

  /** The trained networks of this shape, if there are any. */
  function trained() {
    const [layers, width, on] = shape();
    return measured.find((entry) => entry.layers === layers && entry.width === width && (entry.dilated === on || layers === 1));
  }

  function paintTables() {
    if (!tables.open) return numbers.replaceChildren();
    const [layers, width, on] = shape();
    const dilations = dilationsOf(layers, on);
    const rows = dilations.map((d, k) => [d, k + 1, fieldOf(k + 1, width, on)]);
    const gaps = measured.length ? measured[0].scores.map((score) => score.gap) : [];
    numbers.replaceChildren(
      table("Field of each layer", ["dilation", "layer", "field, steps"], rows),
      table("Accuracy of trained networks, mean (lowest\u2013highest) of the seeds", ["field needed", "gap", ...measured.map((entry) => `field ${fieldOf(entry.layers, entry.width, entry.dilated)}`)],
        gaps.map((gap, i) => [gap + 1, gap, ...measured.map(({ scores }) => said(scores[i]))])));
  }

  const said = ({ mean: m, low, high }) => `${m.toFixed(2)} (${low.toFixed(2)}\u2013${high.toFixed(2)})`;

  function picture() {
    const [layers, width, on] = shape();
    const gap = model.get("gap");
    const field = fieldOf(layers, width, on);
    const [dx, dy, edge] = [10, 32, 12];
    const [w, h] = [STEPS * dx + 2 * edge, layers * dy + 62];
    const x = (back) => w - edge - dx / 2 - back * dx;
    const y = (layer) => h - 46 - layer * dy; // layer 0 is the input
    const seen = Math.min(field, STEPS);
    const ground = drawn("rect", { class: "rnn-rf-field", x: x(seen - 1) - dx / 2, y: y(0) - 9, width: seen * dx, height: 18, rx: 3 });
    const edges = treeOf(layers, width, on).filter(([, from]) => from < STEPS);
    const lines = edges.map(([k, from, to]) => `M${x(to)} ${y(k + 1)}L${x(from)} ${y(k)}`).join("");
    const units = [];
    for (let layer = 0; layer <= layers; layer++) {
      const live = new Set(layer === layers ? [0] : edges.filter(([k]) => k === layer).map(([, from]) => from));
      for (let back = 0; back < STEPS; back++) {
        if (layer === 0 && (back === 0 || back === gap)) continue;
        units.push(drawn("circle", { class: live.has(back) ? "rnn-rf-live" : "rnn-rf-unit", cx: x(back), cy: y(layer), r: live.has(back) ? 2.6 : 1.6 }));
      }
    }
    const mark = (back, text) => {
      const inside = back < field;
      return [drawn("rect", { class: inside ? "rnn-rf-mark" : "rnn-rf-mark rnn-rf-outside", x: x(back) - 8, y: y(0) - 10, width: 16, height: 20, rx: 3 }),
        drawn("text", { class: "rnn-rf-letter", x: x(back), y: y(0) + 6 }, text)];
    };
    const brace = drawn("path", { class: "rnn-rf-brace", d: `M${x(gap)} ${y(0) + 15}v5H${x(0)}v-5` });
    const label = drawn("text", { class: "rnn-rf-text", x: Math.min(Math.max((x(0) + x(gap)) / 2, 40), w - 36), y: y(0) + 38 }, `gap ${gap}`);
    svg.setAttribute("viewBox", `0 0 ${w} ${h}`);
    svg.replaceChildren(ground, drawn("path", { class: "rnn-rf-edge", d: lines }), ...units, ...mark(gap, "X"), ...mark(0, "Y"), brace, label);
    svg.setAttribute("aria-label", `${layers} layer${layers > 1 ? "s" : ""} above ${STEPS} steps. The last output is connected with the last ${field} steps. Marks stand at the last step and ${gap} before it, which is ${gap < field ? "inside" : "outside"}.`);
  }

  function paint() {
    const [layers, width, on] = shape();
    const gap = model.get("gap");
    const field = fieldOf(layers, width, on);
    for (const name of ["layers", "width", "gap"]) {
      controls[name].input.value = String(model.get(name));
      controls[name].value.textContent = String(model.get(name));
    }
    dilated.checked = on;
    picture();
    const sum = dilationsOf(layers, on).map((d) => `${width - 1}\u202f\u00d7\u202f${d}`).join(" + ");
    now.textContent = `Field: 1 + ${sum} = ${field} step${field > 1 ? "s" : ""}. ${gap < field ? `Both marks are inside: an output sees ${field - 1} steps back, the gap is ${gap}.` : `No output sees both marks: ${field - 1} steps back is not as far as ${gap}.`}`;
    const networks = trained();
    const score = networks?.scores.find((entry) => entry.gap === gap);
    scored.textContent = score ? `Trained networks with this field, at this gap: accuracy ${said(score)}.` : networks ? "The networks of this shape were measured at smaller gaps only." : "No networks of this shape were trained in the chapter.";
    paintTables();
  }

  return paintOn(model, ["layers", "width", "dilated", "gap"], paint, () => root.remove());
}

export default { render };
