/** The two ways in which a build brings the wasm binary into a script. */
declare module "*/postgate.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "inline:postgate.wasm" {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
