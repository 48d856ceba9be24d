// The command line: what it prints, what it writes and how it exits.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const GOOD = ["--platform", "x", "--tags", "no_harm"];

let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), "postgate-cli-"))));
after(() => rm(folder, { recursive: true }));

/** Runs it in the folder, with text on standard input, and gives `{ code, stdout, stderr }`. */
function postgate(args, input = "") {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: folder });
    const held = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) child[stream].on("data", (data) => (held[stream] += data));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...held }));
    child.stdin.on("error", () => {}); // it may end before it has read anything
    child.stdin.end(input);
  });
}

const file = async (name, text) => (await writeFile(join(folder, name), text), name);

test("a draft that passes: one line, status 0", async () => {
  const { code, stdout } = await postgate(["check", await file("ok.txt", "Hello\n"), ...GOOD]);
  assert.equal(stdout, "ok.txt: PASS\n");
  assert.equal(code, 0);
});

test("a draft that fails: where, why, what to do, the place underlined in columns of the terminal, status 1", async () => {
  const { code, stdout } = await postgate(["check", "-", ...GOOD, "--format", "thread"], "first\n漢字 👩‍👩‍👧 1 f*** great\n");
  assert.equal(code, 1);
  const lines = stdout.split("\n");
  assert.equal(lines[0], "standard input: FAIL, 1 to fix");
  assert.match(lines[1], /^ {2}2:12 {2}block {2}PROFANITY {2}Profanity$/);
  assert.equal(lines[2], "     漢字 👩‍👩‍👧 1 f*** great");
  assert.equal(lines[3], `     ${" ".repeat("漢字".length * 2 + 1 + 2 + 1 + 2)}^^^^`);
  assert.match(stdout, /fix \(unsafe\): Mask the word/);
});

test("the line end that closes a file is no part of the draft, any other is", async () => {
  const full = "a".repeat(280);
  for (const [text, code] of [[full, 0], [`${full}\n`, 0], [`${full}\r\n`, 0], [`${full}\n\n`, 1]]) {
    assert.equal((await postgate(["check", "-", ...GOOD], text)).code, code, JSON.stringify(text.slice(279)));
  }
});

test("several files are told apart, and one that fails is enough", async () => {
  const names = [await file("one.txt", "Hello"), await file("two.txt", "f*** off")];
  const { code, stdout } = await postgate(["check", ...names, ...GOOD, "--json"]);
  const told = JSON.parse(stdout);
  assert.equal(code, 1);
  assert.equal(told.status, "FAIL");
  assert.deepEqual(told.files.map(({ file, report }) => [file, report.status, report.violation_codes]), [
    ["one.txt", "PASS", []],
    ["two.txt", "FAIL", ["PROFANITY"]],
  ]);
});

test("a policy and sources are taken into account", async () => {
  const policy = await file("policy.json", JSON.stringify({ name: "acme", version: "1.0.0", accepted_tags: ["reviewed"], rules: { PROFANITY: { level: "off" } } }));
  assert.equal((await postgate(["check", "-", "--platform", "x", "--tags", "reviewed", "--policy", policy], "f*** off")).code, 0);
  assert.equal((await postgate(["check", "-", ...GOOD, "--require-citations"], "Hello")).code, 1);
  assert.equal((await postgate(["check", "-", ...GOOD, "--require-citations", "--source", "https://example.com/a"], "Hello")).code, 0);
});

test("nothing of a draft steers the terminal, and a secret is not printed again", async () => {
  const key = `AKIA${"ABCDEFGHIJKLMNOP"}`;
  const { stdout, code } = await postgate(["check", "-", ...GOOD], `\u001b[2J f*** \u202e ${key} end\u0007\n`);
  assert.equal(code, 1);
  assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  assert.match(stdout, /<U\+001B>\[2J/);
  assert.match(stdout, /SECRET_EXPOSED/);
  assert.ok(!stdout.includes(key), stdout);
});

test("fix: the text on standard output, what was done on standard error", async () => {
  const { code, stdout, stderr } = await postgate(["fix", "-", ...GOOD], "1/5 This is great\n");
  assert.deepEqual([code, stdout], [0, "This is great\n"]);
  assert.match(stderr, /1 fixed\n {2}NUMBERING_NOT_ALLOWED/);
});

test("fix: unsafe fixes are not applied unless they are asked for", async () => {
  const given = "1/5 This is f*** great\n";
  const careful = await postgate(["fix", "-", ...GOOD], given);
  assert.deepEqual([careful.code, careful.stdout], [1, "This is f*** great\n"]);
  const bold = await postgate(["fix", "-", ...GOOD, "--unsafe"], given);
  assert.equal(bold.code, 0);
  assert.doesNotMatch(bold.stdout, /f\*\*\*/);
});

test("fix --write: the file is repaired with its own line end, and a file without fixes is left alone", async () => {
  const names = [await file("w1.txt", "1/5 One\r\n"), await file("w2.txt", "Two")];
  assert.equal((await postgate(["fix", ...names, ...GOOD])).code, 2, "several files need --write");
  assert.equal((await postgate(["fix", ...names, ...GOOD, "--write"])).code, 0);
  assert.deepEqual(await Promise.all(names.map((name) => readFile(join(folder, name), "utf8"))), ["One\r\n", "Two"]);
});

test("a byte order mark is a part of the draft, and of no policy", async () => {
  const { code, stdout } = await postgate(["check", await file("bom.txt", "\ufeffHello\n"), ...GOOD]);
  assert.equal(code, 1);
  assert.match(stdout, /DECEPTIVE_TEXT/);
  const policy = await file("bom.json", `\ufeff${JSON.stringify({ name: "acme", version: "1.0.0", accepted_tags: ["no_harm"] })}`);
  assert.equal((await postgate(["check", "-", ...GOOD, "--policy", policy], "Hello")).code, 0);
});

test("a reader that has read enough changes no verdict, and a full disk is no answer", { skip: process.platform === "win32" }, async () => {
  await file("many.txt", "f*** ".repeat(50));
  const shell = (tail) => new Promise((resolve) => {
    const child = spawn("sh", ["-c", `"$0" "$1" check many.txt many.txt --json --platform x ${tail}; echo "status $?" >&2`, process.execPath, cli], { cwd: folder });
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += data));
    child.on("close", () => resolve(stderr));
  });
  assert.equal(await shell("| head -c 10 >/dev/null"), "status 0\n");
  assert.match(await shell(">/dev/full"), /^postgate: the answer can't be written \(ENOSPC\)\nstatus 2\n$/);
});

test("a draft that no check takes is named, and before it is known nothing is written", async () => {
  await file("first.txt", "1/5 Hello");
  await file("huge.txt", "a".repeat(300_000));
  for (const args of [["check", "first.txt", "huge.txt", ...GOOD], ["fix", "first.txt", "huge.txt", ...GOOD, "--write"]]) {
    const { code, stderr } = await postgate(args);
    assert.equal(code, 2);
    assert.match(stderr, /^postgate: huge\.txt: 300000 bytes of UTF-8/);
  }
  assert.equal(await readFile(join(folder, "first.txt"), "utf8"), "1/5 Hello");
});

test("a policy that is none stops a check, with its file and place", async () => {
  const policy = await file("wrong.json", '{"name":"acme","version":"1.0.0",\n"rules":{"SWEARING":{"level":"off"}},"limits":3}');
  const { code, stderr } = await postgate(["check", "-", ...GOOD, "--policy", policy], "Hello");
  assert.equal(code, 2);
  assert.match(stderr, /^postgate: wrong\.json:2:\d+: \/\w+[^\n]* \(and 1 more: postgate policy validate wrong\.json\)\n$/);
});

test("policy validate reads standard input, and goes on behind a document that is no JSON", async () => {
  const good = await file("good.json", JSON.stringify({ name: "acme", version: "1.0.0" }));
  const piped = await postgate(["policy", "validate", "-"], JSON.stringify({ name: "acme", version: "1.0.0" }));
  assert.deepEqual([piped.code, piped.stdout], [0, "-: acme 1.0.0 is a policy\n"]);
  const { code, stdout } = await postgate(["policy", "validate", await file("broken.json", "{"), good, "--json"]);
  assert.equal(code, 2);
  assert.deepEqual(JSON.parse(stdout).files.map(({ file, problems }) => [file, problems.length]), [["broken.json", 1], ["good.json", 0]]);
});

test("policy validate: every problem with its line and column", async () => {
  const good = await file("good.json", JSON.stringify({ name: "acme", version: "1.0.0" }));
  const bad = await file("bad.json", '{\n  "name": "acme",\n  "version": "1.0.0",\n  "rules": {\n    "PROFANITY": { "level": "loud" }\n  }\n}\n');
  const fine = await postgate(["policy", "validate", good]);
  assert.deepEqual([fine.code, fine.stdout], [0, "good.json: acme 1.0.0 is a policy\n"]);
  const { code, stdout } = await postgate(["policy", "validate", good, bad]);
  assert.equal(code, 2);
  assert.match(stdout, /^bad\.json:5:\d+: \/rules\/PROFANITY/m);
  const told = JSON.parse((await postgate(["policy", "validate", bad, "--json"])).stdout);
  assert.ok(told.files[0].problems.length > 0);
});

test("policy validate: what is no JSON, or says something twice, is refused with its place", async () => {
  for (const [text, place] of [
    ['{\n "name": }', /twisted\.json:2:\d+: no JSON/],
    ['{"name":"a","version":"1.0.0",\n"name":"b"}', /twisted\.json:2:1: the member "name" stands there twice/],
    ["", /twisted\.json/],
    ['{"name":"a"} // yes', /twisted\.json:1:14: no JSON/],
  ]) {
    const { code, stdout } = await postgate(["policy", "validate", await file("twisted.json", text)]);
    assert.equal(code, 2, text);
    assert.match(stdout, place);
  }
});

test("a call that can't be right is status 2 with one line, and decides nothing", async () => {
  await file("latin1.txt", Buffer.from([0x66, 0xfc]));
  for (const [args, why] of [
    [[], /no command/],
    [["chek"], /unknown command chek/],
    [["check"], /--platform is missing/],
    [["check", "--platform", "myspace"], /\/platform: unknown platform/],
    [["check", "--platform", "x", "--format", "poem"], /\/format: unknown format/],
    [["check", "nowhere.txt", ...GOOD], /nowhere\.txt can't be read \(ENOENT\)/],
    [["check", "latin1.txt", ...GOOD], /latin1\.txt is not UTF-8/],
    [["check", "-", "-", ...GOOD], /standard input can be read once/],
    [["check", ...GOOD, "--write"], /check takes no --write/],
    [["check", ...GOOD, "--loud"], /--loud/],
    [["policy", "validate"], /needs a file/],
  ]) {
    const { code, stdout, stderr } = await postgate(args, "Hello");
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, why);
    assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
  }
});

test("help and version", async () => {
  assert.match((await postgate(["--help"])).stdout, /^postgate checks social posts/);
  assert.match((await postgate(["--version"])).stdout, /^\d+\.\d+\.\d+\n$/);
});
