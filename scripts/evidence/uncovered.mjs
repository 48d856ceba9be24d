// Why a line of the core is run by no test of the core. Each reason is about lines that it names; a line without one is met by no case yet, and
// the page says so.

const any = /./;

const reasons = [
  {
    files: any,
    lines: /^fn (fmt|expecting)\b/,
    why: "what somebody debugging sees; no answer holds it",
  },
  {
    files: /gate\/steps\.rs|text\/phrases\/words\.rs/,
    lines: /^const fn|^Self\(number\)|^one\.is_empty/,
    why: "runs while the crate is compiled, where no lines are counted",
  },
  {
    files: /text\/fold\/letters\.rs/,
    lines: /^b'/,
    why: "a table that is read while the crate is compiled",
  },
  {
    files: /contract\/(typed|strict|check)\.rs|diagnostic\/code\.rs/,
    lines: /visit_|deserialize|Unexpected|another value|fn certain|visitor/,
    why: "asked by serde for values that come from JavaScript, or by the readers that requests are compared with; run in Node and Chromium",
  },
  {
    files: /gate\/auth\/(credentials|keys)\.rs|gate\/error\.rs|gate\/user\.rs|keys\.rs|pipeline\/run\/mod\.rs|pipeline\/agents\.rs|gate\/(record|config|publication|enter|monitoring)\.rs|pipeline\/run\/qa\.rs/,
    lines: /^(pub )?(const )?fn |^pub const fn|content"|map\(Seen|origins|Self::Contract|misconfigured/,
    why: "called by the edge alone; run in workerd by tests/gate",
  },
  {
    files: any,
    lines: /^(Some\(_\) => )?return( None| false| true| Err\([^)]*\))?[,;]?$|=> return (None|false)|^None( => (false|return false)?,?.*)?$|^(break|continue);$|^at \+= 1;$|^Ordering::Equal$|^(false|true)$|Weight::Skipped|Way::End|Answer::Clear|=> false,$|EntityKind::|MAX_/,
    why: "a case that the types allow and the code in front excludes, or a bound that no input of a test reaches; it refuses or stops instead of panicking",
  },
  {
    files: /text\/lexicon\/compile\.rs/,
    lines: any,
    why: "how the built-in lists share their ends, which the build script does; a policy's own lists share none",
  },
  {
    files: /audit\/(listing|counts)\.rs|contract\/check\.rs/,
    lines: /fn |^_ => None/,
    why: "called by a door alone; run in workerd and Node",
  },
  {
    files: /policy\/read\.rs|digest\.rs/,
    lines: /fn single|^Self::Request/,
    why: "for a fault of ours that no document brings about; a domain that nothing is hashed under now",
  },
  {
    files: any,
    lines: /^}$|^\)$/,
    why: "the way out of the case above it",
  },
  {
    files: /ledger|publisher|gate\/judge|gate\/publish|pipeline|policy|text\/platform|rules\/profanity/,
    lines: /=>|Err\(|^Self::|problem/,
    why: "one of several spellings or answers of a closed list, of which tests run the others",
  },
];

export function explain(file, text) {
  return reasons.find(({ files, lines }) => files.test(file) && lines.test(text))?.why ?? "no case meets it yet";
}
