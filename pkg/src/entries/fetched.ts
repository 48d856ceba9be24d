/** A wasm module from an HTTP answer, compiled while it arrives where the server names its type. */

const WASM_TYPE = "application/wasm";

export async function compileAnswer(answer: Response | Promise<Response>): Promise<WebAssembly.Module> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}, expected the wasm module`);
  if (response.headers.get("content-type")?.split(";")[0]?.trim() === WASM_TYPE) {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}
