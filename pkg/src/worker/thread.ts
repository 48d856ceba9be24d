/** The far side of `postgate/worker`: a script that is a whole module Worker, answering one call at a time. */
import { type Checker, type CheckerOptions } from "../checker.js";
import { createChecker } from "../entries/browser.js";
import { PostgateError } from "../errors.js";
import { type Answer, type Call, asFailure } from "./protocol.js";

let checker: Checker | undefined;

async function answer({ id, method, arguments: given }: Call): Promise<Answer> {
  try {
    if (method === "open") {
      checker = await createChecker(given[0] as CheckerOptions);
      return { id, value: undefined };
    }
    if (checker === undefined) throw new PostgateError("INTERNAL", "a call before the checker was open");
    return { id, value: (checker[method] as (...given: readonly unknown[]) => unknown)(...given) };
  } catch (thrown) {
    return { id, failure: asFailure(thrown) };
  }
}

const here = globalThis as unknown as { onmessage: (event: MessageEvent<Call>) => void; postMessage(message: Answer): void };
here.onmessage = ({ data }) => void answer(data).then((message) => here.postMessage(message));
