/** What the command line can be asked for, and what it says of itself. */
import { type ParseArgsConfig, parseArgs } from "node:util";

export const HELP = `postgate checks social posts before they go out.

  postgate check [file … | -] --platform x [options]    says what is wrong with each draft
  postgate fix [file … | -] --platform x [options]      repairs what can be repaired
  postgate policy validate file …                       says what is wrong with a policy document
  postgate audit verify export --key jwks.json          whether an export of the audit is as it was written

A file is one draft: its text, byte for byte, without the line end that closes it. Without a file, or with -, the draft is
read from standard input.

  --platform name     x, instagram, tiktok, youtube, threads, bluesky, mastodon, linkedin, facebook
  --format name       single (the default), or thread: one post a line
  --policy file       a policy document; the built-in policy without it
  --tags a,b          the policy tags that the draft promises, such as no_harm
  --source url        what the draft rests on; again for another
  --require-citations the draft must rest on a source
  --key file          audit verify: the public keys of the gate, its JWK or JWKS
  --json              one JSON document instead of text
  --unsafe            fix: also what may change the meaning
  --write             fix: write the repaired text back; without it, it goes to standard output
  --help, --version

Exit status: 0 when everything passed, 1 when something failed, 2 when the call, a file or the policy is wrong.
`;

/** The caller's mistake: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const OPTIONS = {
  platform: { type: "string" },
  format: { type: "string" },
  policy: { type: "string" },
  tags: { type: "string" },
  source: { type: "string", multiple: true },
  "require-citations": { type: "boolean" },
  json: { type: "boolean" },
  unsafe: { type: "boolean" },
  write: { type: "boolean" },
  key: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const satisfies ParseArgsConfig["options"];

export type Options = ReturnType<typeof read>["values"];

/** Which options a command takes beside `--help`; another command's is a mistake, not something to pass over. */
const TAKES: Record<string, readonly (keyof typeof OPTIONS)[]> = {
  check: ["platform", "format", "policy", "tags", "source", "require-citations", "json"],
  fix: ["platform", "format", "policy", "tags", "source", "require-citations", "json", "unsafe", "write"],
  "policy validate": ["json"],
  "audit verify": ["json", "key"],
};

export interface Asked {
  command: string;
  files: string[];
  options: Options;
}

export function asked(args: string[]): Asked {
  const { values: options, positionals } = read(args);
  if (positionals.length === 1 && positionals[0] === "help") options.help = true;
  if (options.help === true || options.version === true) return { command: options.help === true ? "help" : "version", files: [], options };
  const [first = "", second = ""] = positionals;
  const command = `${first} ${second}` in TAKES ? `${first} ${second}` : first;
  const takes = TAKES[command];
  if (takes === undefined) {
    const known = Object.keys(TAKES).join(", ");
    throw new UsageError(positionals.length === 0 ? `no command, expected one of ${known}; --help tells more` : `unknown command ${[first, second].join(" ").trim()}, expected one of ${known}; --help tells more`);
  }
  const foreign = Object.keys(options).find((name) => !takes.includes(name as keyof typeof OPTIONS));
  if (foreign !== undefined) throw new UsageError(`${command} takes no --${foreign}`);
  return { command, files: positionals.slice(command.split(" ").length), options };
}

function read(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause), { cause });
  }
}
