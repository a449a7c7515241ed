// @ts-check
/**
 * Train a small RNN on the order task in the reader's own browser. The network learns in a Web
 * Worker made from this module's own text, so the page stays smooth; where workers are refused,
 * it learns in short pieces on the page itself.
 */

import { make, nextView, number, paintOn, plotLines, setTraits, table, tiny } from "./draw.mjs";

/**
 * The network and its training. Its text is handed to the worker, so it uses nothing but what it
 * is given and what every browser has. The numbers are those of rnnlib: the same generator, the
 * same batches, RNN, cross-entropy, clipping and Adam.
 *
 * @param {{postMessage: (message: any) => void, onmessage: any}} port a worker's own scope, or a stand-in
 */
export function trainer(port) {
  const D = 6; // four distractors, X and Y
  const C = 4; // XX, XY, YX, YY
  let state = null;
  let timer = 0;

  /** numbers in [0, 1): xorshift, as `Xorshift` in train_in_page.py */
  function xorshift(seed) {
    let s = Math.imul(seed, 2654435761) >>> 0 || 1;
    const next = () => {
      s ^= s << 13;
      s ^= s >>> 17;
      s ^= s << 5;
      s >>>= 0;
      return s / 4294967296;
    };
    for (let i = 0; i < 10; i++) next();
    return next;
  }

  function reset({ T, H, gain, lr, clip, seed, B }) {
    const random = xorshift(seed);
    const draw = (n, bound) => Float64Array.from({ length: n }, () => -bound + 2 * bound * random());
    const bound = 1 / Math.sqrt(H);
    const W_xh = draw(D * H, bound);
    const W_hh = draw(H * H, 1);
    for (let i = 0; i < H; i++) { // Gram-Schmidt
      const row = W_hh.subarray(i * H, i * H + H);
      for (let k = 0; k < i; k++) {
        let dot = 0;
        for (let j = 0; j < H; j++) dot += row[j] * W_hh[k * H + j];
        for (let j = 0; j < H; j++) row[j] -= dot * W_hh[k * H + j];
      }
      let length = 0;
      for (let j = 0; j < H; j++) length += row[j] * row[j];
      length = Math.sqrt(length);
      for (let j = 0; j < H; j++) row[j] /= length;
    }
    for (let i = 0; i < H * H; i++) W_hh[i] *= gain;
    const params = { W_xh, W_hh, b_h: new Float64Array(H), W: draw(H * C, bound), b: new Float64Array(C) };
    const like = () => Object.fromEntries(Object.entries(params).map(([name, p]) => [name, new Float64Array(p.length)]));
    state = { T, H, B, lr, clip, random, params, grads: like(), m: like(), v: like(), t: 0, h: new Float64Array((T + 1) * B * H), broken: false };
  }

  /** One batch: marks in [T/10, T/5) and [T/2, 3T/5), as `next_batch` in train_in_page.py. */
  function batch() {
    const { T, B, random } = state;
    const x = new Uint8Array(T * B);
    const y = new Uint8Array(B);
    const tenth = (n) => Math.floor((n * T) / 10);
    const ranges = [[tenth(1), Math.max(tenth(2), tenth(1) + 1)], [tenth(5), Math.max(tenth(6), tenth(5) + 1)]];
    for (let b = 0; b < B; b++) {
      y[b] = Math.floor(C * random());
      const at = ranges.map(([lo, hi]) => lo + Math.floor((hi - lo) * random()));
      for (let t = 0; t < T; t++) x[t * B + b] = Math.floor((D - 2) * random());
      x[at[0] * B + b] = D - 2 + (y[b] >> 1);
      x[at[1] * B + b] = D - 2 + (y[b] & 1);
    }
    return { x, y };
  }

  /** Read a batch, send the error back, take one step of Adam; return what is to be seen. */
  function update() {
    const { T, B, H, lr, clip, params, grads, h } = state;
    const { W_xh, W_hh, b_h, W, b } = params;
    const { x, y } = batch();
    for (const g of Object.values(grads)) g.fill(0);
    h.fill(0, 0, B * H);
    for (let t = 0; t < T; t++) {
      for (let s = 0; s < B; s++) {
        const before = (t * B + s) * H;
        const now = before + B * H;
        const row = x[t * B + s] * H;
        for (let j = 0; j < H; j++) {
          let z = W_xh[row + j] + b_h[j];
          for (let i = 0; i < H; i++) z += h[before + i] * W_hh[i * H + j];
          h[now + j] = Math.tanh(z);
        }
      }
    }
    let loss = 0;
    let right = 0;
    let dh = new Float64Array(B * H);
    let dBefore = new Float64Array(B * H);
    const last = T * B * H;
    for (let s = 0; s < B; s++) {
      const at = last + s * H;
      const logits = new Float64Array(C);
      for (let c = 0; c < C; c++) {
        logits[c] = b[c];
        for (let i = 0; i < H; i++) logits[c] += h[at + i] * W[i * C + c];
      }
      const top = Math.max(...logits);
      let sum = 0;
      for (let c = 0; c < C; c++) sum += Math.exp(logits[c] - top);
      loss += (Math.log(sum) + top - logits[y[s]]) / B;
      if (logits.indexOf(top) === y[s]) right++;
      for (let c = 0; c < C; c++) {
        const d = (Math.exp(logits[c] - top) / sum - (c === y[s] ? 1 : 0)) / B;
        grads.b[c] += d;
        for (let i = 0; i < H; i++) {
          grads.W[i * C + c] += h[at + i] * d;
          dh[s * H + i] += d * W[i * C + c];
        }
      }
    }
    const lags = [lengthOf(dh)]; // size of the gradient at h_T, h_(T-1), .., h_0, the whole batch
    const dz = new Float64Array(H);
    for (let t = T; t >= 1; t--) {
      dBefore.fill(0);
      for (let s = 0; s < B; s++) {
        const now = (t * B + s) * H;
        const before = now - B * H;
        const row = x[(t - 1) * B + s] * H;
        for (let j = 0; j < H; j++) {
          dz[j] = dh[s * H + j] * (1 - h[now + j] * h[now + j]);
          grads.b_h[j] += dz[j];
          grads.W_xh[row + j] += dz[j];
        }
        for (let i = 0; i < H; i++) {
          let back = 0;
          for (let j = 0; j < H; j++) {
            grads.W_hh[i * H + j] += h[before + i] * dz[j];
            back += dz[j] * W_hh[i * H + j];
          }
          dBefore[s * H + i] = back;
        }
      }
      [dh, dBefore] = [dBefore, dh];
      lags.push(lengthOf(dh));
    }
    let square = 0;
    for (const g of Object.values(grads)) for (let i = 0; i < g.length; i++) square += g[i] * g[i];
    const norm = Math.sqrt(square);
    state.broken = !Number.isFinite(loss) || !Number.isFinite(norm);
    state.t++;
    if (!state.broken) step(clip > 0 && norm > clip ? clip / norm : 1, lr);
    return { t: state.t, loss, accuracy: right / B, norm, lags, broken: state.broken };
  }

  function lengthOf(v) {
    let sum = 0;
    for (let i = 0; i < v.length; i++) sum += v[i] * v[i];
    return Math.sqrt(sum);
  }

  /** Adam */
  function step(share, lr) {
    const { params, grads, m, v, t } = state;
    for (const name of Object.keys(params)) {
      for (let i = 0; i < params[name].length; i++) {
        const g = grads[name][i] * share;
        m[name][i] += 0.1 * (g - m[name][i]);
        v[name][i] += 0.001 * (g * g - v[name][i]);
        const [mean, square] = [m[name][i] / (1 - 0.9 ** t), v[name][i] / (1 - 0.999 ** t)];
        params[name][i] -= (lr * mean) / (Math.sqrt(square) + 1e-8);
      }
    }
  }

  /** Learn for a while, report, and leave room for messages. */
  function run(goal, pace) {
    const until = Date.now() + pace;
    const news = [];
    do news.push(update());
    while (!state.broken && state.t < goal && Date.now() < until);
    for (let i = 0; i < news.length - 1; i++) news[i].lags = null; // the picture shows the newest alone
    port.postMessage({ news, run: state.run });
    timer = !state.broken && state.t < goal ? setTimeout(run, 0, goal, pace) : 0;
  }

  port.onmessage = ({ data }) => {
    clearTimeout(timer);
    timer = 0;
    if (data.type === "reset") {
      reset(data.settings);
      state.run = data.run;
    }
    if (data.type === "learn" && state.t < data.goal && !state.broken) run(data.goal, data.pace);
    if (data.type === "weights") port.postMessage({ weights: Object.fromEntries(Object.entries(state.params).map(([name, p]) => [name, [...p]])) });
  };
  port.postMessage({ ready: true });
}

/**
 * A trainer in a worker, or on the page if the browser refuses one.
 * @param {(message: any) => void} hear
 * @param {(where: "worker"|"page") => void} started
 */
export function startTrainer(hear, started) {
  let where = null;
  let port = null;
  let queue = [];
  let worker = null;
  let address = "";

  function settle(place, chosen) {
    if (where) return;
    [where, port] = [place, chosen];
    queue.forEach((message) => port.send(message));
    queue = [];
    started(place);
  }

  function onPage() {
    if (where) return;
    worker?.terminate();
    const stand = { onmessage: null, postMessage: (message) => message.ready || hear(message) };
    trainer(stand);
    settle("page", { pace: 8, send: (data) => stand.onmessage({ data }) });
  }

  try {
    address = URL.createObjectURL(new Blob([`(${trainer.toString()})(self)`], { type: "text/javascript" }));
    // a page that trusts no plain addresses (Trusted Types) wants to be told that this one is our own
    worker = new Worker(window.trustedTypes?.createPolicy("rnn-worker", { createScriptURL: (own) => own }).createScriptURL(address) ?? address);
    worker.onmessage = ({ data }) => {
      if (data.ready) settle("worker", { pace: 40, send: (message) => worker.postMessage(message) });
      else hear(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      onPage();
    };
  } catch {
    onPage(); // a content security policy may refuse workers
  }
  return {
    send: (message) => (port ? port.send({ ...message, pace: port.pace }) : queue.push({ ...message, pace: 8 })),
    stop() {
      worker?.terminate();
      if (where === "page") port.send({ type: "stop" });
      if (address) URL.revokeObjectURL(address);
    },
  };
}

/** Mean of the last `n` entries. @param {number[]} values */
export function recent(values, n = 25) {
  const tail = values.slice(-n);
  return tail.reduce((sum, v) => sum + v, 0) / tail.length;
}

const CHOICES = [
  ["T", "length T (steps)", [10, 20, 30, 50, 70, 100, 150]],
  ["H", "hidden units H", [4, 8, 16, 32]],
  ["gain", "gain of W_hh", [0.3, 0.5, 0.7, 0.9, 1, 1.1, 1.3, 1.5, 2]],
  ["lr", "learning rate", [0.001, 0.003, 0.01, 0.03, 0.1, 1]],
  ["clip", "clip the norm at", [0, 0.1, 1, 10]],
  ["seed", "seed", [1, 2, 3, 4, 5]],
];

function render({ model, el }) {
  const id = nextView();
  let log = [];
  let smooth = []; // mean loss and accuracy of the last batches, for the picture
  let lags = null;
  let goal = 0;
  let running = false;
  let learned = 0;
  let run = 0;
  let frame = 0;
  let place = "";
  const most = model.get("most");

  const fields = CHOICES.map(([name, text, values]) => {
    const own = model.get("settings")[name];
    const all = [...new Set([...values, own])].sort((a, b) => a - b);
    const select = make("select", { id: `${id}-${name}`, onchange: () => setTraits(model, { settings: { ...model.get("settings"), [name]: Number(select.value) } }) },
      ...all.map((value) => make("option", { value }, name === "clip" && value === 0 ? "do not clip" : String(value))));
    return { name, select, node: make("div", { class: "rnn-field" }, make("label", { for: `${id}-${name}` }, text), select) };
  });
  const play = make("button", { type: "button", class: "rnn-play", onclick: () => (running ? pause() : learn(most)) });
  const one = make("button", { type: "button", onclick: () => learn(log.length + 1) }, "One update");
  const again = make("button", { type: "button", onclick: restart }, "Reset");
  const now = make("p", { class: "rnn-now-text" });
  const said = make("p", { class: "rnn-note", role: "status" });
  const where = make("p", { class: "rnn-note" });
  const curves = plotLines({ label: "Loss and accuracy over the updates", x: "update", y: "loss (nats) and accuracy, mean of 25 batches; dotted: loss of guessing", height: 200 });
  const back = plotLines({ label: "Size of the gradient at each earlier state, in the newest update", x: "steps back from the last state (lag)", y: "size of dL/dh, logarithmic; dotted: lag of the first mark’s middle", log: true, height: 200 });
  const numbers = make("div", { class: "rnn-tablebox", tabindex: 0, role: "region", "aria-label": "Table of the updates" });
  const details = make("details", { ontoggle: paint }, make("summary", {}, "The updates as a table"), numbers);
  const root = make("div", { class: "rnn-widget rnn-train", role: "group", "aria-label": "Train an RNN in this page", onkeydown: (event) => event.stopPropagation() },
    make("div", { class: "rnn-fields" }, ...fields.map((field) => field.node)),
    make("div", { class: "rnn-bar" }, play, one, again), now, said,
    make("div", { class: "rnn-twoplots" }, curves.node, back.node), details, where);
  el.append(root);

  const worker = startTrainer(hear, (chosen) => {
    place = chosen === "worker" ? "It learns in a worker beside this page." : "This browser refuses workers here, so it learns in short pieces on the page itself.";
    schedule();
  });

  function restart() {
    [log, smooth, lags, learned] = [[], [], null, 0]; // first: what was measured has the old length
    pause();
    run++;
    worker.send({ type: "reset", run, settings: { ...model.get("settings"), B: model.get("batch_size") } });
    said.textContent = "";
    paint();
  }

  function learn(to) {
    if (log.length && log[log.length - 1].broken) return;
    goal = Math.min(to, most);
    if (log.length >= goal) return;
    running = goal > log.length + 1;
    worker.send({ type: "learn", goal });
    paint();
  }

  function pause() {
    if (running) worker.send({ type: "pause" });
    running = false;
    paint();
  }

  function hear({ news, run: from }) {
    if (!news || from !== run) return; // of a run that was reset
    for (const update of news) {
      if (update.lags) lags = update.lags;
      log.push({ t: update.t, loss: update.loss, accuracy: update.accuracy, norm: update.norm, broken: update.broken });
      smooth.push(["loss", "accuracy"].map((name) => recent(log.slice(-25).map((u) => u[name]))));
    }
    const newest = log[log.length - 1];
    const accuracy = smooth[smooth.length - 1][1];
    const first = smooth.findIndex(([, share], i) => i >= 24 && share >= 0.99) + 1; // 0: not yet
    if (newest.broken) {
      running = false;
      said.textContent = `The loss or its gradient is no longer a finite number in update ${newest.t}: training stops. Reset, and try a smaller gain or learning rate, or clip.`;
    } else if (!learned && first) {
      learned = first;
      pause();
      said.textContent = `Learned: after update ${first}, the last 25 batches were right in ${number(100 * smooth[first - 1][1], 1)} % of the cases.`;
    } else if (newest.t >= most) {
      running = false;
      said.textContent = `${most} updates are over, with an accuracy of ${number(accuracy)} in the last 25 batches; guessing gets 0.25.`;
    } else if (newest.t >= goal) running = false;
    schedule();
  }

  /** Many reports may come between two frames of the screen: paint once. */
  function schedule() {
    if (!frame) frame = window.requestAnimationFrame(() => { frame = 0; paint(); });
  }

  function paint() {
    const settings = model.get("settings");
    for (const { name, select } of fields) select.value = String(settings[name]);
    const t = log.length;
    play.textContent = running ? "\u2759\u2759 Pause" : t ? "\u25b6\ufe0e Go on" : "\u25b6\ufe0e Start";
    const over = t >= most || (t > 0 && log[t - 1].broken);
    play.disabled = over;
    one.disabled = over || running;
    where.textContent = place;
    now.textContent = t ? `Update ${t}: loss ${number(recent(log.map((u) => u.loss)), 3)}, accuracy ${number(recent(log.map((u) => u.accuracy)))} (mean of the last ${Math.min(t, 25)} batches); norm of the gradient ${tiny(log[t - 1].norm)}.` : "Not trained yet. Start, or take one update at a time.";
    const every = Math.max(1, Math.floor(t / 400));
    const points = (k) => smooth.flatMap((pair, i) => (i % every === 0 || i === t - 1 ? [[i + 1, pair[k]]] : []));
    const end = [100, 200, 500, 1000].find((n) => n >= t) ?? most;
    curves.update({ lines: [{ name: "loss", look: 1, points: points(0) }, { name: "accuracy", look: 2, points: points(1) }], xRange: [0, Math.max(end, t)], yRange: [0, 1.6], level: Math.log(4), told: now.textContent });
    const { T } = settings;
    const mark = T - (Math.floor(T / 10) + Math.max(Math.floor(T / 5), Math.floor(T / 10) + 1)) / 2;
    const sizes = (lags ?? []).filter((v) => v > 0 && Number.isFinite(v)).map(Math.log10);
    const [lo, hi] = [Math.max(-24, Math.floor(Math.min(-3, ...sizes))), Math.min(24, Math.ceil(Math.max(0, ...sizes)))];
    back.update({
      lines: [{ name: "gradient at h, by lag", look: 1, points: (lags ?? []).map((v, lag) => [lag, v]) }], xRange: [0, T], yRange: [lo, hi], mark,
      told: lags ? `At lag 0 ${tiny(lags[0])}, at lag ${Math.round(mark)} ${tiny(lags[Math.round(mark)])}` : "No update yet",
    });
    if (!details.open) return numbers.replaceChildren();
    const rows = log.filter((u, i) => i < 25 || u.t % 100 === 0 || i === t - 1);
    numbers.replaceChildren(table("The first 25 updates, then every hundredth, and the newest", ["T", "update", "loss of the batch", "accuracy of the batch", "norm of the gradient"],
      rows.map((u) => [settings.T, u.t, u.loss.toFixed(9), number(u.accuracy, 3), u.norm.toExponential(9)])));
  }

  return paintOn(model, ["settings"], restart, () => {
    worker.stop();
    window.cancelAnimationFrame(frame);
    curves.stop();
    back.stop();
    root.remove();
  });
}

export default { render };
