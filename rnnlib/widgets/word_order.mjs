// @ts-check
/**
 * Put the words of a sentence in another order, by drag or by keys. The network sees only how often
 * each word occurs, so its counts, its hidden layer and its output stay as they are. Everything is
 * computed anew for every order.
 */

import { encode, tokenize, traceMLP, unpack } from "./engine.mjs";
import { exampleList, inField, isCommand, make, nextView, number, paintOn, setTraits, someOf, table, tint, useKey } from "./draw.mjs";

/** The same order with the word at one place put at another. @param {number[]} order */
export function moved(order, from, to) {
  const next = [...order];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/**
 * The place that a key moves a word to, or null if the key is not one of ours.
 * @param {string} key @param {number} at @param {number} n
 */
export function placeAfterKey(key, at, n) {
  if (key === "ArrowLeft") return Math.max(at - 1, 0);
  if (key === "ArrowRight") return Math.min(at + 1, n - 1);
  if (key === "Home") return 0;
  if (key === "End") return n - 1;
  return null;
}

/** How often each of the n words occurs. @param {number[]} ids @param {number} n */
export function countWords(ids, n) {
  const counts = new Array(n).fill(0);
  for (const id of ids) counts[id] += 1;
  return counts;
}

const LISTED = 6; // orders on show; the table has all

function render({ model, el }) {
  const id = nextView();
  const network = unpack(model.get("network"));
  const vocabulary = { words: model.get("words") };
  const classes = model.get("classes");
  const positive = classes.length - 1;
  let built = null; // the sentence that the chips were made for
  let tokens = [];
  let chips = [];
  let current = 0; // the chip that the Tab key reaches
  let drag = null;

  const sentence = make("input", { type: "text", id: `${id}-sentence`, class: "rnn-sentence", autocomplete: "off", spellcheck: "false", oninput: () => read(sentence.value) });
  const examples = exampleList(`${id}-examples`, model.get("sentences"), (text) => read(text));
  const note = make("p", { class: "rnn-note", role: "status" });
  const hint = make("p", { class: "rnn-note", id: `${id}-hint` }, "Drag a word to another place. With the keyboard: ", make("kbd", {}, "←"), " ", make("kbd", {}, "→"), " move the word, ", make("kbd", {}, "↑"), " ", make("kbd", {}, "↓"), " choose another.");
  const list = make("ol", { class: "rnn-chips", "aria-label": "The words in their order", "aria-describedby": `${id}-hint`, onpointerdown: grab, onpointermove: pull, onpointerup: drop, onpointercancel: cancel });
  const button = (text, action) => make("button", { type: "button", onclick: action }, text);
  const buttons = make("div", { class: "rnn-bar" },
    button("Shuffle", () => place(shuffled(order()), true)),
    button("Reverse", () => place([...order()].reverse(), true)),
    button("As typed", () => place(identity(), true)));
  const bag = make("ul", { class: "rnn-bag", "aria-label": "How often each word occurs" });
  const hidden = make("span", { class: "rnn-units", role: "img" });
  const fill = make("span", { class: "rnn-level" });
  const level = make("span", { class: "rnn-levelbox", "aria-hidden": "true" }, fill);
  const output = make("span", { class: "rnn-output" });
  const verdict = make("p", { class: "rnn-now-text", role: "status" });
  const orders = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "The orders tried" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all numbers" });
  const details = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All numbers as a table"), numbers);
  const known = make("details", {}, make("summary", {}, `The ${vocabulary.words.length - 1} words it knows`), make("p", { class: "rnn-words" }, vocabulary.words.slice(1).join(" ")));
  const part = (title, ...nodes) => make("div", { class: "rnn-part" }, make("p", { class: "rnn-parthead" }, title), ...nodes);

  const root = make("div", { class: "rnn-widget rnn-word-order", role: "group", "aria-label": "Word order", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-sentence` }, "Sentence"), sentence, make("label", { for: `${id}-examples` }, "or example"), examples.node),
    note, hint, list, buttons,
    part("What the network sees: the bag of words", bag),
    part(`Its hidden layer, ${network.config.sizes[1]} units`, hidden),
    part(`Its answer, the probability of “${classes[positive]}”`, make("span", { class: "rnn-answerline" }, level, output)),
    verdict, orders, details, known);
  el.append(root);

  const identity = () => tokens.map((_, i) => i);
  /** The order on show; one that belongs to another sentence counts as none. */
  function order() {
    const wanted = model.get("order");
    return wanted.length === tokens.length ? wanted : identity();
  }
  const spelled = (which) => which.map((i) => tokens[i]).join(" ");

  /** What the network makes of the words in an order. @param {number[]} which */
  function trace(which) {
    const ids = encode(vocabulary, which.map((i) => tokens[i]));
    const counts = countWords(ids, vocabulary.words.length);
    return { counts, ...traceMLP(network, counts) };
  }

  function read(text) {
    current = 0;
    setTraits(model, { order: [], tried: [], sentence: text });
    paint();
  }

  /** Show an order; keep it among those tried, if it is not one on the way of a drag. */
  function place(next, keep) {
    const tried = model.get("tried");
    const before = tried.length ? tried : [identity()];
    const isNew = before.every((other) => spelled(other) !== spelled(next));
    if (keep) model.set("tried", isNew ? [...before, next] : before);
    model.set("order", next);
    if (keep) model.save_changes();
  }

  function shuffled(which) {
    const next = [...which];
    for (let i = next.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [next[i], next[j]] = [next[j], next[i]];
    }
    return next;
  }

  // the pointer: captured by the list, which stays where it is while its words move

  function grab(event) {
    const at = chips.findIndex((chip) => chip.contains(event.target));
    if (at < 0 || event.button > 0) return;
    drag = { chip: at, from: order() };
    list.setPointerCapture(event.pointerId);
    choose(at);
    chips[at].classList.add("rnn-dragged");
  }

  function pull(event) {
    if (!drag) return;
    const now = order();
    const from = now.indexOf(drag.chip);
    for (const [i, chip] of chips.entries()) {
      const box = chip.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside || i === drag.chip) continue;
      const to = now.indexOf(i);
      const middle = (box.left + box.right) / 2;
      const far = to > from ? event.clientX > middle : event.clientX < middle; // or wide words would jump to and fro
      if (far) place(moved(now, from, to), false);
      return;
    }
  }

  function drop() {
    if (!drag) return;
    chips[drag.chip].classList.remove("rnn-dragged");
    const at = drag.chip;
    const changed = spelled(drag.from) !== spelled(order());
    drag = null;
    if (changed) place(order(), true);
    paint();
    chips[at].focus();
  }

  function cancel() {
    if (!drag) return;
    chips[drag.chip].classList.remove("rnn-dragged");
    const { from } = drag;
    drag = null;
    place(from, false);
  }

  function choose(at) {
    chips[current]?.setAttribute("tabindex", "-1");
    current = at;
    chips[current]?.setAttribute("tabindex", "0");
  }

  function onKeydown(event) {
    const at = chips.indexOf(event.target);
    if (isCommand(event) || at < 0) {
      if (inField(event)) event.stopPropagation(); // Jupyter has uses of its own for plain letters
      return;
    }
    const now = order();
    const from = now.indexOf(at);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const next = now[Math.min(Math.max(from + (event.key === "ArrowUp" ? -1 : 1), 0), now.length - 1)];
      choose(next);
      chips[next].focus();
    } else {
      const to = placeAfterKey(event.key, from, now.length);
      if (to === null) return;
      if (to !== from) place(moved(now, from, to), true);
    }
    useKey(event);
  }

  function build() {
    const text = model.get("sentence");
    if (text === built) return;
    built = text;
    tokens = tokenize(text);
    const ids = encode(vocabulary, tokens);
    const unknown = [...new Set(tokens.filter((_, i) => ids[i] === 0))];
    chips = tokens.map((word, i) => {
      const chip = make("button", { type: "button", class: ids[i] ? "rnn-chip" : "rnn-chip rnn-unknown", tabindex: -1, onfocus: () => choose(i) }, word);
      if (ids[i] === 0) chip.title = "not in the vocabulary";
      return chip;
    });
    choose(Math.min(current, chips.length - 1));
    list.replaceChildren(...chips.map((chip) => make("li", {}, chip)));
    const told = [];
    if (!tokens.length) told.push("Type at least one word.");
    else if (ids.every((i) => i === 0)) told.push("It knows none of these words, so its answer means nothing.");
    if (unknown.length) told.push(`Not in its vocabulary, counted as <unk>: ${someOf(unknown)}.`);
    note.textContent = told.join(" ");
  }

  function paint() {
    build();
    if (sentence.value !== model.get("sentence")) sentence.value = model.get("sentence");
    examples.show(model.get("sentence"));
    for (const node of [list, buttons, hint, verdict, orders]) node.hidden = !tokens.length;
    for (const node of root.querySelectorAll(".rnn-part")) node.hidden = !tokens.length;
    paintTable();
    if (!tokens.length) return;
    const now = order();
    const focused = chips.findIndex((chip) => chip === document.activeElement);
    const items = now.map((i) => chips[i].parentNode);
    if (items.some((item, place) => list.children[place] !== item)) list.append(...items);
    if (focused >= 0) chips[focused].focus(); // moving a node takes the focus from it
    now.forEach((i, place) => chips[i].setAttribute("aria-label", `${tokens[i]}, place ${place + 1} of ${now.length}`));

    const run = trace(now);
    const counted = run.counts.map((count, i) => [vocabulary.words[i], count]).filter(([, count]) => count > 0);
    bag.replaceChildren(...counted.map(([word, count]) => make("li", {}, make("span", {}, word), make("b", {}, `\u00d7${count}`))));
    const units = run.activations[0];
    hidden.setAttribute("aria-label", `Hidden units: ${units.map((v) => number(v)).join(", ")}`);
    hidden.replaceChildren(...units.map((value, i) => {
      const cell = make("span", { class: "rnn-cell", title: `unit ${i + 1}: ${number(value, 4)}` });
      tint(cell, value, 1);
      return cell;
    }));
    fill.style.setProperty("--size", `${run.p[positive] * 100}%`);
    output.textContent = number(run.p[positive], 4);

    const tried = model.get("tried").length ? model.get("tried") : [identity()];
    const answers = tried.map((which) => trace(which).p[positive]);
    const spread = Math.max(...answers) - Math.min(...answers);
    verdict.textContent = tried.length === 1
      ? `“${classes[positive]}” ${number(answers[0], 4)}. Now move a word.`
      : `${tried.length} orders tried. “${classes[positive]}” was ${number(answers[0], 4)} in the first; the largest difference is ${spread === 0 ? "exactly 0" : spread.toExponential(1)}.`;
    const rows = tried.map((which, i) => [i + 1, spelled(which), number(answers[i], 4)]).reverse();
    orders.replaceChildren(table(rows.length > LISTED ? `The last ${LISTED} of ${rows.length} orders tried` : "Orders tried, the latest first", ["try", "order", classes[positive]], rows.slice(0, LISTED)));
  }

  function paintTable() {
    if (!details.open || !tokens.length) return numbers.replaceChildren();
    const tried = model.get("tried").length ? model.get("tried") : [identity()];
    const runs = tried.map(trace);
    const head = ["try", "order", ...classes.map((name) => `p(${name})`)];
    const last = trace(order());
    const counts = last.counts.map((count, i) => ["count", vocabulary.words[i], count]).filter(([, , count]) => count > 0);
    const units = last.activations[0].map((value, i) => ["hidden", `unit ${i + 1}`, number(value, 7)]);
    numbers.replaceChildren(
      table("Every order tried", head, tried.map((which, i) => [i + 1, spelled(which), ...runs[i].p.map((v) => number(v, 7))])),
      table("The order on show: counts, and hidden units", ["kind", "what", "value"], [...counts, ...units]));
  }

  return paintOn(model, ["sentence", "order", "tried"], paint, () => root.remove());
}

export default { render };
