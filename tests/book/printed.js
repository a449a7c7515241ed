// What a page would print that paper has no use for, and what it would cut off.
() => {
  const seen = (el) => el.checkVisibility({ visibilityProperty: true }) && el.getBoundingClientRect().width > 1;
  const wrong = [], useless = [".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header", ".bd-header-article",
    ".prev-next-footer", ".bd-footer", ".rnn-bar", ".headerlink", "button:not(.rnn-widget *)",
    ".rnn-widget button:is(:not([class]), .rnn-play, .rnn-next)"];
  const note = (what, el) => wrong.push(`${what}: ${el.outerHTML.slice(0, 80)}`);
  for (const part of document.querySelectorAll(useless.join(", "))) if (seen(part)) note("printed", part);
  const content = ".rnn-node, .rnn-word, .rnn-chip, .rnn-memory, .rnn-letter"; // buttons that show something
  for (const part of document.querySelectorAll(content)) if (!seen(part) && seen(part.parentElement)) note("not printed", part);
  const end = document.querySelector(".bd-article-container").getBoundingClientRect().right + 2;
  for (const box of document.querySelectorAll(".bd-content :is(pre, table, svg.book-figure)")) {
    if (!seen(box)) continue;
    if (box.getBoundingClientRect().right > Math.max(end, innerWidth)) note("beyond the paper", box);
    for (let up = box; up.matches(".bd-article-container *"); up = up.parentElement) {
      const cut = getComputedStyle(up);
      if (cut.overflowX !== "visible" && up.scrollWidth > up.clientWidth + 1) note("cut off", up);
      if (cut.overflowY !== "visible" && up.scrollHeight > up.clientHeight + 1) note("cut off below", up);
    }
  }
  return wrong.slice(0, 8);
}
