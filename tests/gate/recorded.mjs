// What differs between two runs of the same requests, under names that don't: <id-1>, <hash-1>, <token-1>, <time>.

const member = (name) => new RegExp(`(?<="${name}": ?")[^"]+(?=")`, "g");

/** In this order: what is a receipt's id is not just any id. */
const KINDS = [
  ["token", /eyJ[\w-]+\.[\w-]+\.[\w-]+/g],
  ["receipt", member("receipt_id")],
  ["post", member("post_id")],
  ["request", member("request_id")],
  ["id", /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g],
  ["hash", /sha256:[0-9a-f]{64}/g],
  ["key", /(?<="(?:x|kid)": ?")[\w-]{43}(?=")/g],
];

/** Gives what differs its names, and the names what they stand for. */
export class Names {
  #values = new Map();
  #counts = new Map();
  #url;

  constructor(url) {
    this.#url = url;
  }

  told(text) {
    let told = text.replaceAll(this.#url, "http://127.0.0.1:8787");
    for (const [name, value] of this.#values) told = told.replaceAll(value, name);
    for (const [kind, pattern] of KINDS) told = told.replaceAll(pattern, (value) => (value.startsWith("<") ? value : this.#name(kind, value)));
    return told.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>").replaceAll(/(_ms": ?)\d+/g, "$10");
  }

  resolved(text) {
    return text.replaceAll(/<\w+-\d+>/g, (name) => {
      const value = this.#values.get(name);
      if (value === undefined) throw new Error(`${name} was in no reply before`);
      return value;
    });
  }

  #name(kind, value) {
    const known = [...this.#values].find(([, each]) => each === value);
    if (known) return known[0];
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#values.set(`<${kind}-${count}>`, value);
    return `<${kind}-${count}>`;
  }
}

const WIDTH = 120;

/** JSON on one line where it fits, and a member a line where it doesn't. */
export function pretty(value, indent = "", lead = 0) {
  const flat = spaced(value);
  if (typeof value !== "object" || value === null || indent.length + lead + flat.length <= WIDTH) return flat;
  const more = `${indent}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const members = Array.isArray(value)
    ? value.map((each) => pretty(each, more))
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pretty(each, more, name.length + 4)}`);
  return `${open}\n${members.map((member) => more + member).join(",\n")}\n${indent}${close}`;
}

function spaced(value) {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${spaced(each)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
