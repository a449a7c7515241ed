// @ts-check
/**
 * Move a query among keys: scores, softmax, and the weighted sum of the values, as they change.
 */

import { lookUp } from "./engine.mjs";
import { isCommand, make, nextView, number, paintOn, setTraits, table, useKey } from "./draw.mjs";

const STEP = 0.05;
const clamp = (v) => Math.min(1, Math.max(-1, v));
const round = (v) => Math.round(v * 1000) / 1000;

/** What a dot product of the plane is multiplied by. @param {number} d @param {boolean} scaled */
export function factorOf(d, scaled) {
  return Math.sqrt(d / 2) / (scaled ? Math.sqrt(d) : 1);
}

/** Where a key press moves the query, or null. @param {string} key @param {number[]} query @param {boolean} far */
export function queryAfterKey(key, [x, y], far) {
  const by = far ? 5 * STEP : STEP;
  const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowDown: [0, -by], ArrowUp: [0, by] };
  const move = moves[key];
  return move ? [round(clamp(x + move[0])), round(clamp(y + move[1]))] : null;
}

function render({ model, el }) {
  const id = nextView();
  const [names, keys, values, axes] = [model.get("names"), model.get("key_vectors"), model.get("key_values"), model.get("axes")];
  const unit = model.get("unit") ? `\u202f${model.get("unit")}` : "";
  const queryName = model.get("query_name");

  /** An arrow from the middle to a point of the plane, with its name. */
  function vector(className, name) {
    const line = make("span", { class: "rnn-vector" });
    const dot = make("span", { class: "rnn-point" });
    const label = make("span", { class: "rnn-pointname" }, name);
    const node = make("span", { class: className, "aria-hidden": "true" }, line, dot, label);
    return {
      node, dot,
      move([x, y]) {
        const length = Math.hypot(x, y);
        line.style.setProperty("--length", `${50 * length}%`);
        line.style.setProperty("--turn", `${(-Math.atan2(y, x) * 180) / Math.PI}deg`);
        for (const part of [dot, label]) {
          part.style.left = `${50 + 50 * x}%`;
          part.style.top = `${50 - 50 * y}%`;
        }
        label.classList.toggle("rnn-flip", x > 0.45);
      },
    };
  }

  const keyMarks = names.map((name) => vector("rnn-key", name));
  keyMarks.forEach((mark, i) => mark.move(keys[i]));
  const mark = vector("rnn-query", queryName);
  const sides = axes.map((text, i) => make("span", { class: `rnn-side rnn-side-${["left", "right", "bottom", "top"][i]}`, "aria-hidden": "true" }, text));
  const plane = make("div", {
    class: "rnn-plane", tabindex: 0, role: "application", "aria-label": "Plane of the keys: drag, or use the arrow keys, to move the query", "aria-describedby": `${id}-told`,
    onpointerdown: (event) => { event.preventDefault(); plane.focus({ preventScroll: true }); plane.setPointerCapture(event.pointerId); follow(event); },
    onpointermove: (event) => { if (plane.hasPointerCapture(event.pointerId)) follow(event); },
  }, ...sides, ...keyMarks.map(({ node }) => node), mark.node);

  const slider = (axis, label) => make("input", { type: "range", id: `${id}-${axis}`, min: -1, max: 1, step: STEP, "aria-label": label, oninput: () => moveTo([Number(across.value), Number(up.value)]) });
  const across = slider("x", axes.length ? `Query, ${axes[0]} to ${axes[1]}` : "Query, first feature");
  const up = slider("y", axes.length ? `Query, ${axes[2]} to ${axes[3]}` : "Query, second feature");
  const temperature = make("input", { type: "range", id: `${id}-temperature`, min: -2, max: 1, step: 0.05, oninput: () => set("temperature", 10 ** Number(temperature.value)) });
  const temperatureText = make("span", { class: "rnn-where" });
  const d = make("select", { id: `${id}-d`, onchange: () => set("d", Number(d.value)) }, ...model.get("dimensions").map((n) => make("option", { value: n }, String(n))));
  const scaled = make("input", { type: "checkbox", id: `${id}-scaled`, onchange: () => set("scaled", scaled.checked) });
  const bars = names.map((name) => {
    const fill = make("span", { class: "rnn-weightfill" });
    const [score, weight] = [make("span", { class: "rnn-figure" }), make("span", { class: "rnn-figure" })];
    return { fill, score, weight, node: make("li", { class: "rnn-weightrow" }, make("span", { class: "rnn-name" }, name), score, make("span", { class: "rnn-weightbox", "aria-hidden": "true" }, fill), weight) };
  });
  const head = make("p", { class: "rnn-weightrow rnn-weighthead", "aria-hidden": "true" }, make("span", { class: "rnn-name" }, "key"), make("span", { class: "rnn-figure" }, "score"), make("span", { class: "rnn-weightbox" }, "softmax"), make("span", { class: "rnn-figure" }, "weight"));
  const told = make("p", { class: "rnn-now-text", role: "status", id: `${id}-told` });
  const sum = make("p", { class: "rnn-told" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of the lookup" });
  const tableDetails = make("details", { ontoggle: () => paint() }, make("summary", {}, "The lookup as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-lookup", role: "group", "aria-label": "Soft lookup", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" },
      make("label", { for: `${id}-temperature` }, "temperature"), temperature, temperatureText,
      make("span", { class: "rnn-tick" }, make("label", { for: `${id}-d` }, "features d"), d),
      make("span", { class: "rnn-tick" }, scaled, make("label", { for: `${id}-scaled` }, "divide scores by √d"))),
    make("div", { class: "rnn-lookupbody" },
      make("div", { class: "rnn-planebox" }, plane, make("div", { class: "rnn-bar" }, make("span", { "aria-hidden": "true" }, "↔"), across, make("span", { "aria-hidden": "true" }, "↕"), up)),
      make("div", { class: "rnn-weights" }, head, make("ul", { "aria-label": "Score and weight of each key" }, ...bars.map(({ node }) => node)), told, sum)),
    tableDetails);
  el.append(root);

  function set(name, value) {
    setTraits(model, { [name]: value });
  }

  function moveTo(query) {
    set("query", query);
  }

  function follow(event) {
    const box = plane.getBoundingClientRect();
    moveTo([round(clamp((2 * (event.clientX - box.left)) / box.width - 1)), round(clamp(1 - (2 * (event.clientY - box.top)) / box.height))]);
  }

  function paint() {
    const query = model.get("query");
    const [heat, n] = [model.get("temperature"), model.get("d")];
    const run = lookUp(query, keys, values, factorOf(n, model.get("scaled")), heat);
    across.value = String(query[0]);
    up.value = String(query[1]);
    across.setAttribute("aria-valuetext", number(query[0]));
    up.setAttribute("aria-valuetext", number(query[1]));
    temperature.value = String(Math.log10(heat));
    temperature.setAttribute("aria-valuetext", number(heat));
    temperatureText.textContent = number(heat);
    d.value = String(n);
    scaled.checked = model.get("scaled");
    mark.move(query);
    run.weights.forEach((weight, i) => {
      keyMarks[i].dot.style.setProperty("--size", `${6 + 26 * Math.sqrt(weight)}px`);
      bars[i].fill.style.setProperty("--size", `${100 * weight}%`);
      bars[i].score.textContent = number(run.scores[i]);
      bars[i].weight.textContent = number(weight);
    });
    const most = run.weights.indexOf(Math.max(...run.weights));
    told.textContent = `“${queryName}” at (${number(query[0])}, ${number(query[1])}): the answer is ${number(run.answer)}${unit}; most weight, ${number(run.weights[most])}, on “${names[most]}”.`;
    sum.textContent = `${run.weights.map((a, i) => `${number(a)}\u202f×\u202f${number(values[i])}`).join(" + ")} = ${number(run.answer)}${unit}`;
    if (!tableDetails.open) return numbers.replaceChildren();
    numbers.replaceChildren(table(`Soft lookup of “${queryName}”; weighted sum ${number(run.answer, 7)}${unit}`, ["number", "key", "k 1", "k 2", "score", "weight", "value"],
      names.map((name, i) => [i + 1, name, number(keys[i][0]), number(keys[i][1]), number(run.scores[i], 7), number(run.weights[i], 7), number(values[i])])));
  }

  function onKeydown(event) {
    if (isCommand(event) || event.target !== plane) {
      event.stopPropagation(); // Jupyter has uses of its own for plain letters
      return;
    }
    const query = queryAfterKey(event.key, model.get("query"), event.shiftKey);
    if (query === null) return;
    useKey(event);
    moveTo(query);
  }

  return paintOn(model, ["query", "temperature", "d", "scaled"], paint, () => root.remove());
}

export default { render };
