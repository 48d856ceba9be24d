/** The editor page: the checker, the surface and everything around them, put together. */
import type { KeyBinding } from "@codemirror/view";
import { GateError } from "postgate/gate";
import { type CheckReport, type Checker, type Diagnostic, type EffectivePolicy, type Fix, type Platform, type Policy, PostgateError, createChecker, fixAll } from "postgate/slim";

import { differenceOf, joinOf, splitOf } from "./compose.js";
import { plural, say, sentence, the } from "./dom.js";
import { type Edge, edge } from "./edge.js";
import { findingName } from "./finding.js";
import { findingList } from "./findings.js";
import { type Action, KEYS, keyHelp, keysEverywhere, spoken } from "./keys.js";
import { keep, recall } from "./memory.js";
import { outbox } from "./outbox.js";
import { platforms } from "./platforms.js";
import { policies } from "./policies.js";
import { popover } from "./popover.js";
import { previews } from "./preview.js";
import { session } from "./session.js";
import { settings } from "./settings.js";
import { type Surface, surface } from "./surface.js";
import { timeline } from "./timeline.js";
import { undoNote } from "./undo-note.js";
import { type Answered, verdict } from "./verdict.js";

const DRAFT = "postgate.draft";
/** The name of the policy that every checker has without being given one. */
const BUILTIN = "builtin";
const module = fetch("/postgate_bg.wasm");

let checker: Checker | undefined;
let report: CheckReport | undefined;
/** The text that the report is about. */
let checked: string | undefined;
let fault: string | undefined;
let answered: Answered | undefined;

const actions = { fix: applyFix, dispute, find: (diagnostic: Diagnostic) => desk.select(diagnostic) };
const options = settings(changed, (format) => desk.setFormat(format));
const chip = verdict();
const cards = previews({ split, join });
const others = platforms(checkFor, () => options.read().platform, (platform) => options.choose(platform));
const list = findingList(actions);
const card = popover(() => desk, { fix: applyFix, dispute });
const note = undoNote(() => {
  desk.undo();
  desk.focus();
});
const desk: Surface = surface(
  the("draft", HTMLDivElement),
  bindings(),
  recall(DRAFT) ?? "",
  {
    changed() {
      card.hide();
      note.hide();
      options.showFormat(desk.format());
      changed();
    },
    moved: () => card.show(desk.findingsHere()),
    pointed: (at) => card.point(at),
    shifted: () => card.follow(),
  },
);
const visit = session(() => {
  show();
  void box.refresh();
  void askPolicy();
});
const advisers = policies(use);
const box = outbox(visit);
const atTheEdge: Edge = edge(visit, timeline(), {
  draft: () => ({ content: desk.text(), format: desk.format(), ...options.read() }),
  prompt: () => the("prompt", HTMLInputElement).value.trim(),
  check: () => (check(), report),
  writing: (on) => desk.lock(on),
  write: (text) => desk.append(text),
  replace: (text) => desk.replace(text),
  answered: (how) => {
    answered = how;
    show();
  },
  posted: (remaining) => void box.refresh(remaining),
}, show);

/** The page's keys inside the draft, where CodeMirror would take some of them for its own. */
function bindings(): KeyBinding[] {
  const keys: KeyBinding[] = KEYS.filter(({ action }) => action !== "undo" && action !== "redo").map(({ key, action }) => ({
    key,
    run: () => (run(action), true),
  }));
  return [...keys, { key: "Escape", run: () => card.hide() }];
}

/** Longer than this, and checking in every frame would be felt in the keys. */
const FRAME_MS = 12;
let due = false;
/** What the last check took. */
let cost = 0;

/** Something that the check reads has changed: the gate's answer was about another draft, and a new check is due. */
function changed(): void {
  answered = undefined;
  if (due) return;
  due = true;
  const soon = (): void => void requestAnimationFrame(check);
  // A draft of a hundred thousand words is checked as often as leaves room to type.
  if (cost < FRAME_MS) soon();
  else setTimeout(soon, 3 * cost);
}

/** Checks the draft as it is, in this page, and shows what was found. */
function check(): void {
  due = false;
  if (checker === undefined) return;
  const begun = performance.now();
  const content = desk.text();
  keep(DRAFT, content);
  fault = undefined;
  try {
    report = checker.check({ content, format: desk.format(), ...options.read() });
    checked = content;
  } catch (error) {
    report = undefined;
    fault = error instanceof PostgateError ? error.message : "The checker failed";
  }
  desk.show(content === "" ? [] : (report?.diagnostics ?? []));
  show();
  cost = performance.now() - begun;
}

/** Whoever asks about findings asks about the draft as it is now. */
function settle(): void {
  if (due) check();
}
// A tab that closes right behind a key keeps that letter too.
addEventListener("pagehide", settle);

function show(): void {
  const written = desk.text() !== "";
  chip.show({ report, written, answered, fault });
  list.show(report, written, fault);
  cards.show(report, desk.text(), visit.author(), options.read().platform, desk.format() === "thread");
  others.changed();
  showFixAll(written);
  const generate = the("generate", HTMLButtonElement);
  generate.textContent = atTheEdge.running() ? "Stop" : "Generate";
  generate.title = written ? "Let the agents read this draft and sign a receipt for it" : "Let the agents write from the prompt";
  const post = the("post", HTMLButtonElement);
  post.setAttribute("aria-disabled", String(atTheEdge.running() || answered === "posted" || !written));
  post.title = answered === "posted" ? "This draft is posted; change it to post again" : `Post (${spoken("Mod-Enter")})`;
}

function applyFix(diagnostic: Diagnostic, fix: Fix): void {
  // A fix is for the text that was checked and for no other.
  if (desk.text() !== checked) return;
  card.hide();
  desk.apply(fix);
  note.show(fix.title);
  say(`Applied: ${fix.title}, for ${findingName(diagnostic)}. Undo with ${spoken("Mod-z")}.`);
}

/** Tells the gate that a finding is wrong. The draft is named by its hash: its text stays here. */
async function dispute(diagnostic: Diagnostic): Promise<boolean> {
  if (report === undefined) return false;
  if (!visit.signedIn()) {
    visit.ask();
    return false;
  }
  const { draft_hash, policy_digest } = report;
  const said = { code: diagnostic.code, draft_hash, policy_digest, platform: options.read().platform };
  try {
    await visit.gate.call("/v1/feedback", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(said) });
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    say(`Not reported. ${sentence(error.message)}`);
    return false;
  }
  say(`Reported: ${findingName(diagnostic)} is wrong here. The text was not sent.`);
  return true;
}

/** The findings that a safe fix of their own would remove, in the text as it was checked. */
function safelyFixed(): number {
  const safe = ({ applicability, format }: Fix): boolean => applicability === "safe" && format === undefined;
  return report?.diagnostics.filter(({ fixes }) => fixes.some(safe)).length ?? 0;
}

function showFixAll(written: boolean): void {
  const button = the("fix-all", HTMLButtonElement);
  const count = written ? safelyFixed() : 0;
  // One has its own button beside it.
  button.hidden = count < 2;
  button.textContent = `Fix ${count} safely`;
  button.title = `Apply every safe fix (${spoken("Mod-Shift-.")})`;
}

/** Every safe fix, as one step of undo. */
function fixEverything(): void {
  settle();
  if (checker === undefined || report === undefined) return;
  const content = desk.text();
  const { content: fixed, applied } = fixAll(checker, { content, format: desk.format(), ...options.read() });
  if (applied.length === 0) return say("There is no safe fix.");
  card.hide();
  desk.apply({ title: "", applicability: "safe", edits: [differenceOf(content, fixed)] });
  const what = `Applied ${plural(applied.length, "fix", "fixes")}`;
  note.show(what);
  say(`${what}. Undo with ${spoken("Mod-z")}.`);
}

/** The post that the caret stands in, or the last one before it. */
function postHere(): number {
  const at = report?.posts.findLastIndex(({ span }) => span[0] <= desk.caret()) ?? -1;
  return Math.max(0, at);
}

function split(index: number): void {
  settle();
  const post = report?.posts[index];
  if (post === undefined || desk.format() !== "thread") return say("Only a thread has posts to split.");
  const edit = splitOf(desk.text(), post, desk.caret());
  if (edit === undefined) return say(`Post ${index + 1} has nothing to split.`);
  desk.apply({ title: "", applicability: "safe", edits: [edit] });
  say(`Post ${index + 1} is two posts now.`);
}

function join(index: number): void {
  settle();
  const edit = desk.format() === "thread" ? joinOf(report?.posts ?? [], index) : undefined;
  if (edit === undefined) return say("There is no next post to join.");
  desk.apply({ title: "", applicability: "safe", edits: [edit] });
  say(`Posts ${index + 1} and ${index + 2} are one now.`);
}

/** The draft as another platform would take it. */
function checkFor(platform: Platform): CheckReport | undefined {
  try {
    return checker?.check({ content: desk.text(), format: desk.format(), ...options.read(), platform });
  } catch (error) {
    if (error instanceof PostgateError) return undefined;
    throw error;
  }
}

function step(direction: 1 | -1): void {
  settle();
  const at = desk.step(direction);
  if (at === undefined) {
    const first = the("findings", HTMLOListElement).querySelector<HTMLElement>("button");
    first?.focus();
    say(report?.diagnostics.length === 0 ? "Nothing to fix." : (report?.diagnostics[0]?.message ?? ""));
    return;
  }
  const { diagnostic } = at;
  card.show([at]);
  const fix = diagnostic.fixes.length === 0 ? "" : ` ${spoken("Mod-.")} applies: ${diagnostic.fixes[0]?.title}.`;
  say(`${findingName(diagnostic)}. ${diagnostic.message} ${diagnostic.suggested_fix}${fix}`);
}

function fixHere(): void {
  settle();
  const at = desk.findingsHere().find(({ diagnostic }) => diagnostic.fixes.length > 0);
  const fix = at?.diagnostic.fixes[0];
  if (at === undefined || fix === undefined) return say("There is no fix here. F8 goes to the next finding.");
  applyFix(at.diagnostic, fix);
}

function run(action: Action): void {
  switch (action) {
    case "next":
      return step(1);
    case "previous":
      return step(-1);
    case "fix":
      return fixHere();
    case "all":
      return fixEverything();
    case "split":
      return split((settle(), postHere()));
    case "join":
      return join((settle(), postHere()));
    case "undo":
      return desk.undo();
    case "redo":
      return desk.redo();
    case "generate":
      return generate();
    case "post":
      return post();
  }
}

function generate(): void {
  if (atTheEdge.running()) return atTheEdge.stop();
  const prompt = the("prompt", HTMLInputElement);
  if (prompt.value.trim() === "" && desk.text().trim() === "") {
    prompt.focus();
    return say("Say what the post is about, or write it.");
  }
  void atTheEdge.generate();
}

function post(): void {
  if (the("post", HTMLButtonElement).getAttribute("aria-disabled") === "true") return;
  void atTheEdge.post();
}

the("compose", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  generate();
});
the("post", HTMLButtonElement).addEventListener("click", post);
the("fix-all", HTMLButtonElement).addEventListener("click", fixEverything);
the("skip", HTMLAnchorElement).addEventListener("click", (event) => {
  event.preventDefault();
  desk.focus();
});
keysEverywhere(run);
keyHelp();
show();
desk.focus();

/** Checks from now on with this policy, or with the built-in one. */
async function use(policy?: Policy): Promise<EffectivePolicy> {
  // The built-in policy is what a checker has without being given one; no document may take its name.
  const next = await createChecker({ module, policy: policy?.name === BUILTIN ? undefined : policy });
  checker?.dispose();
  checker = next;
  const effective = checker.policy();
  options.offerTags(effective.accepted_tags);
  check();
  return effective;
}

/** The advice should be the decision: whoever is signed in is offered the policy that the gate enforces, and advised by it. */
async function askPolicy(): Promise<void> {
  if (checker === undefined) return;
  if (!visit.signedIn()) return advisers.gateHas(undefined);
  try {
    advisers.gateHas((await visit.gate.call("/v1/policy")) as EffectivePolicy);
  } catch (error) {
    // Without it the page goes on with the policy it has; a receipt of another policy says so in the timeline.
    if (!(error instanceof GateError || error instanceof PostgateError)) throw error;
  }
}

try {
  await use();
  void askPolicy();
} catch (error) {
  fault = error instanceof Error ? error.message : String(error);
  show();
}
