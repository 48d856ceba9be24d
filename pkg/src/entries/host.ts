/** What every entry shares: the wasm module is loaded once, at the first checker; a load that failed may be tried again. */
import { type Checker, type CheckerOptions, type Defaults, checkerOver, onlyKnown, open } from "../checker.js";
import { PostgateError } from "../errors.js";

/** @internal */
type Loaded = WebAssembly.Module | BufferSource;

let opened: Promise<void> | undefined;

/**
 * Resolves when the module is instantiated. Only the first caller's `load` runs, until one succeeds.
 * @internal
 */
export async function openOnce(load: () => Loaded | Promise<Loaded>): Promise<void> {
  opened ??= openFrom(load);
  try {
    await opened;
  } catch (failure) {
    opened = undefined;
    throw failure;
  }
}

export interface CreateChecker {
  /** A checker of one policy, by default the built-in one. The first call loads the wasm module, later ones share it. */
  <D extends Defaults = object>(options?: CheckerOptions<D>): Promise<Checker<D>>;
}

/** @internal */
export function createCheckerFrom(load: () => Loaded | Promise<Loaded>): CreateChecker {
  return async (options = {}) => {
    onlyKnown(options, ["policy", "defaults"]);
    await openOnce(load);
    return checkerOver(options);
  };
}

async function openFrom(load: () => Loaded | Promise<Loaded>): Promise<void> {
  let module: Loaded;
  try {
    module = await load();
  } catch (cause) {
    throw new PostgateError("WASM_UNAVAILABLE", `the wasm module could not be loaded: ${String(cause)}`, { cause });
  }
  open(module);
}
