// Medians, quantiles, and rounds that take turns: whatever disturbs the machine disturbs everybody in the comparison.

export const ROUNDS = 9;

const sorted = (values) => values.toSorted((a, b) => a - b);
export const median = (values) => sorted(values)[values.length >> 1];
export const quantile = (values, at) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * at))];

/** Three digits that count; more would be noise. */
export const rounded = (value) => Number(value.toPrecision(3));

/** Processor time of one call over all `inputs`, in microseconds. */
function time(call, inputs) {
  const from = process.cpuUsage();
  for (const input of inputs) call(input);
  const { user, system } = process.cpuUsage(from);
  return (user + system) / inputs.length;
}

/** The median of each contender `{ call, inputs }`, in microseconds a call. */
export async function sideBySide(contenders, tell = () => {}) {
  for (const { call, inputs } of contenders) time(call, inputs);
  const times = contenders.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    tell(`round ${round + 1} of ${ROUNDS}`);
    for (const [index, { call, inputs }] of contenders.entries()) times[index].push(time(call, inputs));
    await new Promise(setImmediate); // progress is drawn between rounds, never in one
  }
  return times.map((each) => rounded(median(each)));
}
