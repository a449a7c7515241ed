// What scrolls sideways on a narrow screen must be reachable by keyboard.
(() => {
  const boxes = "div.math, .figure-box, div.cell_input pre, div.cell_output pre, div.cell_output .text_html, .rnn-slot, .pst-scrollable-table-container, div.highlight pre";
  function mend() {
    for (const box of document.querySelectorAll(boxes)) {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else if (box.getAttribute("tabindex") === "0") box.removeAttribute("tabindex");
    }
  }
  addEventListener("load", mend);
  addEventListener("resize", mend);
})();
