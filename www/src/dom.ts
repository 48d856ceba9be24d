/** Making and finding elements. Text goes in as text: nothing here ever reads markup out of a string. */

type Child = Node | string | undefined | false;

/** An element with properties (`className`, `type`, …), attributes (`aria-…`, `data-…`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<Omit<HTMLElementTagNameMap[K], "style">> & { [attribute: `${"aria" | "data"}-${string}`]: string } = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A decorative drawing, hidden from screen readers. */
export function svg(className: string, viewBox: string, ...shapes: [tag: string, attributes: Record<string, string>][]): SVGSVGElement {
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("class", className);
  root.setAttribute("viewBox", viewBox);
  root.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    root.append(shape);
  }
  return root;
}

/** The element of the page with this id, which must be of this kind. */
export function the<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return element;
}

/** Says something to screen readers when they have a moment. */
export function say(text: string): void {
  the("say", HTMLElement).textContent = text;
}

/** A link where a browser may and can follow the address, its text anywhere else: the gate's own want a credential. */
export function link(url: string): Node {
  const web = /^https?:\/\//i.test(url) && URL.canParse(url) && new URL(url).origin !== location.origin;
  return web ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url) : document.createTextNode(url);
}

/** `POLICY_TAGS_MISSING` or `qa_gatekeeper` as words. */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll("_", " ");
  return (text.charAt(0).toUpperCase() + text.slice(1)).replace(/^(qa|tos)\b/i, (short) => short.toUpperCase());
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** An error's text, written to be part of a log line, as a sentence for a reader. */
export function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) || whole === "" ? whole : `${whole}.`;
}
