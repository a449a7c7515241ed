// @ts-check
/**
 * The forward and backward passes of rnnlib, for the reader's browser. No DOM in here.
 *
 * A network arrives as the plain data that `to_spec()` writes in Python; matrices are arrays of
 * rows, and names and order of the results are those of `trace()` there. Tests hold both sides
 * together to 1e-6 on every kind of layer.
 *
 * @typedef {number[]} Vector
 * @typedef {number[][]} Matrix
 */

// The pattern of rnnlib/text.py, where it is explained.
const SPACE = "\\s\\x1c-\\x1f\\x85\\ufeff";
const MARKS = "!-/:-@\\[-`{-~\\u00a1\\u00ab\\u00b7\\u00bb\\u00bf\\u2010-\\u2027\\u202a-\\u202e\\u2030-\\u205e";
const WORD = `[^${SPACE}${MARKS}]+`;
const TOKEN = new RegExp(`${WORD}(?:['\\u2019]${WORD})*|[${MARKS}]`, "gu");

/** @param {string} sentence @returns {string[]} */
export function tokenize(sentence) {
  return sentence.match(TOKEN) ?? [];
}

/** @param {string} word */
const fold = (word) => word.toLowerCase().replaceAll("\u2019", "'");

/**
 * Word numbers; 0 is <unk>, any word that the network does not know.
 * @param {{words: string[]}} network
 * @param {string[]} tokens
 */
export function encode(network, tokens) {
  const number = new Map(network.words.map((word, i) => [word, i]));
  return tokens.map((token) => number.get(fold(token)) ?? 0);
}

/** x W: row vector times matrix. @param {Vector} x @param {Matrix} W */
export function times(x, W) {
  const y = new Array(W[0].length).fill(0);
  for (let i = 0; i < x.length; i++) for (let j = 0; j < y.length; j++) y[j] += x[i] * W[i][j];
  return y;
}

/** x W^T. @param {Vector} x @param {Matrix} W */
export function timesTransposed(x, W) {
  return W.map((row) => row.reduce((sum, w, j) => sum + w * x[j], 0));
}

/** @param {...Vector} vectors */
export function add(...vectors) {
  return vectors[0].map((_, i) => vectors.reduce((sum, v) => sum + v[i], 0));
}

/** x^T y: every pair of entries. @param {Vector} x @param {Vector} y @returns {Matrix} */
export function outer(x, y) {
  return x.map((a) => y.map((b) => a * b));
}

/** @param {Vector} v */
export function norm(v) {
  return Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
}

/** @param {Vector} z */
export function softmax(z) {
  let [top, sum] = [-Infinity, 0];
  for (let i = 0; i < z.length; i++) if (z[i] > top) top = z[i];
  const p = new Array(z.length);
  for (let i = 0; i < z.length; i++) sum += p[i] = Math.exp(z[i] - top);
  for (let i = 0; i < z.length; i++) p[i] /= sum;
  return p;
}

/**
 * One step of an RNN, with its parts kept: h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h).
 * @param {Record<string, any>} params
 * @param {Vector} x
 * @param {Vector} h
 */
export function rnnStep(params, x, h) {
  const x_W_xh = times(x, params["rnn.W_xh"]);
  const h_W_hh = times(h, params["rnn.W_hh"]);
  const z = add(x_W_xh, h_W_hh, params["rnn.b_h"]);
  return { x_W_xh, h_W_hh, z, h: z.map(Math.tanh) };
}

/**
 * Everything that happens while a sequence classifier reads a sentence.
 * @param {any} network what `SequenceClassifier.to_spec()` wrote
 * @param {string[]} tokens
 * @returns as `SequenceClassifier.trace()`; h has T + 1 rows, from h_0 to h_T
 */
export function trace(network, tokens) {
  const { params } = network;
  const ids = encode(network, tokens);
  const unknown = [...new Set(tokens.filter((_, t) => ids[t] === 0))];
  const out = { tokens, unknown, ids, x: [], x_W_xh: [], h_W_hh: [], z: [], h: [], logits: [], p: [] };
  out.h.push(params["rnn.b_h"].map(() => 0));
  for (let t = 0; t < tokens.length; t++) {
    const x = params["embedding.W"][ids[t]];
    const step = rnnStep(params, x, out.h[t]);
    const logits = add(times(step.h, params["output.W"]), params["output.b"]);
    out.x.push(x);
    for (const name of ["x_W_xh", "h_W_hh", "z", "h"]) out[name].push(step[name]);
    out.logits.push(logits);
    out.p.push(softmax(logits));
  }
  return out;
}

/**
 * Backpropagation through time from the cross-entropy at the last word.
 *
 * Arrays over time are indexed like the text: entry t belongs to step t, entry 0 to h_0.
 * @param {any} network
 * @param {ReturnType<typeof trace>} run of at least one word
 * @param {number} target number of the right class
 */
export function backward(network, run, target) {
  const { params } = network;
  const T = run.tokens.length;
  if (!(target in run.p[T - 1])) throw new RangeError(`no class has the number ${target}`);
  const dlogits = run.p[T - 1].map((p, c) => p - (c === target ? 1 : 0));
  const fromOutput = timesTransposed(dlogits, params["output.W"]);
  const zero = fromOutput.map(() => 0);
  const dh = new Array(T + 1); // gradient of the loss at h_t, all paths together
  const fromLater = new Array(T + 1); // the part of it that comes from step t + 1
  const slope = new Array(T + 1); // tanh'(z_t) = 1 - h_t^2
  const dz = new Array(T + 1);
  const share = new Array(T + 1); // step t's share of dW_hh: h_{t-1}^T dz_t
  fromLater[T] = zero;
  for (let t = T; t >= 1; t--) {
    dh[t] = t === T ? add(fromOutput, fromLater[t]) : fromLater[t];
    slope[t] = run.h[t].map((h) => 1 - h * h);
    dz[t] = dh[t].map((d, i) => d * slope[t][i]);
    share[t] = outer(run.h[t - 1], dz[t]);
    fromLater[t - 1] = timesTransposed(dz[t], params["rnn.W_hh"]);
  }
  dh[0] = fromLater[0];
  const sum = new Array(T + 1); // sum[t]: the shares of steps t to T
  for (let t = T; t >= 1; t--) sum[t] = t === T ? share[t] : share[t].map((row, i) => add(row, sum[t + 1][i]));
  const loss = -Math.log(run.p[T - 1][target]);
  return { loss, dlogits, fromOutput, fromLater, dh, slope, dz, share, sum };
}

/**
 * The loss at the last word and nothing else: it is wanted twice for every weight that is nudged.
 * @param {any} network
 * @param {number[]} ids
 * @param {number} target
 */
function lossAtEnd(network, ids, target) {
  const { params } = network;
  const [W_xh, W_hh, b_h] = [params["rnn.W_xh"], params["rnn.W_hh"], params["rnn.b_h"]];
  let h = new Float64Array(b_h.length);
  let next = new Float64Array(b_h.length);
  const inputs = new Map(); // b_h + x W_xh of each word, since words come again
  for (const id of ids) {
    if (!inputs.has(id)) {
      const x = params["embedding.W"][id];
      inputs.set(id, b_h.map((b, j) => x.reduce((sum, v, i) => sum + v * W_xh[i][j], b)));
    }
    const input = inputs.get(id);
    for (let j = 0; j < h.length; j++) {
      let z = input[j];
      for (let i = 0; i < h.length; i++) z += h[i] * W_hh[i][j];
      next[j] = Math.tanh(z);
    }
    [h, next] = [next, h];
  }
  return -Math.log(softmax(add(times([...h], params["output.W"]), params["output.b"]))[target]);
}

/**
 * The gradient of the loss at the last word by nudging every entry of one matrix both ways.
 * @param {any} network
 * @param {string[]} tokens
 * @param {number} target
 * @param {string} name of the parameter, like "rnn.W_hh"
 * @returns {Matrix}
 */
export function numericalGradient(network, tokens, target, name, eps = 1e-5) {
  const W = network.params[name].map((row) => [...row]); // nudge a copy, not the reader's network
  const nudged = { ...network, params: { ...network.params, [name]: W } };
  const ids = encode(network, tokens);
  const loss = () => lossAtEnd(nudged, ids, target);
  return W.map((row) =>
    row.map((kept, j) => {
      row[j] = kept + eps;
      const above = loss();
      row[j] = kept - eps;
      const below = loss();
      row[j] = kept;
      return (above - below) / (2 * eps);
    }),
  );
}

/** ||A - B|| / (||A|| + ||B||), as rnnlib.gradcheck. @param {Matrix} A @param {Matrix} B */
export function relativeError(A, B) {
  const a = A.flat();
  const b = B.flat();
  const scale = norm(a) + norm(b);
  return scale === 0 ? 0 : norm(a.map((v, i) => v - b[i])) / scale;
}

/** A number of half precision from its 16 bits. @param {number} bits */
function halfToNumber(bits) {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) throw new RangeError("a weight must be a finite number");
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
}

/** Nested arrays of a shape, filled in order. @param {number[]} shape @param {() => number} next */
const nested = ([n, ...rest], next) => Array.from({ length: n }, () => (rest.length ? nested(rest, next) : next()));

/**
 * A spec with its weights as nested arrays, however they were written: the inverse of `pack` in Python.
 * @param {any} spec
 */
export function unpack(spec) {
  const read = ({ shape, half }) => {
    const bytes = atob(half);
    let i = 0;
    return nested(shape, () => halfToNumber(bytes.charCodeAt(i++) | (bytes.charCodeAt(i++) << 8)));
  };
  const params = Object.entries(spec.params).map(([name, p]) => [name, typeof p.half === "string" ? read(p) : p]);
  return { ...spec, params: Object.fromEntries(params) };
}

// The networks of the later chapters. Each function reads the plain data that `to_spec()` writes and
// returns what `trace()` returns in Python. Sequences are arrays of rows; gates are arrays of rows too.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const tanhOf = (v) => v.map(Math.tanh);
const relu = (v) => v.map((a) => Math.max(a, 0));
const zeros = (n) => new Array(n).fill(0);

/** x W + b for every row. @param {Matrix} rows @param {Matrix} W @param {Vector} b @returns {Matrix} */
export function linear(rows, W, b) {
  return rows.map((x) => add(times(x, W), b));
}

/** One step of a cell: the next state and its gates. */
const CELLS = {
  /** h_t = tanh(x_t W_xh + h_{t-1} W_hh + b_h) */
  RNN: (p, x, { h }) => ({ h: tanhOf(add(times(x, p.W_xh), times(h, p.W_hh), p.b_h)) }),
  /** c_t = f c_{t-1} + i g, h_t = o tanh(c_t) */
  LSTM: (p, x, { h, c }) => {
    const z = p.W_xh.map((W, k) => add(times(x, W), times(h, p.W_hh[k]), p.b_h[k]));
    const gates = z.map((v, k) => (k === 2 ? tanhOf(v) : v.map(sigmoid)));
    const [i, f, g, o] = gates;
    const next = c.map((old, j) => f[j] * old + i[j] * g[j]);
    return { h: next.map((v, j) => o[j] * Math.tanh(v)), c: next, gates };
  },
  /** h_t = (1 - z) n + z h_{t-1}, with the reset gate after the product */
  GRU: (p, x, { h }) => {
    const [fromR, fromZ, fromN] = p.W_xh.map((W, k) => add(times(x, W), p.b_h[k]));
    const [r, z] = [add(fromR, times(h, p.W_hh[0])).map(sigmoid), add(fromZ, times(h, p.W_hh[1])).map(sigmoid)];
    const memory = add(times(h, p.W_hh[2]), p.b_reset);
    const n = tanhOf(fromN.map((v, j) => v + r[j] * memory[j]));
    return { h: n.map((v, j) => (1 - z[j]) * v + z[j] * h[j]), gates: [r, z, n] };
  },
};

/** The parameters whose names begin with a prefix, without it. @param {any} spec @param {string} prefix */
export function paramsOf(spec, prefix) {
  const own = Object.entries(spec.params).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

/**
 * One recurrent layer over a sequence; h and c have T + 1 rows, gates are (gates, T, H) as in Python.
 * @param {"RNN"|"LSTM"|"GRU"} cell
 * @param {any} p
 * @param {Matrix} x
 * @param {Vector} [h_0]
 */
export function runCell(cell, p, x, h_0) {
  const H = p.W_hh[0][0].length ?? p.W_hh.length;
  let state = { h: h_0 ?? zeros(H), c: zeros(H) };
  const run = { h: [state.h], c: [state.c], gates: [] };
  for (const row of x) {
    state = CELLS[cell](p, row, state);
    run.h.push(state.h);
    if (cell === "LSTM") run.c.push(state.c);
    if (cell !== "RNN") run.gates.push(state.gates);
  }
  if (cell === "RNN") return { h: run.h };
  const gates = run.gates[0].map((_, k) => run.gates.map((step) => step[k]));
  return cell === "LSTM" ? { h: run.h, c: run.c, gates } : { h: run.h, gates };
}

/** One step of the way back: from the gradient at a state to the gradient at the state before. */
const BACK = {
  /** dz = dh (1 - h^2), and back through W_hh */
  RNN: (p, run, t, { dh }) => ({ dh: timesTransposed(dh.map((d, j) => d * (1 - run.h[t][j] ** 2)), p.W_hh) }),
  /** two ways back: through the gates to h, and straight along c, times the forget gate */
  LSTM: (p, run, t, { dh, dc }) => {
    const [i, f, g, o] = run.gates.map((gate) => gate[t - 1]);
    const tanh_c = tanhOf(run.c[t]);
    const d = dc.map((v, j) => v + dh[j] * o[j] * (1 - tanh_c[j] ** 2));
    const dz = [
      d.map((v, j) => v * g[j] * i[j] * (1 - i[j])),
      d.map((v, j) => v * run.c[t - 1][j] * f[j] * (1 - f[j])),
      d.map((v, j) => v * i[j] * (1 - g[j] ** 2)),
      dh.map((v, j) => v * tanh_c[j] * o[j] * (1 - o[j])),
    ];
    return { dh: add(...dz.map((v, k) => timesTransposed(v, p.W_hh[k]))), dc: d.map((v, j) => v * f[j]) };
  },
  /** through the gates and the candidate, and straight along h, times the gate z */
  GRU: (p, run, t, { dh }) => {
    const [r, z, n] = run.gates.map((gate) => gate[t - 1]);
    const memory = add(times(run.h[t - 1], p.W_hh[2]), p.b_reset);
    const dn = dh.map((v, j) => v * (1 - z[j]) * (1 - n[j] ** 2));
    const parts = [
      dn.map((v, j) => v * memory[j] * r[j] * (1 - r[j])),
      dh.map((v, j) => v * (run.h[t - 1][j] - n[j]) * z[j] * (1 - z[j])),
      dn.map((v, j) => v * r[j]),
    ];
    return { dh: add(...parts.map((v, k) => timesTransposed(v, p.W_hh[k])), dh.map((v, j) => v * z[j])) };
  },
};

/**
 * Gradient at every state that one recurrent layer passes on, given the gradient at the last h.
 * @param {"RNN"|"LSTM"|"GRU"} cell
 * @param {any} p
 * @param {any} run what `runCell` returned
 * @param {Vector} dh_n
 * @returns {{dh: Matrix, dc?: Matrix}} T + 1 rows, from the gradient at h_0 (and c_0) on
 */
export function backCell(cell, p, run, dh_n) {
  const T = run.h.length - 1;
  let state = { dh: dh_n, dc: zeros(dh_n.length) };
  const back = [state];
  for (let t = T; t >= 1; t--) back.unshift((state = BACK[cell](p, run, t, state)));
  const dh = back.map((s) => s.dh);
  return cell === "LSTM" ? { dh, dc: back.map((s) => s.dc) } : { dh };
}

/** Recurrent layers on top of each other, as `states_and_gates`. @param {any} spec @param {Matrix} x */
export function runStacked(spec, x) {
  const layers = [];
  for (let k = 0; k < spec.config.num_layers; k++) {
    layers.push(runCell(spec.config.cell, paramsOf(spec, `rnn.${k}.`), x));
    x = layers[k].h.slice(1);
  }
  return layers;
}

const mean = (rows) => rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);
const maximum = (rows) => rows[0].map((_, j) => rows.reduce((top, row) => Math.max(top, row[j]), -Infinity));

/** Weighted sum of rows. @param {Vector} weights @param {Matrix} rows */
const mix = (weights, rows) => times(weights, rows);

/** As `RecurrentClassifier.trace`. @param {any} spec @param {Matrix} x */
export function traceRecurrentClassifier(spec, x) {
  const layers = runStacked(spec, x);
  const states = layers[layers.length - 1].h.slice(1);
  const out = { layers };
  let seen = states;
  const { read } = spec.config;
  if (read === "last") seen = [states[states.length - 1]];
  if (read === "mean") seen = [mean(states)];
  if (read === "max") seen = [maximum(states)];
  if (read === "attention") {
    const p = paramsOf(spec, "pool.");
    const scores = states.map((h) => add(times(h, p.W), p.b)).map((z) => z.reduce((sum, v, j) => sum + Math.tanh(v) * p.w[j], 0));
    out.weights = softmax(scores);
    seen = [mix(out.weights, states)];
  }
  const logits = linear(seen, spec.params["output.W"], spec.params["output.b"]);
  return read === "all" ? { ...out, logits, p: logits.map(softmax) } : { ...out, logits: logits[0], p: softmax(logits[0]) };
}

/** As `CharLanguageModel.trace`. @param {any} spec @param {number[]} ids */
export function traceCharLanguageModel(spec, ids) {
  const layers = runStacked(spec, ids.map((id) => spec.params["embedding.W"][id]));
  const logits = linear(layers[layers.length - 1].h.slice(1), spec.params["output.W"], spec.params["output.b"]);
  return { layers, logits, p: logits.map(softmax) };
}

/** As `MLP.trace`. @param {any} spec @param {Vector} x */
export function traceMLP(spec, x) {
  const activations = [];
  const last = spec.config.sizes.length - 2;
  for (let k = 0; k <= last; k++) {
    const z = add(times(x, spec.params[`${k}.W`]), spec.params[`${k}.b`]);
    x = k === last ? z : spec.config.activation === "tanh" ? tanhOf(z) : relu(z);
    activations.push(x);
  }
  return { activations, logits: x, p: softmax(x) };
}

/** Causal convolution over time: y_t = sum_k x_{t - (w - 1 - k) d} W_k + b. */
export function causalConvolution(x, W, b, dilation) {
  return x.map((_, t) => {
    const parts = W.map((W_k, k) => [t - (W.length - 1 - k) * dilation, W_k]).filter(([s]) => s >= 0);
    return add(b, ...parts.map(([s, W_k]) => times(x[s], W_k)));
  });
}

/** As `ConvSequenceClassifier.trace`. @param {any} spec @param {Matrix} x */
export function traceConvSequenceClassifier(spec, x) {
  const activations = [];
  for (let k = 0; k < spec.config.num_layers; k++) {
    x = causalConvolution(x, spec.params[`${k}.W`], spec.params[`${k}.b`], 2 ** k).map(relu);
    activations.push(x);
  }
  const logits = add(times(maximum(x), spec.params["output.W"]), spec.params["output.b"]);
  return { activations, logits, p: softmax(logits) };
}

/** Convolution of channels (C, H, W) with filters (K, C, s, s), one row of zeros around: (K, H, W). */
export function imageConvolution(x, W, b) {
  const [rows, columns, reach] = [x[0].length, x[0][0].length, (W[0][0].length - 1) / 2];
  return W.map((filter, k) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => {
    let sum = b[k];
    filter.forEach((plane, c) => plane.forEach((line, u) => line.forEach((w, v) => {
      sum += w * (x[c][i + u - reach]?.[j + v - reach] ?? 0);
    })));
    return sum;
  })));
}

/** The largest of every window of 2 by 2. */
export function poolImage(x) {
  return x.map((plane) => plane.filter((_, i) => i % 2 === 0).map((line, i) =>
    line.filter((_, j) => j % 2 === 0).map((_, j) => Math.max(plane[2 * i][2 * j], plane[2 * i][2 * j + 1], plane[2 * i + 1][2 * j], plane[2 * i + 1][2 * j + 1]))));
}

/** As `ImageClassifier.trace`. @param {any} spec @param {Matrix} image */
export function traceImageClassifier(spec, image) {
  let x = [image];
  const maps = [];
  for (const name of ["conv_1", "conv_2"]) {
    const z = imageConvolution(x, spec.params[`${name}.W`], spec.params[`${name}.b`]);
    x = poolImage(z.map((plane) => plane.map(relu)));
    maps.push(x);
  }
  const logits = add(times(x.flat(2), spec.params["output.W"]), spec.params["output.b"]);
  return { maps, logits, p: softmax(logits) };
}

/** gain (x - mean) / sqrt(var + eps) + bias for every row. */
export function layerNorm(rows, { gain, bias }, eps = 1e-5) {
  return rows.map((x) => {
    const centre = x.reduce((sum, v) => sum + v, 0) / x.length;
    const scale = 1 / Math.sqrt(x.reduce((sum, v) => sum + (v - centre) ** 2, 0) / x.length + eps);
    return x.map((v, j) => gain[j] * (v - centre) * scale + bias[j]);
  });
}

/** Scores of one query against the first keys: their products over sqrt(D). */
function scoresOf(query, keys, open) {
  const scale = 1 / Math.sqrt(query.length);
  const scores = new Array(open);
  for (let j = 0; j < open; j++) { // plain loops: this is most of the work on a long sentence
    let sum = 0;
    for (let d = 0; d < query.length; d++) sum += keys[j][d] * query[d];
    scores[j] = sum * scale;
  }
  return scores;
}

/** softmax over the keys that may be seen, and what is seen: causal if no later key may be. */
export function attend(q, k, v, causal) {
  const shift = k.length - q.length;
  const weights = q.map((query, i) => {
    const open = causal ? i + shift + 1 : k.length;
    const seen = softmax(scoresOf(query, k, open));
    return open === k.length ? seen : [...seen, ...zeros(k.length - open)];
  });
  return { weights, seen: weights.map((row) => mix(row, v)) };
}

/**
 * softmax over the keys that a mask of one's own leaves open, and what is seen; a query that may look
 * nowhere gets zeros, as in rnnlib.
 * @param {Matrix} q @param {Matrix} k @param {Matrix} v
 * @param {boolean[][]} allowed a row for each query, a column for each key
 */
export function attendWhere(q, k, v, allowed) {
  const weights = q.map((query, i) => {
    if (!allowed[i].some(Boolean)) return zeros(k.length);
    return softmax(scoresOf(query, k, k.length).map((score, j) => (allowed[i][j] ? score : -Infinity)));
  });
  return { weights, seen: weights.map((row) => mix(row, v)) };
}

/** As `MultiHeadAttention.forward` of one sequence; weights are (heads, T, T). */
export function multiHead(x, p, heads, causal) {
  const [q, k, v] = ["q", "k", "v"].map((name) => linear(x, p[`W_${name}`], p[`b_${name}`]));
  const width = x[0].length / heads;
  const cut = (rows, head) => rows.map((row) => row.slice(head * width, (head + 1) * width));
  const parts = Array.from({ length: heads }, (_, head) => attend(cut(q, head), cut(k, head), cut(v, head), causal));
  const joined = x.map((_, t) => parts.flatMap((part) => part.seen[t]));
  return { weights: parts.map((part) => part.weights), y: linear(joined, p.W_o, p.b_o) };
}

const sumRows = (a, b) => a.map((row, t) => add(row, b[t]));

/** As `TransformerBlock.forward` of one sequence. */
export function transformerBlock(x, spec, prefix, heads, causal) {
  const part = (name) => paramsOf(spec, `${prefix}${name}.`);
  const { weights, y } = multiHead(layerNorm(x, part("norm_1")), part("attention"), heads, causal);
  const middle = sumRows(x, y);
  const [one, two] = [part("linear_1"), part("linear_2")];
  const hidden = linear(layerNorm(middle, part("norm_2")), one.W, one.b).map(relu);
  return { weights, y: sumRows(middle, linear(hidden, two.W, two.b)) };
}

/** sin and cos of t / 10000^(2i/D), as `sinusoidal_positions`. */
export function positions(T, D) {
  return Array.from({ length: T }, (_, t) => Array.from({ length: D }, (_, j) => {
    const angle = t / 10000 ** ((j - (j % 2)) / D);
    return j % 2 ? Math.cos(angle) : Math.sin(angle);
  }));
}

/** What Transformer classifier and language model share: weights of every block, features at the end. */
function encodeTransformer(spec, ids, causal) {
  let x = ids.map((id) => spec.params["embedding.W"][id]);
  x = sumRows(x, positions(x.length, x[0].length));
  const weights = [];
  for (let k = 0; k < spec.config.num_layers; k++) {
    const block = transformerBlock(x, spec, `blocks.${k}.`, spec.config.n_heads, causal);
    weights.push(block.weights);
    x = block.y;
  }
  return { weights, x: layerNorm(x, paramsOf(spec, "norm.")) };
}

/** As `TransformerClassifier.trace`. @param {any} spec @param {number[]} ids */
export function traceTransformerClassifier(spec, ids) {
  const { weights, x } = encodeTransformer(spec, ids, false);
  const logits = add(times(mean(x), spec.params["output.W"]), spec.params["output.b"]);
  return { weights, logits, p: softmax(logits) };
}

/** As `CausalLanguageModel.trace`. @param {any} spec @param {number[]} ids */
export function traceCausalLanguageModel(spec, ids) {
  const { weights, x } = encodeTransformer(spec, ids, true);
  const logits = linear(x, spec.params["output.W"], spec.params["output.b"]);
  return { weights, logits, p: logits.map(softmax) };
}

/** As `EncoderDecoder.trace`. @param {any} spec @param {number[]} source @param {number[]} target */
export function traceEncoderDecoder(spec, source, target) {
  const look = (name, ids) => ids.map((id) => spec.params[`${name}.W`][id]);
  const encoder = runCell("GRU", paramsOf(spec, "encoder."), look("source", source)).h;
  const decoder = runCell("GRU", paramsOf(spec, "decoder."), look("target", target), encoder[encoder.length - 1]).h;
  const p = paramsOf(spec, "attention.");
  const memory = encoder.slice(1);
  const keys = memory.map((h) => times(h, p.W_k));
  const states = decoder.slice(1);
  const weights = states.map((h) => {
    const query = times(h, p.W_q);
    return softmax(keys.map((key) => key.reduce((sum, a, j) => sum + Math.tanh(a + query[j]) * p.w[j], 0)));
  });
  const both = states.map((h, t) => [...h, ...mix(weights[t], memory)]);
  const logits = linear(both, spec.params["output.W"], spec.params["output.b"]);
  return { encoder, decoder, weights, logits, p: logits.map(softmax) };
}

/**
 * Write by always taking the likeliest symbol, as `EncoderDecoder.decode`; also the probabilities.
 * @param {any} spec
 * @param {number[]} source
 * @param {number} start
 * @param {number} stop
 * @param {number} length largest number of symbols
 */
export function decodeEncoderDecoder(spec, source, start, stop, length) {
  const row = (name, id) => spec.params[`${name}.W`][id];
  const memory = runCell("GRU", paramsOf(spec, "encoder."), source.map((id) => row("source", id))).h;
  const [decoder, attention] = [paramsOf(spec, "decoder."), paramsOf(spec, "attention.")];
  const values = memory.slice(1);
  const keys = values.map((h) => times(h, attention.W_k)); // the source stays the same: once is enough
  const out = { ids: [], weights: [], p: [] };
  let state = { h: memory[memory.length - 1] };
  let last = start;
  while (out.ids.length < length && (last !== stop || !out.ids.length)) {
    state = CELLS.GRU(decoder, row("target", last), state);
    const query = times(state.h, attention.W_q);
    const weights = softmax(keys.map((key) => key.reduce((sum, a, j) => sum + Math.tanh(a + query[j]) * attention.w[j], 0)));
    const logits = add(times([...state.h, ...mix(weights, values)], spec.params["output.W"]), spec.params["output.b"]);
    last = logits.indexOf(Math.max(...logits));
    out.ids.push(last);
    out.weights.push(weights);
    out.p.push(softmax(logits));
  }
  return out;
}

/**
 * Soft lookup of one query: scores q k, times `factor`, over `temperature`; shares; the sum they give.
 * @param {Vector} query
 * @param {Matrix} keys
 * @param {Vector} values
 * @param {number} factor
 * @param {number} temperature
 */
export function lookUp(query, keys, values, factor, temperature) {
  const scores = keys.map((key) => (factor * key.reduce((sum, a, j) => sum + a * query[j], 0)) / temperature);
  const weights = softmax(scores);
  return { scores, weights, answer: weights.reduce((sum, a, j) => sum + a * values[j], 0) };
}

const TRACES = {
  "rnnlib/MLP/1": traceMLP,
  "rnnlib/RecurrentClassifier/1": traceRecurrentClassifier,
  "rnnlib/CharLanguageModel/1": traceCharLanguageModel,
  "rnnlib/ConvSequenceClassifier/1": traceConvSequenceClassifier,
  "rnnlib/ImageClassifier/1": traceImageClassifier,
  "rnnlib/TransformerClassifier/1": traceTransformerClassifier,
  "rnnlib/CausalLanguageModel/1": traceCausalLanguageModel,
  "rnnlib/EncoderDecoder/1": traceEncoderDecoder,
};

/** What `trace(...inputs)` of the network returns in Python, for any network but the first chapters'. */
export function traceNetwork(spec, ...inputs) {
  if (!TRACES[spec.format]) throw new Error(`no network of the format ${spec.format}`);
  return TRACES[spec.format](spec, ...inputs);
}
