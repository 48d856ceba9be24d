/**
 * The wire types: what goes into a check and what comes out, the same JSON in the browser, in Node and at the edge.
 * Types and the tables they are made from; no behaviour.
 */

/** Every platform there is, by its canonical name. Anything else is a contract error: there is no fallback limit. */
export const PLATFORMS = [
  "x",
  "instagram",
  "tiktok",
  "youtube",
  "threads",
  "bluesky",
  "mastodon",
  "linkedin",
  "facebook",
] as const;

/** Every diagnostic code there is. A code names one rule and is never reused. */
export const CODES = [
  "BRAND_VIOLATION",
  "CITATIONS_REQUIRED",
  "DECEPTIVE_TEXT",
  "EMPTY_CONTENT",
  "HARMFUL_CONTENT",
  "LENGTH_EXCEEDED",
  "NUMBERING_NOT_ALLOWED",
  "PLATFORM_RULE",
  "POLICY_TAGS_MISSING",
  "PROFANITY",
  "SECRET_EXPOSED",
  "TOS_VIOLATION",
] as const;

export type Code = (typeof CODES)[number];
export type Platform = (typeof PLATFORMS)[number];
/** Other spellings that a request may use for a platform. */
export type PlatformAlias = "twitter" | "ig";

/** `single` is one post; `thread` is one post per line. */
export type Format = "single" | "thread";
/** What a span counts: UTF-16 units, as JavaScript strings do (the default), or UTF-8 bytes. */
export type SpanUnit = "utf16" | "utf8";
/** Start (in) and end (out) of a piece of the content, in the span unit of the request. */
export type Span = [start: number, end: number];
/** What a platform counts. */
export type Unit = "weighted" | "characters" | "graphemes" | "utf16" | "bytes";
export type Severity = "block" | "warn";
export type Level = "off" | "warn" | "block";
export type Status = "PASS" | "FAIL";

/** Evidence that a draft stands on. Only an http(s) URL with relevance above 0 counts as a citation. */
export interface Source {
  url: string;
  title?: string | undefined;
  /** RFC 3339, UTC. */
  timestamp?: string | undefined;
  /** 0 to 1, at most three decimals; 1 if left out. */
  relevance_score?: number | undefined;
}

/** A draft. `platform` and `content` are required; what else is left out has its default. */
export interface CheckRequest {
  content: string;
  platform: Platform | PlatformAlias;
  format?: Format | undefined;
  policy_tags?: readonly string[] | undefined;
  required_citations?: boolean | undefined;
  sources?: readonly Source[] | undefined;
  span_unit?: SpanUnit | undefined;
}

/** Text that takes the place of a span. */
export interface Edit {
  span: Span;
  text: string;
}

/** A repair that can be carried out. It removes its own diagnostic; a `safe` one also adds none. */
export interface Fix {
  title: string;
  applicability: "safe" | "unsafe";
  /** Present only where the fix changes the format of the draft. */
  format?: Format;
  edits: Edit[];
}

/** What one rule reports about one place. */
export interface Diagnostic {
  code: Code;
  severity: Severity;
  /** Index of the post it lies in. A finding about the draft as a whole lies in post 0, with an empty span at the start. */
  post: number;
  span: Span;
  /** Why. */
  message: string;
  /** What to do. */
  suggested_fix: string;
  /** The text that was found, masked where showing it would repeat a leak. */
  matched: string;
  fixes: Fix[];
}

/** One post of the draft, measured as its platform measures it. */
export interface PostMeasure {
  index: number;
  span: Span;
  length: number;
  limit: number;
  /** Negative by what the post is too long. */
  remaining: number;
  unit: Unit;
}

/** The decision about a draft and everything that led to it. */
export interface CheckReport {
  status: Status;
  /** Codes of what blocks; sorted, unique. */
  violation_codes: Code[];
  /** Edits for what blocks; unique, first seen first. */
  required_edits: string[];
  risk_score: number;
  policy_version: string;
  policy_digest: string;
  draft_hash: string;
  posts: PostMeasure[];
  /** At most 100, in text order. */
  diagnostics: Diagnostic[];
  /** True when there were more diagnostics than the report holds. */
  truncated: boolean;
}

/** How one rule is set. */
export interface RuleSetting {
  level: Level;
  /** The mildest term that counts, for rules over words. */
  min_severity?: "mild" | "moderate" | "strong" | "slur";
}

/** What a platform takes. A number that is absent is not limited. */
export interface Limit {
  max: number;
  /** What is counted; it belongs to the platform and can't be changed. */
  unit?: Unit;
  max_bytes?: number;
  max_hashtags?: number;
  /** More than these is advice, not refusal. */
  advised_hashtags?: number;
  max_mentions?: number;
  max_links?: number;
  refused_characters?: string;
  source?: string;
}

/** A policy document. A member that is left out is the built-in one; `rules` and `limits` are merged key by key. */
export interface Policy {
  name: string;
  /** Three numbers with dots. */
  version: string;
  extends?: "builtin";
  rules?: Partial<Record<Code, RuleSetting>>;
  /** Of these a draft needs at least one. */
  accepted_tags?: string[];
  /** Topics that need a source. */
  citation_topics?: string[];
  limits?: Partial<Record<Platform, Limit>>;
  /** Where somebody in need finds help. */
  help?: { text: string; url: string };
  brand?: { blocked_terms?: string[]; required_terms?: string[]; allowed_terms?: string[] };
  lexicon?: { block?: string[]; allow?: string[] };
  /** Names that nobody but their owner may post as. */
  impersonation?: string[];
}

/** The policy in force: every member of it, given or built in. */
export type EffectivePolicy = Required<Policy>;
