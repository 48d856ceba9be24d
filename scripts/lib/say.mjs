// How the scripts talk: one line a step, what it was and how long it took. Node built-ins only, writes to stdout alone.

const tty = process.stdout.isTTY === true;
const colour = (code, text) => (tty && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text);

export const good = (text) => colour(32, text);
export const bad = (text) => colour(31, text);
export const dim = (text) => colour(2, text);

/** What went wrong, as one sentence for the person who ran the command; `output` is what the failing command printed. */
export class Failure extends Error {
  constructor(sentence, output = "") {
    super(sentence);
    this.name = "Failure";
    this.output = output;
  }
}

export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
export const line = (text) => process.stdout.write(`${text}\n`);

/** Progress of a long step: rewritten in place every second on a terminal, a line every half minute elsewhere. */
export function progress(what) {
  const begun = performance.now();
  let detail = "";
  const text = () => `${what}${detail && `: ${detail}`}, ${seconds(begun)}`;
  const draw = tty ? () => process.stdout.write(`\r\x1b[2K${dim(text())}`) : () => line(text());
  const ticker = setInterval(draw, tty ? 1000 : 30_000).unref();
  return {
    tell: (now) => (detail = now),
    end() {
      clearInterval(ticker);
      if (tty) process.stdout.write("\r\x1b[2K");
    },
  };
}

/** Runs one step and says what it did and how long it took. The step gets `tell(detail)` and may return a closing remark. */
export async function step(what, run) {
  const begun = performance.now();
  const shown = progress(what);
  try {
    const remark = await run(shown.tell);
    shown.end();
    line(`${what}${remark ? `: ${remark}` : ""} ${dim(`(${seconds(begun)})`)}`);
  } catch (error) {
    shown.end();
    throw error;
  }
}

/** The main function of a command: a Failure becomes its sentence and exit status 1, anything else keeps its stack. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.output) process.stderr.write(`${error.output.trimEnd()}\n`);
    process.stderr.write(`${bad("error")}: ${error.message}\n`);
    process.exitCode = 1;
  }
}
