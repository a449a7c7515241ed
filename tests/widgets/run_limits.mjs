// Runs the widgets of chapter 6 on the cases of a JSON file and writes what they compute to standard output.
import { readFileSync } from "node:fs";
import { tokenize } from "../../rnnlib/widgets/engine.mjs";
import { gateRows, traceGates } from "../../rnnlib/widgets/gate_stepper.mjs";
import { measure } from "../../rnnlib/widgets/lag_gradients.mjs";
import { trainer } from "../../rnnlib/widgets/train_in_page.mjs";

/** Train for a number of updates, one at a time; return the reports and the weights at the end. */
function train({ settings, updates }) {
  const told = [];
  const port = { onmessage: null, postMessage: (message) => told.push(message) };
  trainer(port);
  port.onmessage({ data: { type: "reset", settings, run: 1 } });
  for (let goal = 1; goal <= updates; goal++) port.onmessage({ data: { type: "learn", goal, pace: 1 } });
  port.onmessage({ data: { type: "weights" } });
  const news = told.flatMap((message) => message.news ?? []);
  return { news, weights: told.at(-1).weights, ready: told[0].ready };
}

/** Everything in one step's rows: the values, and what each is said to come from. */
function gates({ network, cell, sentence }) {
  const run = traceGates(network, cell, tokenize(sentence));
  const rows = run.tokens.map((_, t) => {
    globalThis.document = { createElement: () => ({ append() {}, setAttribute() {} }) }; // labels are elements
    return gateRows(network, cell, run, t + 1).map((row) => ({ name: row.name, values: row.values, told: row.values.map((_, j) => row.explain(j)) }));
  });
  return { run, rows };
}

const JOBS = { train, gates, lags: ({ base, at }) => measure({ params: base }, at) };
const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
process.stdout.write(JSON.stringify(cases.map(({ job, ...rest }) => JOBS[job](rest))));
