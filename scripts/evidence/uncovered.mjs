// Why a line of the core is run by no test of the core. Each reason is about lines that it names; a line without one is a gap, and is said to be.

const reasons = [];

export function explain(file, text) {
  return reasons.find(({ files, lines }) => files.test(file) && lines.test(text))?.why ?? "a gap";
}
