// @ts-check
/** A question to guess at before reading on: one click, and an answer that fits the guess. */

import { answered, make, nextView, paintOn, setTraits } from "./draw.mjs";

function render({ model, el }) {
  const id = nextView();
  const choices = model.get("choices");
  const answer = make("p", { class: "rnn-answer", role: "status" });
  const options = choices.map(({ text }, i) =>
    make("label", { class: "rnn-choice" },
      make("input", { type: "radio", name: id, value: i, onchange: () => setTraits(model, { guess: i }) }), " ", make("span", {}, text)));
  const root = make("fieldset", { class: "rnn-widget rnn-predict", onkeydown: (event) => event.stopPropagation() },
    make("legend", {}, model.get("title")), make("p", {}, model.get("question")), ...options, answer);
  el.append(root);

  function paint() {
    const guess = model.get("guess");
    options.forEach((option, i) => {
      option.querySelector("input").checked = i === guess;
      option.classList.toggle("rnn-guessed", i === guess);
    });
    if (guess < 0) return answer.replaceChildren();
    const { right, feedback } = choices[guess];
    if (right) answered(root);
    answer.replaceChildren(make("strong", {}, right ? "Right. " : "Not quite. "), feedback);
  }

  return paintOn(model, ["guess"], paint, () => root.remove());
}

export default { render };
