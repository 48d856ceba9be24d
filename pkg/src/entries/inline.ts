/** `postgate/inline`: the module travels inside the script, for bundlers that copy no asset. */
import bytes from "inline:postgate.wasm";

import { createCheckerFrom } from "./host.js";

export * from "./surface.js";

export const createChecker = createCheckerFrom(() => WebAssembly.compile(bytes));
