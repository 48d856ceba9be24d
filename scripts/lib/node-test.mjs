// How test files are run in Node.

/** The most milliseconds that one file of tests may take. */
const limit = 600_000;

/**
 * What Node is told in front of the files. A file that hangs is named and fails, and the others go on. V8 compiles on the main thread: Node 20
 * can wait for ever at its end for a compiling thread that waits for it (nodejs/node#54918).
 */
export const nodeTesting = ["--single-threaded", "--test", "--test-timeout", String(limit), "--test-reporter", "spec"];
