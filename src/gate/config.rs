//! Configuration: read once from named strings into types. A typo is a problem, never a default.

use super::origins::Origins;
use crate::audit::is_origin;
use crate::contract::Mode;
use crate::ledger::{Guardrails, TokenMode};
use serde::Serialize;
use std::ops::RangeInclusive;

/// The most requests a minute that one user can be given.
const MAX_REQUESTS_PER_MINUTE: i64 = 1_000_000;
/// The longest time to live of a receipt: a week.
const MAX_TTL_SECONDS: i64 = 7 * 24 * 3600;

/// A value that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfigProblem {
    /// The name of the variable.
    pub name: &'static str,
    /// What was found and what would be right; never a secret.
    pub message: String,
}

/// What the gate is configured to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How much a decision weighs, before any override by an administrator.
    pub mode: Mode,
    /// Whether decisions are written to the audit.
    pub audit_log: bool,
    /// Whether a publish earns.
    pub token_mode: TokenMode,
    /// How far earning may go.
    pub guardrails: Guardrails,
    /// Seconds until a receipt expires.
    pub receipt_ttl_seconds: i64,
    /// How many requests a user may make in a minute.
    pub requests_per_minute: u32,
    /// Which pages of other origins may call.
    pub cors_origins: Origins,
    /// Seconds for which a request that says nothing holds its post.
    pub lease_seconds: i64,
    /// What the audit holds, and for how long.
    pub audit: AuditConfig,
    /// What does not stop the gate and should be looked at.
    pub warnings: Vec<String>,
}

/// What the audit holds, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditConfig {
    /// Whether it also holds what the draft says.
    pub content: bool,
    /// The name of its tree.
    pub origin: String,
    /// For how many days rows stay in the database.
    pub retention_days: i64,
    /// Whether retention only counts.
    pub cleanup_dry_run: bool,
    /// Milliseconds until a commit that has not answered counts as failed.
    pub timeout_ms: i64,
}

impl Default for AuditConfig {
    fn default() -> Self {
        let origin = "postgate/audit".to_owned();
        Self { content: false, origin, retention_days: 30, cleanup_dry_run: true, timeout_ms: 5000 }
    }
}

impl Config {
    /// Reads the variables; every problem is listed.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigProblem>> {
        let mut reader = Reader { variable, problems: Vec::new(), warnings: Vec::new() };
        let mode = reader.mode();
        let audit_log = reader.flag("ONERING_AUDIT_LOG", true);
        let token_mode = reader.token_mode();
        let guardrails = reader.guardrails();
        let receipt_ttl_seconds = reader.number("ONERING_ENFORCEMENT_RECEIPT_TTL_SECONDS", "seconds", 1..=MAX_TTL_SECONDS, 3600);
        let lease_seconds = reader.number("POSTGATE_LEASE_SECONDS", "seconds", 5..=300, 60);
        let requests = reader.number("POSTGATE_REQUESTS_PER_MINUTE", "requests", 1..=MAX_REQUESTS_PER_MINUTE, 600);
        let requests_per_minute = u32::try_from(requests).unwrap_or(u32::MAX);
        let cors_origins = reader.origins();
        let audit = reader.audit();
        for name in ["AGENT_ENFORCEMENT_ENABLED", "QA_BLOCKING_ENABLED"] {
            if (reader.variable)(name).is_some() {
                reader.warnings.push(format!("{name} is not read; use ONERING_ENFORCEMENT_MODE"));
            }
        }
        if mode == Mode::Enforced && !audit_log {
            reader.problem(
                "ONERING_AUDIT_LOG",
                "\"0\" with ONERING_ENFORCEMENT_MODE enforced: an enforced post needs its audit row, expected \"1\"",
            );
        }
        let kept = audit.retention_days * 24 * 3600;
        if kept < receipt_ttl_seconds {
            let message = format!(
                "{} days, which is {kept} seconds, while a receipt counts for {receipt_ttl_seconds}, expected at least as long",
                audit.retention_days
            );
            reader.problem("ONERING_AUDIT_RETENTION_DAYS", message);
        }
        if !audit_log {
            reader.warnings.push("AUDIT_DISABLED".to_owned());
        }
        let Reader { problems, warnings, .. } = reader;
        if problems.is_empty() {
            Ok(Self {
                mode,
                audit_log,
                token_mode,
                guardrails,
                receipt_ttl_seconds,
                requests_per_minute,
                cors_origins,
                lease_seconds,
                audit,
                warnings,
            })
        } else {
            Err(problems)
        }
    }
}

struct Reader<F> {
    variable: F,
    problems: Vec<ConfigProblem>,
    warnings: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn problem(&mut self, name: &'static str, message: impl Into<String>) {
        self.problems.push(ConfigProblem { name, message: message.into() });
    }

    /// Unset means enforced: nobody forgets a variable into an open gate.
    fn mode(&mut self) -> Mode {
        let own = self.one_mode("ONERING_ENFORCEMENT_MODE");
        let alias = self.one_mode("AGENT_ENFORCEMENT_MODE");
        if alias.is_some() {
            self.warnings.push("AGENT_ENFORCEMENT_MODE is an old name; use ONERING_ENFORCEMENT_MODE".to_owned());
        }
        match (own, alias) {
            (Some(own), Some(alias)) if own != alias => {
                self.problem(
                    "AGENT_ENFORCEMENT_MODE",
                    format!("{alias} while ONERING_ENFORCEMENT_MODE is {own}, expected one of them or the same"),
                );
                own.max(alias)
            }
            (Some(mode), _) | (None, Some(mode)) => mode,
            (None, None) => Mode::Enforced,
        }
    }

    fn one_mode(&mut self, name: &'static str) -> Option<Mode> {
        let text = (self.variable)(name)?;
        match Mode::parse(&text) {
            Ok(mode) => Some(mode),
            Err(error) => {
                self.problem(name, error.to_string());
                None
            }
        }
    }

    fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match (self.variable)(name).as_deref() {
            None => default,
            Some("1") => true,
            Some("0") => false,
            Some(_) => {
                self.problem(name, "expected \"1\" or \"0\"");
                default
            }
        }
    }

    fn guardrails(&mut self) -> Guardrails {
        let mut read = |name, what, most: u32, default: u32| {
            u32::try_from(self.number(name, what, 0..=i64::from(most), i64::from(default))).unwrap_or(default)
        };
        let Guardrails { daily_cap, min_interval_seconds, earns_per_hour } = Guardrails::default();
        Guardrails {
            daily_cap: read("RING_DAILY_EARN_CAP", "RING", 1_000_000, daily_cap),
            min_interval_seconds: read("RING_MIN_EARN_INTERVAL_SECONDS", "seconds", 3600, min_interval_seconds),
            earns_per_hour: read("RING_ANOMALY_EARNS_PER_HOUR", "earns", 3600, earns_per_hour),
        }
    }

    fn token_mode(&mut self) -> TokenMode {
        let name = "ONERING_TOKEN_ISSUANCE";
        match (self.variable)(name).as_deref() {
            None | Some("off") => TokenMode::Off,
            Some("shadow") => TokenMode::Shadow,
            Some("live") => TokenMode::Live,
            Some(_) => {
                self.problem(name, "expected off, shadow or live");
                TokenMode::Off
            }
        }
    }

    fn audit(&mut self) -> AuditConfig {
        let default = AuditConfig::default();
        let name = "POSTGATE_AUDIT_ORIGIN";
        let origin = (self.variable)(name).unwrap_or(default.origin);
        if !is_origin(&origin) {
            self.problem(name, "expected 1 to 200 visible ASCII characters without a plus, such as gate.example.com/audit");
        }
        AuditConfig {
            content: self.flag("POSTGATE_AUDIT_CONTENT", default.content),
            origin,
            retention_days: self.number("ONERING_AUDIT_RETENTION_DAYS", "days", 1..=3650, default.retention_days),
            cleanup_dry_run: self.flag("ONERING_AUDIT_CLEANUP_DRY_RUN", default.cleanup_dry_run),
            timeout_ms: self.number("POSTGATE_AUDIT_TIMEOUT_MS", "milliseconds", 1..=60_000, default.timeout_ms),
        }
    }

    fn number(&mut self, name: &'static str, of: &str, range: RangeInclusive<i64>, default: i64) -> i64 {
        let Some(text) = (self.variable)(name) else { return default };
        match text.parse::<i64>() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.problem(name, format!("expected a whole number of {of} from {} to {}", range.start(), range.end()));
                default
            }
        }
    }

    fn origins(&mut self) -> Origins {
        let name = "POSTGATE_CORS_ORIGINS";
        match (self.variable)(name).as_deref().map(Origins::read) {
            None => Origins::default(),
            Some(Ok(origins)) => origins,
            Some(Err(wrong)) => {
                self.problem(
                    name,
                    format!("`{wrong}` is no origin, expected exact ones such as https://app.example.com, separated by commas"),
                );
                Origins::default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, Vec<ConfigProblem>> {
        Config::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn unset_means_enforced_with_audit() {
        let config = read(&[]).unwrap();
        assert_eq!((config.mode, config.audit_log, config.receipt_ttl_seconds), (Mode::Enforced, true, 3600));
        assert!(config.warnings.is_empty());
    }

    #[test]
    fn a_typo_is_a_problem_and_never_off() {
        let cases = [
            ("ONERING_ENFORCEMENT_MODE", "Enforced"),
            ("ONERING_ENFORCEMENT_MODE", "off "),
            ("ONERING_ENFORCEMENT_MODE", ""),
            ("ONERING_AUDIT_LOG", "true"),
            ("ONERING_TOKEN_ISSUANCE", "Live"),
            ("ONERING_ENFORCEMENT_RECEIPT_TTL_SECONDS", "0"),
            ("ONERING_ENFORCEMENT_RECEIPT_TTL_SECONDS", "1h"),
            ("POSTGATE_REQUESTS_PER_MINUTE", "0"),
            ("POSTGATE_REQUESTS_PER_MINUTE", "lots"),
            ("POSTGATE_CORS_ORIGINS", "*"),
            ("POSTGATE_CORS_ORIGINS", "https://app.example.com/"),
            ("ONERING_AUDIT_RETENTION_DAYS", "0"),
            ("ONERING_AUDIT_RETENTION_DAYS", "30 days"),
            ("ONERING_AUDIT_CLEANUP_DRY_RUN", "false"),
            ("POSTGATE_AUDIT_CONTENT", "yes"),
            ("POSTGATE_AUDIT_ORIGIN", "a+b"),
            ("POSTGATE_AUDIT_ORIGIN", ""),
            ("POSTGATE_AUDIT_TIMEOUT_MS", "0"),
        ];
        for (name, value) in cases {
            let problems = read(&[(name, value)]).unwrap_err();
            assert_eq!(problems.iter().map(|problem| problem.name).collect::<Vec<_>>(), [name], "{value:?}");
        }
    }

    #[test]
    fn the_old_name_is_read_and_a_contradiction_is_a_problem() {
        let config = read(&[("AGENT_ENFORCEMENT_MODE", "advisory"), ("QA_BLOCKING_ENABLED", "1")]).unwrap();
        assert_eq!((config.mode, config.warnings.len()), (Mode::Advisory, 2));
        assert!(read(&[("AGENT_ENFORCEMENT_MODE", "off"), ("ONERING_ENFORCEMENT_MODE", "enforced")]).is_err());
    }

    #[test]
    fn rows_stay_at_least_as_long_as_a_receipt_that_is_read_from_them() {
        let week = ("ONERING_ENFORCEMENT_RECEIPT_TTL_SECONDS", "604800");
        let problems = read(&[week, ("ONERING_AUDIT_RETENTION_DAYS", "6")]).unwrap_err();
        assert_eq!(problems[0].message, "6 days, which is 518400 seconds, while a receipt counts for 604800, expected at least as long");
        assert!(read(&[week, ("ONERING_AUDIT_RETENTION_DAYS", "7")]).is_ok());
    }

    #[test]
    fn enforced_without_audit_is_a_problem_and_advisory_says_so() {
        assert!(read(&[("ONERING_AUDIT_LOG", "0")]).is_err());
        let config = read(&[("ONERING_AUDIT_LOG", "0"), ("ONERING_ENFORCEMENT_MODE", "advisory")]).unwrap();
        assert_eq!(config.warnings, ["AUDIT_DISABLED"]);
    }
}
