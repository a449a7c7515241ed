// Runs engine.mjs on the networks of a JSON file and writes their traces to standard output.
import { readFileSync } from "node:fs";
import { traceNetwork, unpack } from "../../rnnlib/widgets/engine.mjs";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
process.stdout.write(JSON.stringify(cases.map(({ spec, inputs }) => traceNetwork(unpack(spec), ...inputs))));
