// Runs engine.mjs on the cases of a JSON file and writes what it computes to standard output.
import { readFileSync } from "node:fs";
import * as engine from "../../rnnlib/widgets/engine.mjs";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const results = cases.map(({ network, sentence, target }) => {
  const tokens = engine.tokenize(sentence);
  const run = engine.trace(network, tokens);
  if (!tokens.length) return { run };
  const { loss, dh, dz, share, sum } = engine.backward(network, run, target);
  const numerical = engine.numericalGradient(network, tokens, target, "rnn.W_hh");
  return { run, back: { loss, dh: dh.slice(1), dz: dz.slice(1), share: share.slice(1), sum: sum.slice(1) }, error: engine.relativeError(sum[1], numerical) };
});
process.stdout.write(JSON.stringify(results));
