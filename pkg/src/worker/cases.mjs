// The table of `postgate/worker`: what both hosts, the Web Worker and this thread, must answer alike. Each case runs where
// the host is and gives plain data; the test that holds the table compares. Runs in Node and in browsers: imports nothing.

const draft = { content: "Hello, world", platform: "x", policy_tags: ["no_harm"] };

/** How a promise settled, as data. */
const settled = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ name: error?.name, code: error?.code, pointer: error?.pointer }),
  );

export const cases = [
  {
    name: "a report is that of the synchronous checker",
    run: async (open, here) => {
      const checker = await open();
      const sync = await here();
      const drafts = [draft, { ...draft, content: "1/5 This is f*** great" }, { ...draft, content: "👩‍👩‍👧 one\ntwo", format: "thread" }];
      const same = [];
      for (const each of drafts) same.push(JSON.stringify(await checker.check(each)) === JSON.stringify(sync.check(each)));
      checker.dispose();
      return same;
    },
    gives: [true, true, true],
  },
  {
    name: "policy, defaults and fixes are those of the caller",
    run: async (open) => {
      const checker = await open({ policy: { name: "acme", version: "1.2.3", accepted_tags: ["ok"] }, defaults: { platform: "x", policy_tags: ["ok"] } });
      const content = "1/5 Hello";
      const report = await checker.check({ content });
      const given = [(await checker.policy()).name, await checker.applyFix(content, report.diagnostics[0].fixes[0]), /^\d/.test(await checker.version())];
      checker.dispose();
      return given;
    },
    gives: ["acme", "Hello", true],
  },
  {
    name: "answers find their calls, however many are under way",
    run: async (open) => {
      const checker = await open();
      const contents = Array.from({ length: 50 }, (_, index) => "a".repeat(index + 1));
      const reports = await Promise.all(contents.map((content) => checker.check({ ...draft, content })));
      checker.dispose();
      return reports.every(({ posts }, index) => posts[0].length === index + 1);
    },
    gives: true,
  },
  {
    name: "a request that breaks the contract rejects with its place, and the next is answered",
    run: async (open) => {
      const checker = await open();
      const answers = [
        await settled(checker.check({ ...draft, platform: "X" })),
        await settled(checker.check({ ...draft, content: "a\ud83d" })),
        await settled(checker.check({ ...draft, policy_tags: [() => 1] })).then(({ code }) => code),
        await settled(checker.check(undefined)).then(({ code }) => code),
        (await checker.check(draft)).status,
      ];
      checker.dispose();
      return answers;
    },
    gives: [
      { name: "PostgateError", code: "CONTRACT_INVALID", pointer: "/platform" },
      { name: "PostgateError", code: "CONTRACT_INVALID", pointer: "/content" },
      "CONTRACT_INVALID",
      "CONTRACT_INVALID",
      "PASS",
    ],
  },
  {
    name: "a policy with problems refuses the checker, with every problem",
    run: async (open) => {
      const error = await open({ policy: { name: "acme", version: "1", extra: true } }).catch((caught) => caught);
      return [error.name, error.code, error.problems.length > 0];
    },
    gives: ["PostgateError", "POLICY_INVALID", true],
  },
  {
    name: "an option that there is none of refuses the checker",
    run: async (open) => (await settled(open({ polciy: {} }))).pointer,
    gives: "/polciy",
    starts: false,
  },
  {
    name: "a call may wait for ever",
    run: async (open) => {
      const checker = await open({ timeoutMs: Infinity });
      const given = [(await checker.check(draft)).status, (await checker.check(draft, { timeoutMs: 2 ** 31 })).status];
      checker.dispose();
      return given;
    },
    gives: ["PASS", "PASS"],
  },
  {
    name: "dispose rejects what is pending and whatever comes later",
    run: async (open) => {
      const checker = await open();
      const pending = [checker.check(draft), checker.policy()].map(settled);
      checker.dispose();
      checker.dispose();
      return (await Promise.all([...pending, settled(checker.check(draft))])).map(({ code }) => code);
    },
    gives: ["DISPOSED", "DISPOSED", "DISPOSED"],
  },
  {
    name: "a signal ends a call with its reason, before and after it was sent, and no other call",
    run: async (open) => {
      const checker = await open();
      const stop = new AbortController();
      const first = settled(checker.check(draft, { signal: stop.signal }));
      const other = settled(checker.check(draft));
      stop.abort();
      const late = settled(checker.check(draft, { signal: stop.signal }));
      const given = [(await first).name, (await late).name, (await other).value.status];
      checker.dispose();
      return given;
    },
    gives: ["AbortError", "AbortError", "PASS"],
  },
];
