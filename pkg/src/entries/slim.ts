/** `postgate/slim`: no binary of its own; the caller hands in the module, from wherever it keeps it. */
import { type Checker, type CheckerOptions, type Defaults, checkerOver, onlyKnown } from "../checker.js";
import { compileAnswer } from "./fetched.js";
import { openOnce } from "./host.js";

export * from "./surface.js";

/** A compiled module, its bytes, or the HTTP answer that brings them. */
export type ModuleSource = WebAssembly.Module | BufferSource | Response;

export interface SlimOptions<D extends Defaults = object> extends CheckerOptions<D> {
  /** `postgate/postgate.wasm`. Only the first checker's is used: later ones share its instance. */
  module: ModuleSource | Promise<ModuleSource>;
}

/** A checker of one policy, by default the built-in one, over the module that the caller hands in. */
export async function createChecker<D extends Defaults = object>(options: SlimOptions<D>): Promise<Checker<D>> {
  onlyKnown(options, ["policy", "defaults", "module"]);
  await openOnce(async () => {
    const given = await options.module;
    return "headers" in given ? compileAnswer(given) : given;
  });
  return checkerOver(options);
}
