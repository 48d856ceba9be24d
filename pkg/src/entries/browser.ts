/** `postgate` in a browser or a bundler: the module is a file next to this one, and bundlers see it as an asset. */
import { compileAnswer } from "./fetched.js";
import { createCheckerFrom } from "./host.js";

export * from "./surface.js";

export const createChecker = createCheckerFrom(() => compileAnswer(fetch(new URL("./postgate.wasm", import.meta.url))));
