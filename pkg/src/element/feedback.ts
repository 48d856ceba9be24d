/**
 * `<postgate-feedback for="id">`: live advice for the field with that id. It checks as somebody types, lists what it found,
 * carries out fixes, and takes part in its form: a draft that the policy blocks, or that was not checked, is not valid.
 */
import { type AnyChecker, type Surroundings, whyNot } from "../advice.js";
import { createChecker } from "../entries/browser.js";
import type { CheckReport, Diagnostic, Fix, Format, Platform } from "../types.js";
import { type Target, targetOf } from "./target.js";
import { type View, standing, viewIn } from "./view.js";

/** Said when typing pauses, not at every key. */
const SAID_AFTER_MS = 900;

let shared: Promise<AnyChecker> | undefined;

/** The built-in policy's checker, loaded once for every element that brings none of its own. */
function builtIn(): Promise<AnyChecker> {
  shared ??= createChecker().catch((failure: unknown) => {
    shared = undefined;
    throw failure;
  });
  return shared;
}

/** On a server there is no page: the class must load there, and stands for nothing. */
const Base = typeof HTMLElement === "undefined" ? (class {} as typeof HTMLElement) : HTMLElement;

export class PostgateFeedback extends Base {
  static readonly formAssociated = true;
  static readonly observedAttributes = ["for", "platform", "format", "policy-tags", "require-citations", "advisory"];

  readonly #internals = this.attachInternals();
  readonly #view: View;
  readonly #heard = (): void => this.refresh();
  #checker: AnyChecker | undefined;
  #target: Target | undefined;
  #watch: MutationObserver | undefined;
  #report: CheckReport | undefined;
  /** The text that the report is about. */
  #checked: string | undefined;
  #run = 0;
  #due = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was carried out and is not yet said. */
  #applied = "";
  #sources: Surroundings["sources"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#view = viewIn(root, {
      show: ({ span }) => this.#target?.select(...span),
      fix: (diagnostic, fix) => this.#fix(diagnostic, fix),
    });
  }

  /** Whom it asks; the built-in policy's checker, in this thread, unless it is given one. */
  get checker(): AnyChecker | undefined {
    return this.#checker;
  }
  set checker(checker: AnyChecker | undefined) {
    this.#checker = checker;
    this.refresh();
  }

  /** What a draft rests on; a property alone, for it is a list of objects. Without it, what the checker's defaults say. */
  get sources(): Surroundings["sources"] {
    return this.#sources;
  }
  set sources(sources: Surroundings["sources"]) {
    this.#sources = sources;
    this.refresh();
  }

  /** The newest report; undefined where the draft as it is has not been checked. */
  get report(): CheckReport | undefined {
    return this.#report;
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }
  get validity(): ValidityState {
    return this.#internals.validity;
  }
  get validationMessage(): string {
    return this.#internals.validationMessage;
  }
  get willValidate(): boolean {
    return this.#internals.willValidate;
  }
  checkValidity(): boolean {
    return this.#internals.checkValidity();
  }
  reportValidity(): boolean {
    return this.#internals.reportValidity();
  }

  connectedCallback(): void {
    // What a framework set before the tag was defined lies in front of the accessors.
    for (const name of ["checker", "sources"] as const) this.#takeOver(name);
    this.#find();
    // The field may come later than this element, or be replaced by a framework.
    this.#watch = new MutationObserver(() => this.#find());
    this.#watch.observe(this.getRootNode(), { subtree: true, childList: true, attributeFilter: ["id", "contenteditable"] });
  }

  disconnectedCallback(): void {
    this.#watch?.disconnect();
    clearTimeout(this.#timer);
    this.#follow(undefined);
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return;
    if (name === "for") this.#find();
    this.refresh();
  }

  formResetCallback(): void {
    this.refresh();
  }

  /** Checks again: for a text that was set by a script, which no event tells of. */
  refresh(): void {
    if (this.#due || !this.isConnected) return;
    this.#due = true;
    // Whatever was found was found in another text: until this one is checked it has not passed.
    this.#invalid("This draft has not been checked yet.");
    queueMicrotask(() => {
      this.#due = false;
      void this.#check();
    });
  }

  #takeOver<Name extends "checker" | "sources">(name: Name): void {
    if (!Object.hasOwn(this, name)) return;
    const given = this[name];
    delete this[name];
    this[name] = given;
  }

  #find(): void {
    const root = this.getRootNode();
    const id = this.getAttribute("for") ?? "";
    const found = root instanceof Document || root instanceof ShadowRoot ? root.getElementById(id) : null;
    if (this.#target !== undefined && this.#target.element === found) return;
    this.#follow(targetOf(found));
  }

  #follow(next: Target | undefined): void {
    this.#target?.element.removeEventListener("input", this.#heard);
    this.#target?.element.removeAttribute("aria-invalid");
    this.#target = next;
    next?.element.addEventListener("input", this.#heard);
    this.refresh();
  }

  async #check(): Promise<void> {
    const target = this.#target;
    const run = ++this.#run;
    if (target === undefined) return this.#fault(`No textarea, text input or editable element has the id “${this.getAttribute("for") ?? ""}”.`);
    const content = target.text();
    try {
      const checker = this.#checker ?? (await builtIn());
      const answer = checker.check({ ...this.#surroundings(), content, span_unit: "utf16" });
      const report = answer instanceof Promise ? await answer : answer;
      // Another check has begun: its answer is the one that counts.
      if (run !== this.#run) return;
      this.#show(report, content);
    } catch (thrown) {
      if (run === this.#run) this.#fault(whyNot(thrown));
    }
  }

  /** What the attributes say, passed on as it stands: the checker says what a platform is, and its defaults what is left out. */
  #surroundings(): Surroundings {
    const said = (name: string): string | undefined => this.getAttribute(name) ?? undefined;
    const around: { [Name in keyof Surroundings]?: Surroundings[Name] | undefined } = {
      platform: said("platform") as Platform | undefined,
      format: said("format") as Format | undefined,
      policy_tags: said("policy-tags")?.split(/\s+/).filter((tag) => tag !== ""),
      required_citations: this.hasAttribute("require-citations") || undefined,
      sources: this.#sources,
    };
    return around as Surroundings;
  }

  #show(report: CheckReport, content: string): void {
    this.#report = report;
    this.#checked = content;
    this.#view.report(report);
    this.dataset["status"] = report.status;
    if (report.status === "PASS") this.#valid();
    else this.#invalid(report.required_edits.join(" ") || standing(report));
    this.#say(standing(report));
    this.dispatchEvent(new CustomEvent("postgate-report", { detail: report, bubbles: true, composed: true }));
  }

  #fault(why: string): void {
    this.#report = undefined;
    this.#checked = undefined;
    this.#view.fault(why);
    this.dataset["status"] = "FAULT";
    this.#invalid(why);
    this.#say(why);
  }

  #valid(): void {
    this.#internals.setValidity({});
    this.#target?.element.removeAttribute("aria-invalid");
  }

  #invalid(why: string): void {
    if (this.hasAttribute("advisory")) return this.#internals.setValidity({});
    this.#internals.setValidity({ customError: true }, why, this.#view.anchor);
    if (this.#report?.status === "FAIL") this.#target?.element.setAttribute("aria-invalid", "true");
  }

  #say(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#view.say(`${this.#applied}${text}`);
      this.#applied = "";
    }, SAID_AFTER_MS);
  }

  #fix(diagnostic: Diagnostic, fix: Fix): void {
    const target = this.#target;
    // A fix is for the text that was checked and for no other.
    if (target === undefined || target.text() !== this.#checked) return;
    const event = new CustomEvent("postgate-fix", { detail: { diagnostic, fix }, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(event)) return;
    for (const { span, text } of fix.edits.toReversed()) target.replace(...span, text);
    if (fix.format !== undefined) this.setAttribute("format", fix.format);
    this.#applied += `Applied: ${fix.title}. `;
    this.refresh();
  }
}
