// What scrolls sideways on a narrow screen must be reachable by keyboard.
(() => {
  const boxes = "div.math, .figure-box, div.cell_input pre, div.cell_output pre, div.cell_output .text_html, .rnn-slot, .pst-scrollable-table-container, div.highlight pre";
  function mend() {
    const wide = [...document.querySelectorAll(boxes)].filter((box) => box.scrollWidth > box.clientWidth);
    for (const box of wide) box.tabIndex = 0; // and stays so: what fits by a hair may not soon
  }
  addEventListener("load", mend);
  addEventListener("resize", mend);
})();

// How far one has come with a page's questions: seen at a glance, kept only while the page is open.
(() => {
  addEventListener("load", () => {
    const questions = [...document.querySelectorAll(".rnn-predict")];
    const line = document.querySelector(".book-progress");
    if (!line) return;
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    const dots = document.createElement("span");
    dots.className = "book-dots";
    const links = questions.map((question, i) => {
      const link = document.createElement("a");
      question.id ||= `question-${i + 1}`;
      link.href = `#${question.id}`;
      dots.append(link);
      return link;
    });
    line.append(count, dots);
    function paint() {
      const done = questions.filter((question) => "rnnAnswered" in question.dataset).length;
      count.textContent = `Questions on this page: ${done} of ${questions.length} answered.`;
      links.forEach((link, i) => {
        const is = "rnnAnswered" in questions[i].dataset;
        link.textContent = is ? "\u25cf" : "\u25cb";
        link.setAttribute("aria-label", `Question ${i + 1}, ${is ? "answered" : "open"}`);
      });
    }
    document.addEventListener("rnn-answered", paint);
    paint();
  });
})();
