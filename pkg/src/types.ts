/**
 * The wire types: what goes into a check and what comes out, the same JSON in the browser, in Node and at the edge. Generated
 * from the contracts that the crate reads and writes; what is added here is what a caller may leave out of a policy.
 */
import type { Brand, Code, EffectivePolicy, Lexicon, Limit, Platform, RiskTable, RuleSetting } from "./types.generated.js";

export { CODES, FORMATS, PLATFORMS } from "./types.generated.js";
export type {
  Applicability,
  Brand,
  CheckReport,
  CheckRequest,
  Code,
  Diagnostic,
  Edit,
  EffectivePolicy,
  Fix,
  Format,
  Help,
  Level,
  Lexicon,
  Limit,
  Platform,
  PlatformAlias,
  PostMeasure,
  RiskTable,
  RuleSetting,
  Severity,
  Source,
  Span,
  SpanUnit,
  Status,
  TermSeverity,
  Unit,
} from "./types.generated.js";

/** What a policy says of a platform beside its length. */
export type LimitSetting = Pick<Limit, "max"> & Partial<Limit>;

/** A policy document. A member that is left out is the built-in one; `rules`, `limits` and `risk` are merged key by key. */
export interface Policy extends Pick<EffectivePolicy, "name" | "version">, Partial<Omit<EffectivePolicy, "name" | "version" | "rules" | "limits" | "risk" | "brand" | "lexicon">> {
  rules?: Partial<Record<Code, RuleSetting>>;
  limits?: Partial<Record<Platform, LimitSetting>>;
  /** A graver grade adds no less than a lighter one. */
  risk?: Partial<RiskTable>;
  brand?: Partial<Brand>;
  lexicon?: Partial<Lexicon>;
}
