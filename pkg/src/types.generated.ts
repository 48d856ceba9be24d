/** Generated from the contracts in src/ by `npm run generate`: don't edit. */

/** Every platform there is, by its canonical name. Anything else is a contract error: there is no fallback limit. */
export const PLATFORMS = [
  /** X */
  "x",
  /** Instagram */
  "instagram",
  /** TikTok */
  "tiktok",
  /** YouTube */
  "youtube",
  /** Threads */
  "threads",
  /** Bluesky */
  "bluesky",
  /** Mastodon */
  "mastodon",
  /** LinkedIn */
  "linkedin",
  /** Facebook */
  "facebook",
] as const;

/** How a draft becomes posts: the whole of it is one, or each line that is not blank. */
export const FORMATS = [
  "single",
  "thread",
] as const;

/** Every diagnostic code there is. A code names one rule and is never reused. */
export const CODES = [
  /** Something that the brand does not say, or must say and does not. */
  "BRAND_VIOLATION",
  /** A claim that needs a source has none. */
  "CITATIONS_REQUIRED",
  /** Invisible, control or direction-changing characters that hide text. */
  "DECEPTIVE_TEXT",
  /** Nothing that a reader could see. */
  "EMPTY_CONTENT",
  /** Self-harm, hatred or a threat. */
  "HARMFUL_CONTENT",
  /** A post is longer than its platform takes, or a thread has too many posts. */
  "LENGTH_EXCEEDED",
  /** A list marker or a thread counter. */
  "NUMBERING_NOT_ALLOWED",
  /** Something that the platform refuses or cuts, such as too many hashtags. */
  "PLATFORM_RULE",
  /** No policy tag that the policy accepts. */
  "POLICY_TAGS_MISSING",
  /** A swear word or a slur. */
  "PROFANITY",
  /** A key, a token or a card number. */
  "SECRET_EXPOSED",
  /** Something that the platform's terms forbid, such as impersonation or a scam. */
  "TOS_VIOLATION",
] as const;

/** Codes of the gate itself: each is a refusal or a fault that the gate explained. */
export const GATE_CODES = [
  /** The audit rows of the request could not be committed, and the mode is enforced. */
  "AUDIT_WRITE_FAILED",
  /** Three failures of the model provider in a row; generation answers with the caller's own content for a while. */
  "CIRCUIT_BREAKER_TRIPPED",
  /** A request that does not keep its contract; `details.pointer` says where. */
  "CONTRACT_INVALID",
  /** The receipt is older than its time to live. */
  "ENFORCEMENT_RECEIPT_EXPIRED",
  /** The receipt is unknown, or another user's. */
  "ENFORCEMENT_RECEIPT_INVALID",
  /** The receipt was made for another draft, platform, policy or mode; `details.field` says which. */
  "ENFORCEMENT_RECEIPT_MISMATCH",
  /** Posting in enforced mode without a receipt. */
  "ENFORCEMENT_RECEIPT_REQUIRED",
  /** The receipt has published its draft already. */
  "ENFORCEMENT_RECEIPT_USED",
  /** Signed in, but not allowed. */
  "FORBIDDEN",
  /** The headers are larger than 32 KiB together. */
  "HEADERS_TOO_LARGE",
  /** The idempotency key was used with another body. */
  "IDEMPOTENCY_CONFLICT",
  /** Our fault. */
  "INTERNAL",
  /** The path exists, and the method does not; `Allow` lists those that do. */
  "METHOD_NOT_ALLOWED",
  /** No such path, or nothing of that name that is yours. */
  "NOT_FOUND",
  /** The body is larger than 512 KiB. */
  "PAYLOAD_TOO_LARGE",
  /** The gate is not configured as it must be; `details.problems` says what. */
  "POLICY_ERROR",
  /** A policy document that can't become active; `details.problems` lists everything that is wrong. */
  "POLICY_INVALID",
  /** The condition of `If-Match` does not hold: somebody else changed what it is about; `details` says what is there now. */
  "PRECONDITION_FAILED",
  /** A change without `If-Match`. */
  "PRECONDITION_REQUIRED",
  /** The platform refused, or could not be reached; `details.published` says what went out. */
  "PUBLISH_FAILED",
  /** It is not known whether the platform took a part; it is never sent again blindly. */
  "PUBLISH_UNKNOWN",
  /** The policy blocks this draft; `details` lists codes, edits and diagnostics. */
  "QA_BLOCKED",
  /** Too many posts in any 15 minutes, or too many requests. */
  "RATE_LIMITED",
  /** The same request is still running. */
  "REQUEST_IN_PROGRESS",
  /** A store that the answer depends on did not answer. */
  "STATE_UNAVAILABLE",
  /** No credential, or one that does not count. */
  "UNAUTHENTICATED",
  /** The body is not JSON. */
  "UNSUPPORTED_MEDIA_TYPE",
  /** The address is longer than 8 KiB. */
  "URI_TOO_LONG",
  /** The model provider did not write a draft, or stopped in the middle of one; there is no receipt. */
  "WRITER_FAILED",
] as const;

export type Platform = (typeof PLATFORMS)[number];
export type Format = (typeof FORMATS)[number];
export type Code = (typeof CODES)[number];
export type GateCode = (typeof GATE_CODES)[number];
/** Other spellings that a request may use for a platform. */
export type PlatformAlias = "twitter" | "ig";
/** What a platform counts. */
export type Unit = "weighted" | "graphemes" | "characters" | "utf16" | "bytes";
/** Start (in) and end (out) of a piece of the content, in the span unit of the request. */
export type Span = [start: number, end: number];
/** What a diagnostic does to the decision. */
export type Severity = "warn" | "block";

/** Whether a fix keeps what the author meant. */
export type Applicability = "safe" | "unsafe";

/** The unit of the spans in a report. */
export type SpanUnit = "utf16" | "utf8";

/** How much a decision weighs; ordered from weak to strict. */
export type Mode = "off" | "advisory" | "enforced";

/** Whether a draft may go out. */
export type Status = "PASS" | "FAIL";

/** What a draft rests on. */
export interface Source {
  /** Where it can be read. */
  url: string;
  /** What it is called. */
  title?: string | undefined;
  /** When it was published or read. */
  timestamp?: string | undefined;
  /** How much it has to do with the draft. */
  relevance_score?: number | undefined;
}

/** A draft to check. */
export interface CheckRequest {
  /** What would be published, byte for byte; at most 256 KiB. */
  content: string;
  /** Where. */
  platform: Platform | PlatformAlias;
  /** One post, or one a line. */
  format?: Format | undefined;
  /** What the author promises, such as `no_harm`. */
  policy_tags?: readonly string[] | undefined;
  /** Whether a source is required whatever the topic. */
  required_citations?: boolean | undefined;
  /** What the draft rests on. */
  sources?: readonly Source[] | undefined;
  /** The unit of the spans in the report. */
  span_unit?: SpanUnit | undefined;
}

/** An edit on the wire. */
export interface Edit {
  /** What is replaced. */
  span: Span;
  /** By what. */
  text: string;
}

/** A fix on the wire. */
export interface Fix {
  /** What a button would say. */
  title: string;
  /** Whether it keeps what the author meant. */
  applicability: Applicability;
  /** The draft's format afterwards, only where the fix changes it. */
  format?: Format;
  /** In text order, not overlapping. */
  edits: Edit[];
}

/** A diagnostic on the wire, its spans in the unit of the request. */
export interface Diagnostic {
  /** Which rule spoke. */
  code: Code;
  /** Whether it blocks. */
  severity: Severity;
  /** The post it lies in. */
  post: number;
  /** Where. */
  span: Span;
  /** Why. */
  message: string;
  /** What to do. */
  suggested_fix: string;
  /** The text found, masked for secrets. */
  matched: string;
  /** Edits that remove it. */
  fixes: Fix[];
}

/** The measure of one post. */
export interface PostMeasure {
  /** From 0. */
  index: number;
  /** Where it lies in the content. */
  span: Span;
  /** Its length as its platform counts. */
  length: number;
  /** The most that the platform takes. */
  limit: number;
  /** What is left; negative when it is too long. */
  remaining: number;
  /** What is counted. */
  unit: Unit;
}

/** What a check found. */
export interface CheckReport {
  /** `FAIL` when anything blocks. */
  status: Status;
  /** The codes of what blocks: sorted, unique. */
  violation_codes: Code[];
  /** What to edit: of what blocks, unique, first seen first. */
  required_edits: string[];
  /** How bad, between 0 and 1; grows with what was found. */
  risk_score: number;
  /** The policy's version. */
  policy_version: string;
  /** The policy's SHA-256. */
  policy_digest: string;
  /** SHA-256 over every field that the policy reads. */
  draft_hash: string;
  /** What would be published, one entry a post. */
  posts: PostMeasure[];
  /** What was found: at most 100, in text order. */
  diagnostics: Diagnostic[];
  /** True when there was more. */
  truncated: boolean;
}

/** How much a rule's findings weigh. */
export type Level = "off" | "warn" | "block";

/** How strong a word is. */
export type TermSeverity = "mild" | "moderate" | "strong" | "slur";

/** What a rule does. */
export interface RuleSetting {
  /** Off, advice or refusal. */
  level: Level;
  /** The mildest term that counts; for rules over words. */
  min_severity?: TermSeverity;
}

/** What a platform takes. A number that is absent is not limited. */
export interface Limit {
  /** The greatest length of a post in `unit`. */
  max: number;
  /** What is counted; it belongs to the platform and can't be changed. */
  unit: Unit;
  /** The most bytes of UTF-8. */
  max_bytes?: number;
  /** The most hashtags that the platform takes. */
  max_hashtags?: number;
  /** The most hashtags that the platform recommends: more is advice, not refusal. */
  advised_hashtags?: number;
  /** The most mentions. */
  max_mentions?: number;
  /** The most distinct links. */
  max_links?: number;
  /** Characters that the platform refuses. */
  refused_characters?: string;
  /** Where the numbers come from. */
  source: string;
}

/** What a finding of each grade adds to the risk, in thousandths of certainty. */
export interface RiskTable {
  /** Advice that a platform or a cautious friend would give. */
  advice: number;
  /** Form: a marker, a missing tag, a post that is too long, a coarse word. */
  low: number;
  /** What readers or a brand mind: a missing source, a term of the brand, a swear word. */
  medium: number;
  /** What misleads or offends: hidden characters, begging for attention, a strong swear word. */
  high: number;
  /** What gets an account closed: a pose, a scam, a slur. */
  grave: number;
  /** What hurts somebody at once: harm, a leaked secret. */
  extreme: number;
}

/** Where somebody in need finds help. */
export interface Help {
  /** One or two sentences. */
  text: string;
  /** An http(s) address. */
  url: string;
}

/** What the brand says and does not say. */
export interface Brand {
  /** Terms that must not appear. */
  blocked_terms: string[];
  /** Terms that every draft must hold. */
  required_terms: string[];
  /** Terms that are never reported, whatever they hold. */
  allowed_terms: string[];
  /** What to write instead of a blocked term. */
  replacements: Record<string, string>;
}

/** Words beside the built-in ones. */
export interface Lexicon {
  /** Reported as profanity. */
  block: string[];
  /** Never reported. */
  allow: string[];
}

/** A complete policy document. */
export interface EffectivePolicy {
  /** Whose policy it is. */
  name: string;
  /** Its version: three numbers with dots. */
  version: string;
  /** The document that it builds on: always `builtin`. */
  extends: "builtin";
  /** What each rule does. */
  rules: Record<Code, RuleSetting>;
  /** The tags of which a draft needs at least one. */
  accepted_tags: string[];
  /** Topics that need a source. */
  citation_topics: string[];
  /** What each platform takes. */
  limits: Record<Platform, Limit>;
  /** How much a finding of each grade adds to the risk. */
  risk: RiskTable;
  /** Where somebody in need finds help; carried by what is said about harm. */
  help: Help;
  /** What the brand says and does not say. */
  brand: Brand;
  /** Words beside the built-in ones. */
  lexicon: Lexicon;
  /** Names that nobody but their owner may post as. */
  impersonation: string[];
}

/** The members of a receipt. */
export interface ReceiptClaims {
  /** Its identity, and the `jti` of the token. */
  receipt_id: string;
  /** The request that made it. */
  request_id: string;
  /** The caller's own name of the draft. */
  draft_id: string | null;
  /** The caller's own name of the ring. */
  ring_id: string | null;
  /** The caller's own name of the turn. */
  turn_id: string | null;
  /** Always `PASS`. */
  qa_status: Status;
  /** Binds the decision, the draft, the user and the policy. */
  qa_decision_hash: string;
  /** The version of the policy that was passed. */
  policy_version: string;
  /** When it was made. */
  created_at: string;
  /** The first moment at which it no longer counts. */
  expires_at: string;
  /** Whose it is. */
  user_id: string;
  /** The platform that the draft was checked for. */
  platform: Platform;
  /** The draft that was checked. */
  draft_hash: string;
  /** The policy that was passed. */
  policy_digest: string;
  /** The mode in force when it was made. */
  mode: Mode;
}

/** What a receipt proves. `token` is a signature over exactly the other members. */
export interface Receipt extends ReceiptClaims {
  /** The compact JWS. */
  token: string;
}

/** One agent's decision in the event. */
export interface AgentDecision {
  /** Who decided. */
  agent_name: string;
  /** `PASS` or `FAIL`. */
  status: Status;
  /** Sorted, unique. */
  violation_codes: string[];
  /** Unique, first seen first. */
  required_edits: string[];
  /** The hash of what the agent answered. */
  decision_id: string;
  /** How long it took, in milliseconds across its I/O; 0 for an agent that does none. */
  latency_ms: number;
}

/** QA's decision in the event. */
export interface QaSummary {
  /** `PASS` or `FAIL`. */
  status: Status;
  /** Sorted, unique. */
  violation_codes: string[];
  /** Unique, first seen first. */
  required_edits: string[];
  /** Between 0 and 1. */
  risk_score: number;
}

/** What the edge says about a draft. */
export interface Enforcement {
  /** Ours. */
  request_id: string;
  /** The caller's own, if it sent one. */
  client_request_id?: string;
  /** The mode in force. */
  mode: Mode;
  /** Only where QA passed and the audit committed. */
  receipt: Receipt | null;
  /** One entry an agent, in order. */
  decisions: AgentDecision[];
  /** QA's. */
  qa_summary: QaSummary;
  /** QA failed, or the audit did not commit; it blocks in `enforced` alone. */
  would_block: boolean;
  /** The same as in `qa_summary`. */
  required_edits: string[];
  /** Whether the audit committed. */
  audit_ok: boolean;
  /** What the caller should know beside it. */
  warnings: string[];
  /** What was found, spans in UTF-16. */
  diagnostics: Diagnostic[];
}

/** What to write. */
export type GenerateKind = "simple" | "viral_thread";

/** `POST /v1/generate/content`. */
export interface GenerateRequest {
  /** What to write about. */
  prompt: string;
  /** `simple` for one post, `viral_thread` for one a line. */
  type?: GenerateKind | undefined;
  /** Where it would be published. */
  platform: Platform | PlatformAlias;
  /** Take this draft instead of writing one. */
  content?: string | undefined;
  /** What the author promises. */
  policy_tags?: readonly string[] | undefined;
  /** Whether a source is required whatever the topic. */
  required_citations?: boolean | undefined;
  /** What it rests on. */
  sources?: readonly Source[] | undefined;
  /** The caller's own name of the draft. */
  draft_id?: string | undefined;
  /** The caller's own name of the ring. */
  ring_id?: string | undefined;
  /** The caller's own name of the turn. */
  turn_id?: string | undefined;
  /** Whether the caller means to post what comes back. */
  publish_intent?: boolean | undefined;
}

/** `POST /v1/posts`. */
export interface PostRequest {
  /** What is published, byte for byte. */
  content: string;
  /** Where. */
  platform: Platform | PlatformAlias;
  /** One post, or one a line. */
  format?: Format | undefined;
  /** What the author promises. */
  policy_tags?: readonly string[] | undefined;
  /** Whether a source is required whatever the topic. */
  required_citations?: boolean | undefined;
  /** What it rests on. */
  sources?: readonly Source[] | undefined;
  /** Names the receipt by its own id. */
  enforcement_receipt_id?: string | undefined;
  /** Names the receipt by the request that made it. */
  enforcement_request_id?: string | undefined;
  /** The receipt's signed token. */
  enforcement_receipt?: string | undefined;
}

