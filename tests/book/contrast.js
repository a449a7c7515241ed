// Contrast of every piece of text in a page, HTML and SVG, with what stands behind it; and the size of text in figures.
// Returns what is too faint (below 4.5 to 1; 3 to 1 where large) or too small (below 9 px), and how many were looked at.
async () => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  function rgba(colour) { // the browser itself reads the colour, in whatever notation
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  }
  const over = ([r, g, b, a], ground) => [r, g, b].map((c, i) => a * c + (1 - a) * ground[i]);
  function light(colour) {
    const [r, g, b] = colour.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function ratio(one, other) {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }
  const grounds = new Map();
  function ground(element) { // the colours of an element and of those round it, laid over each other
    if (!element) return [255, 255, 255];
    if (!grounds.has(element)) grounds.set(element, over(rgba(getComputedStyle(element).backgroundColor), ground(element.parentElement)));
    return grounds.get(element);
  }
  const shares = new Map();
  function opacity(element) { // of an element and of those round it, multiplied
    if (!element) return 1;
    if (!shares.has(element)) shares.set(element, getComputedStyle(element).opacity * opacity(element.parentElement));
    return shares.get(element);
  }
  const rasters = new Map();
  async function raster(image) {
    const href = image.href.baseVal;
    if (!rasters.has(href)) {
      const picture = new Image();
      picture.src = href;
      await picture.decode();
      const pixels = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight).getContext("2d");
      pixels.drawImage(picture, 0, 0);
      rasters.set(href, pixels);
    }
    return rasters.get(href);
  }
  const boxes = new Map();
  async function behind(text, svg, x, y) { // what an earlier shape of the same picture paints at a point
    if (!boxes.has(svg)) boxes.set(svg, [...svg.querySelectorAll("path, rect, circle, ellipse, polygon, image")]
      .filter((shape) => !shape.closest("defs, clipPath, mask")).map((shape) => [shape, shape.getBoundingClientRect()]));
    let colour = ground(svg);
    for (const [shape, box] of boxes.get(svg)) {
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      const style = getComputedStyle(shape);
      if (shape.tagName === "image") {
        const pixels = await raster(shape);
        const at = (share, size) => Math.min(size - 1, Math.max(0, Math.floor(share * size)));
        let down = (y - box.top) / box.height;
        if (/scale\([^)]*-1\)/.test(shape.getAttribute("transform") ?? "")) down = 1 - down;
        const [r, g, b, a] = pixels.getImageData(at((x - box.left) / box.width, pixels.canvas.width), at(down, pixels.canvas.height), 1, 1).data;
        colour = over([r, g, b, (a / 255) * style.opacity], colour);
        continue;
      }
      if (style.fill === "none" || style.visibility === "hidden") continue;
      const inside = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
      if (!shape.isPointInFill(inside)) continue;
      const [r, g, b, a] = rgba(style.fill);
      colour = over([r, g, b, a * style.fillOpacity * style.opacity], colour);
    }
    return colour;
  }
  const faint = new Map();
  let looked = 0, inFigures = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.data.trim() || element.closest("script, style, noscript, option, annotation, title, [disabled], .visually-hidden, .sr-only")) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const svg = element.closest("svg");
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    looked += 1;
    const style = getComputedStyle(element);
    let size = parseFloat(style.fontSize), [r, g, b, a] = rgba(svg ? style.fill : style.color);
    a *= opacity(element);
    if (svg) a *= style.fillOpacity;
    let places = [ground(element)];
    if (svg) {
      inFigures += 1;
      const { a: across, b: down } = element.getScreenCTM();
      const letters = element.closest("text"); // an index is smaller than its letter
      size = Math.hypot(across, down) * Math.max(...[letters, ...letters.children].map((part) => parseFloat(getComputedStyle(part).fontSize)));
      if (size < 9) faint.set(`size ${node.data.trim()}`, `${size.toFixed(1)} px: "${node.data.trim()}"`);
      places = [];
      const rim = rgba(style.stroke); // drawn below the letters, it is what stands behind them
      if (style.paintOrder.startsWith("stroke") && rim[3] === 1 && parseFloat(style.strokeWidth) * Math.hypot(across, down) >= 2) places.push(rim.slice(0, 3));
      else for (const share of [0.1, 0.5, 0.9]) places.push(await behind(element, svg, box.left + share * box.width, box.top + box.height / 2));
    }
    const mark = !/[\p{L}\p{N}]/u.test(node.data); // a sign of a legend, not a word
    const needed = mark || size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    for (const place of places) {
      const found = ratio(over([r, g, b, a], place), place);
      if (found < needed - 0.005) {
        const kind = `${element.closest("[class]")?.getAttribute("class")} ${[r, g, b, a]} ${place}`;
        if (!faint.has(kind)) faint.set(kind, `${found.toFixed(2)} of ${needed} to 1: "${node.data.trim().slice(0, 40)}" rgba(${[r, g, b, a.toFixed(2)]}) on rgb(${place.map(Math.round)}) in ${element.tagName} .${element.closest("[class]")?.getAttribute("class")}`);
      }
    }
  }
  return { wrong: [...faint.values()], looked, inFigures };
}
