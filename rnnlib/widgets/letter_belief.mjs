// @ts-check
/** Watch a trained RNN guess the language of a word, letter by letter; the word is the reader's own. */

import { trace, unpack } from "./engine.mjs";
import { exampleList, goByKey, make, nextView, number, paintOn, setTraits, someOf, table, timeColumns, transport } from "./draw.mjs";

/** A word's letters as they are read: composed, one by one, and then the end mark. */
export const lettersOf = (word, end) => [...word.normalize("NFC"), end];

function render({ model, el }) {
  const id = nextView();
  const network = unpack(model.get("network"));
  const languages = network.classes;
  const end = model.get("end");
  let shown = null; // the word that the columns were built for
  let run = null;

  const word = make("input", { type: "text", id: `${id}-word`, class: "rnn-sentence", autocomplete: "off", autocapitalize: "off", spellcheck: "false", oninput: () => read(word.value) });
  const examples = exampleList(`${id}-examples`, model.get("words"), (text) => read(text));
  const controls = transport({ id, go, direction: 1, pace: 600 });
  const note = make("p", { class: "rnn-note", role: "status" });
  const time = timeColumns({ label: "Probability of each language over the letters", go: controls.move });
  const now = make("p", { class: "rnn-now-text", role: "status" });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of all probabilities" });
  const tableDetails = make("details", { ontoggle: () => paintTable() }, make("summary", {}, "All probabilities as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-letters", role: "group", "aria-label": "Language of a word", onkeydown: onKeydown },
    make("div", { class: "rnn-bar" }, make("label", { for: `${id}-word` }, "Word"), word, make("label", { for: `${id}-examples` }, "or example"), examples.node),
    controls.node, note, time.node, now, tableDetails);
  el.append(root);

  function read(text) {
    controls.stop();
    setTraits(model, { word: text, step: -1 });
  }

  function go(to) {
    setTraits(model, { step: to });
  }

  const name = (letter) => (letter === end ? "end" : letter === " " ? "space" : letter);

  function currentStep(T) {
    const wanted = model.get("step");
    return wanted < 1 || wanted > T ? T : wanted;
  }

  function build() {
    const text = model.get("word");
    if (text === shown) return;
    shown = text;
    run = trace(network, lettersOf(text, end));
    const steps = run.tokens.map((letter, t) => {
      const best = run.p[t].indexOf(Math.max(...run.p[t]));
      return { step: t + 1, word: name(letter), unknown: run.ids[t] === 0, values: run.p[t], foot: { text: languages[best].slice(0, 3) } };
    });
    time.build(languages, ["likeliest"], steps, 1);
    const unknown = run.unknown.map(name);
    note.textContent = [
      run.tokens.length === 1 ? "Type a word: so far it has read the end mark alone." : "",
      unknown.length ? `Not among its letters, read as <unk>: ${someOf(unknown, " ")}.` : "",
    ].filter(Boolean).join(" ");
    paintTable();
  }

  function paintTable() {
    if (!tableDetails.open) return numbers.replaceChildren();
    const rows = run.tokens.map((letter, t) => [t + 1, name(letter), ...run.p[t].map((v) => number(v, 7))]);
    numbers.replaceChildren(table(`Probability of each language after each letter of “${shown}”`, ["step", "letter", ...languages], rows));
  }

  function paint() {
    build();
    const T = run.tokens.length;
    const t = currentStep(T);
    if (word.value !== shown) word.value = shown;
    examples.show(shown);
    const order = languages.map((language, k) => ({ language, p: run.p[t - 1][k] })).sort((a, b) => b.p - a.p);
    const said = t === T ? `the whole word “${shown}”` : `“${run.tokens.slice(0, t).join("")}…”`;
    const text = `After ${said}: ${order.slice(0, 3).map(({ language, p }) => `${language} ${number(p)}`).join(", ")}`;
    controls.update(t, 1, T, text);
    now.textContent = `${text}.`;
    time.show(t, (s) => s > t);
  }

  function onKeydown(event) {
    goByKey(event, [currentStep(run.tokens.length), 1, run.tokens.length], controls.move);
  }

  return paintOn(model, ["word", "step"], paint, () => {
    controls.stop();
    root.remove();
  });
}

export default { render };
