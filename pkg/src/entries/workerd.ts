/** `postgate` in a Cloudflare Worker, where wasm must be a static import: it arrives compiled. */
import module from "./postgate.wasm";

import { createCheckerFrom } from "./host.js";

export * from "./surface.js";

export const createChecker = createCheckerFrom(() => module);
