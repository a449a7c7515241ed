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
const MARKS = "!-/:-@\\[-`{-~\\u00a1\\u00ab\\u00b7\\u00bb\\u00bf\\u2010-\\u205e";
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
  const top = Math.max(...z);
  const e = z.map((a) => Math.exp(a - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((a) => a / sum);
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
  for (const id of ids) {
    const x = params["embedding.W"][id];
    for (let j = 0; j < h.length; j++) {
      let z = b_h[j];
      for (let i = 0; i < x.length; i++) z += x[i] * W_xh[i][j];
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
  return scale > 0 ? norm(a.map((v, i) => v - b[i])) / scale : 0;
}
