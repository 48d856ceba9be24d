/** `postgate` in Node: the module is a file next to this one. A bundle that leaves it behind wants `postgate/inline`. */
import { readFile } from "node:fs/promises";

import { createCheckerFrom } from "./host.js";

export * from "./surface.js";

export const createChecker = createCheckerFrom(async () =>
  WebAssembly.compile(await readFile(new URL("./postgate.wasm", import.meta.url))),
);
