// @ts-check
/** A question answered in writing, with a number, a shape or an order; wrong answers get hints that fit. */

import { answered, make, nextView } from "./draw.mjs";

/**
 * What a reader wrote, as a value, or null if it cannot be read: 0.5, 1/2, 50 %, −3, 1,106, 2e-3.
 * @param {string} text
 */
export function readNumber(text) {
  const plain = text.trim().replaceAll("\u2212", "-").replaceAll("\u2044", "/").replace(/\s+/g, "");
  const part = String.raw`[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][-+]?\d+)?`;
  const match = new RegExp(`^(${part})(?:/(${part}))?(%?)$`).exec(plain);
  if (!match || !/\d/.test(match[1]) || (match[2] !== undefined && !/\d/.test(match[2]))) return null;
  const value = (digits) => Number(digits.replaceAll(",", ""));
  const result = (value(match[1]) / (match[2] === undefined ? 1 : value(match[2]))) * (match[3] ? 0.01 : 1);
  return Number.isFinite(result) ? result : null;
}

/** A shape, however it is written: (10, 32, 6), 10×32×6, [10 32 6]. @param {string} text */
export function readShape(text) {
  const inner = text.trim().replace(/^[([]|[)\]]$/g, "").trim().replace(/,$/, "");
  const parts = inner.split(/\s*[,x\u00d7*;]\s*|\s+/i);
  return parts.length && parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : null;
}

/** Whether two values are the same answer. @param {any} a @param {any} b @param {number} tolerance */
export function same(a, b, tolerance) {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((v, i) => v === b[i]);
  return Math.abs(a - b) <= tolerance + 1e-9 * Math.max(1, Math.abs(b));
}

function render({ model, el }) {
  const id = nextView();
  const kind = model.get("kind");
  let order = [...model.get("items")];
  let misses = 0;

  const said = make("p", { class: "rnn-answer", role: "status" });
  const why = make("p", { class: "rnn-why", hidden: true }, model.get("why"));
  const show = make("button", { type: "button", hidden: true, onclick: () => { why.hidden = false; show.hidden = true; } }, "Show the explanation");
  const field = make("input", { type: "text", id: `${id}-answer`, class: "rnn-written", autocomplete: "off", spellcheck: "false", inputmode: kind === "number" ? "text" : null, onkeydown: (event) => { if (event.key === "Enter") check(); } });
  const list = make("ol", { class: "rnn-order", "aria-label": "Your order" });
  const example = kind === "number" ? "a number, such as 3, 0.5 or 1/2" : "a shape, such as (3, 4)";
  const root = make("fieldset", { class: "rnn-widget rnn-predict rnn-question", onkeydown: (event) => event.stopPropagation() },
    make("legend", {}, model.get("title")), make("p", {}, model.get("question")),
    make("div", { class: "rnn-bar" },
      ...(kind === "order" ? [list] : [make("label", { for: `${id}-answer` }, "Your answer"), field]),
      make("button", { type: "button", onclick: check }, "Check")),
    said, show, why);
  el.append(root);

  function paintOrder() {
    list.replaceChildren(...order.map((item, i) => make("li", {},
      make("span", { class: "rnn-item" }, item),
      ...[[-1, "\u2191", "earlier"], [1, "\u2193", "later"]].map(([by, sign, word]) =>
        make("button", { type: "button", disabled: i + by < 0 || i + by >= order.length, "aria-label": `Move ${item} ${word}`, onclick: () => move(i, i + by, by) }, make("span", { "aria-hidden": "true" }, sign))))));
  }

  function move(from, to, by) {
    order = order.map((item, i) => (i === to ? order[from] : i === from ? order[to] : item));
    paintOrder();
    const buttons = list.children[to].querySelectorAll("button");
    const wanted = buttons[by < 0 ? 0 : 1];
    (wanted.disabled ? buttons[by < 0 ? 1 : 0] : wanted).focus(); // so that keys can go on moving it
    said.textContent = `${order[to]} is now number ${to + 1}.`;
  }

  function check() {
    const value = kind === "order" ? order : (kind === "number" ? readNumber : readShape)(field.value);
    if (value === null) return said.replaceChildren(`Please write ${example}.`);
    if (same(value, model.get("answer"), model.get("tolerance"))) {
      said.replaceChildren(make("strong", {}, "Right."));
      why.hidden = false;
      show.hidden = true;
      return answered(root);
    }
    const known = model.get("wrong").find((row) => same(value, row.answer, model.get("tolerance")));
    const hint = known ? known.hint : model.get("hints")[Math.min(misses, 1)];
    misses += 1;
    said.replaceChildren(make("strong", {}, "Not yet. "), hint);
    show.hidden = misses < 2 || !why.hidden;
  }

  paintOrder();
  return () => root.remove();
}

export default { render };
