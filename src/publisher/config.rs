//! Which publisher serves which platform, and with which account: read once from named strings. A typo, a missing secret and an address
//! that is not safe are problems, never an outbox.

use super::secret::Secret;
use crate::text::Platform;
use std::collections::BTreeMap;
use url::{Host, Url};

/// The fewest characters of a secret that signs.
const LEAST_SECRET: usize = 32;
/// The most seconds that a platform may take for an answer.
const MOST_TIMEOUT: u64 = 15;

/// The account on X that posts, by OAuth 1.0a user context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XAccount {
    pub(super) base: String,
    /// The account's own id, which its access token begins with.
    pub(super) user_id: String,
    pub(super) api_key: Secret,
    pub(super) api_secret: Secret,
    pub(super) access_token: Secret,
    pub(super) access_token_secret: Secret,
}

/// The account on Bluesky, or on another server of the AT Protocol, that posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueskyAccount {
    pub(super) base: String,
    pub(super) identifier: String,
    pub(super) password: Secret,
    pub(super) langs: Vec<String>,
}

/// Your own backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub(super) url: String,
    pub(super) secret: Secret,
}

/// Who publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publisher {
    /// A table instead of a platform.
    Outbox,
    /// X.
    X(XAccount),
    /// Bluesky.
    Bluesky(BlueskyAccount),
    /// Your own backend.
    Webhook(Webhook),
}

impl Publisher {
    /// Its name in the configuration.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::X(_) => "x",
            Self::Bluesky(_) => "bluesky",
            Self::Webhook(_) => "webhook",
        }
    }
}

/// Every platform's publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publishers {
    routes: BTreeMap<Platform, Publisher>,
    /// Seconds that a platform may take for an answer.
    pub timeout_seconds: u64,
}

impl Publishers {
    /// Who publishes there.
    pub fn of(&self, platform: Platform) -> &Publisher {
        self.routes.get(&platform).unwrap_or(&Publisher::Outbox)
    }

    /// Reads the variables; every problem is listed, as the name of a variable and a sentence about it.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<(&'static str, String)>> {
        let mut reader = Reader { variable, problems: Vec::new() };
        let names = reader.routes();
        let mut known: BTreeMap<&'static str, Option<Publisher>> = BTreeMap::new();
        for name in names.values() {
            known.entry(name).or_insert_with(|| reader.publisher(name));
        }
        let timeout_seconds = reader.timeout();
        let routes =
            names.into_iter().filter_map(|(platform, name)| known.get(name).cloned().flatten().map(|known| (platform, known))).collect();
        if reader.problems.is_empty() { Ok(Self { routes, timeout_seconds }) } else { Err(reader.problems) }
    }
}

const ROUTES: &str = "POSTGATE_PUBLISHERS";
const NAMES: &[&str] = &["outbox", "x", "bluesky", "webhook"];

struct Reader<F> {
    variable: F,
    problems: Vec<(&'static str, String)>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn problem(&mut self, name: &'static str, message: impl Into<String>) {
        self.problems.push((name, message.into()));
    }

    /// `x=x,bluesky=bluesky,*=outbox`: each platform once, `*` for all that are not named.
    fn routes(&mut self) -> BTreeMap<Platform, &'static str> {
        let text = (self.variable)(ROUTES);
        let mut rest = None;
        let mut named: BTreeMap<Platform, &'static str> = BTreeMap::new();
        for route in text.as_deref().map(|text| text.split(',')).into_iter().flatten() {
            let Some((platform, name)) = route.split_once('=') else {
                self.problem(ROUTES, format!("`{}` is no route, expected platform=publisher", shown(route)));
                continue;
            };
            let Some(name) = NAMES.iter().find(|known| **known == name) else {
                self.problem(ROUTES, format!("unknown publisher `{}`, expected one of {}", shown(name), NAMES.join(", ")));
                continue;
            };
            if platform == "*" {
                if rest.replace(*name).is_some() {
                    self.problem(ROUTES, "`*` is named twice, expected once");
                }
                if matches!(*name, "x" | "bluesky") {
                    self.problem(ROUTES, format!("`*={name}` names a publisher of one platform, expected outbox or webhook"));
                }
                continue;
            }
            match Platform::parse(platform) {
                Err(error) => self.problem(ROUTES, error.to_string()),
                Ok(platform) => {
                    if matches!(*name, "x" | "bluesky") && *name != platform.as_str() {
                        self.problem(
                            ROUTES,
                            format!("`{platform}={name}`: {name} publishes on its own platform alone", platform = platform.as_str()),
                        );
                    }
                    if named.insert(platform, name).is_some() {
                        self.problem(ROUTES, format!("`{}` is named twice, expected once", platform.as_str()));
                    }
                }
            }
        }
        Platform::ALL.iter().map(|platform| (*platform, named.get(platform).copied().or(rest).unwrap_or("outbox"))).collect()
    }

    fn publisher(&mut self, name: &str) -> Option<Publisher> {
        match name {
            "x" => self.x().map(Publisher::X),
            "bluesky" => self.bluesky().map(Publisher::Bluesky),
            "webhook" => self.webhook().map(Publisher::Webhook),
            _ => Some(Publisher::Outbox),
        }
    }

    fn x(&mut self) -> Option<XAccount> {
        let base = self.base("X_API_BASE_URL", Some("https://api.x.com"));
        let api_key = self.secret("X_API_KEY", 1);
        let api_secret = self.secret("X_API_SECRET", 1);
        let access_token = self.secret("X_ACCESS_TOKEN", 1);
        let access_token_secret = self.secret("X_ACCESS_TOKEN_SECRET", 1);
        let user_id = access_token.as_ref().and_then(|token| {
            let id = token.reveal().split_once('-').map(|(id, _)| id).filter(|id| is_digits(id));
            if id.is_none() {
                self.problem("X_ACCESS_TOKEN", "not a user's access token, expected the digits of the user's id, then a hyphen");
            }
            id.map(str::to_owned)
        });
        Some(XAccount {
            base: base?,
            user_id: user_id?,
            api_key: api_key?,
            api_secret: api_secret?,
            access_token: access_token?,
            access_token_secret: access_token_secret?,
        })
    }

    fn bluesky(&mut self) -> Option<BlueskyAccount> {
        let base = self.base("BLUESKY_SERVICE_URL", Some("https://bsky.social"));
        let identifier = self.secret("BLUESKY_IDENTIFIER", 1);
        let password = self.secret("BLUESKY_APP_PASSWORD", 1);
        let langs: Vec<String> =
            (self.variable)("BLUESKY_LANGS").map(|text| text.split(',').map(str::to_owned).collect()).unwrap_or_default();
        let is_lang =
            |lang: &String| (2..=35).contains(&lang.len()) && lang.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if langs.len() > 3 || !langs.iter().all(is_lang) {
            self.problem("BLUESKY_LANGS", "expected at most three language tags such as en or pt-BR, with commas between");
        }
        Some(BlueskyAccount { base: base?, identifier: identifier?.reveal().to_owned(), password: password?, langs })
    }

    fn webhook(&mut self) -> Option<Webhook> {
        let url = self.base("WEBHOOK_URL", None);
        let secret = self.secret("WEBHOOK_SECRET", LEAST_SECRET);
        Some(Webhook { url: url?, secret: secret? })
    }

    fn secret(&mut self, name: &'static str, least: usize) -> Option<Secret> {
        match (self.variable)(name) {
            None => self.problem(name, format!("unset, while {ROUTES} names the publisher that needs it")),
            Some(text) if text.len() < least || text.trim() != text || text.is_empty() => {
                self.problem(name, format!("expected at least {least} characters, the first and the last no blank"));
            }
            Some(text) => return Some(Secret::new(text)),
        }
        None
    }

    /// An address without a query; https, unless it is on this machine.
    fn base(&mut self, name: &'static str, default: Option<&str>) -> Option<String> {
        let Some(text) = (self.variable)(name).or_else(|| default.map(str::to_owned)) else {
            self.problem(name, format!("unset, while {ROUTES} names the publisher that needs it"));
            return None;
        };
        let url = Url::parse(&text).ok();
        let is_safe = url.as_ref().is_some_and(|url| {
            let is_plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
            is_plain && (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url)))
        });
        if !is_safe {
            self.problem(name, "expected an https address (http on loopback) without a user, a query or a fragment");
            return None;
        }
        url.map(|url| url.as_str().trim_end_matches('/').to_owned())
    }

    fn timeout(&mut self) -> u64 {
        let name = "POSTGATE_PUBLISH_TIMEOUT_SECONDS";
        let Some(text) = (self.variable)(name) else { return 10 };
        let seconds = text.parse().ok().filter(|seconds| is_digits(&text) && (1..=MOST_TIMEOUT).contains(seconds));
        if seconds.is_none() {
            self.problem(name, format!("expected a whole number from 1 to {MOST_TIMEOUT}"));
        }
        seconds.unwrap_or(10)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What was written, short enough for a sentence.
fn shown(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [(&str, &str); 4] = [("X_API_KEY", "k"), ("X_API_SECRET", "s"), ("X_ACCESS_TOKEN", "12-t"), ("X_ACCESS_TOKEN_SECRET", "u")];

    fn read(variables: &[(&str, &str)]) -> Result<Publishers, Vec<(&'static str, String)>> {
        Publishers::read(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn names(variables: &[(&str, &str)]) -> Vec<&'static str> {
        read(variables).unwrap_err().into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn without_a_word_everything_goes_to_the_outbox() {
        let publishers = read(&[]).unwrap();
        assert!(Platform::ALL.iter().all(|platform| publishers.of(*platform) == &Publisher::Outbox));
        assert_eq!(publishers.timeout_seconds, 10);
    }

    #[test]
    fn each_platform_has_the_publisher_that_is_named() {
        let hook = [("WEBHOOK_URL", "http://[::1]:9/in"), ("WEBHOOK_SECRET", "01234567890123456789012345678901")];
        let variables: Vec<_> = X.into_iter().chain(hook).chain([(ROUTES, "twitter=x,*=webhook,bluesky=outbox")]).collect();
        let publishers = read(&variables).unwrap();
        let of = |platform| publishers.of(platform).name();
        assert_eq!([of(Platform::X), of(Platform::Bluesky), of(Platform::Threads)], ["x", "outbox", "webhook"]);
        let Publisher::X(account) = publishers.of(Platform::X) else { panic!("not X") };
        assert_eq!((account.user_id.as_str(), account.base.as_str()), ("12", "https://api.x.com"));
    }

    #[test]
    fn a_missing_secret_is_a_problem_and_never_an_outbox() {
        assert_eq!(names(&[(ROUTES, "x=x")]), X.map(|(name, _)| name));
        assert_eq!(names(&[(ROUTES, "bluesky=bluesky")]), ["BLUESKY_IDENTIFIER", "BLUESKY_APP_PASSWORD"]);
        assert_eq!(names(&[(ROUTES, "*=webhook")]), ["WEBHOOK_URL", "WEBHOOK_SECRET"]);
    }

    #[test]
    fn a_typo_is_a_problem() {
        for routes in ["", "x", "x=X", "x=outbox,twitter=outbox", "x =outbox", "*=outbox,*=outbox", "*=x", "threads=bluesky", "x=outbox,"] {
            assert!(read(&[(ROUTES, routes)]).unwrap_err().iter().any(|(name, _)| *name == ROUTES), "{routes}");
        }
        for seconds in ["0", "16", "1.5", "+3", ""] {
            assert_eq!(names(&[("POSTGATE_PUBLISH_TIMEOUT_SECONDS", seconds)]), ["POSTGATE_PUBLISH_TIMEOUT_SECONDS"], "{seconds}");
        }
        let account = [(ROUTES, "bluesky=bluesky"), ("BLUESKY_IDENTIFIER", "a.example"), ("BLUESKY_APP_PASSWORD", "abcd-efgh")];
        let langs = |langs| read(&account.into_iter().chain([("BLUESKY_LANGS", langs)]).collect::<Vec<_>>()).map(|_| ());
        assert!(langs("en,pt-BR").is_ok());
        for wrong in ["", "e", "en,pt,de,fr", "en;pt", "é"] {
            assert_eq!(langs(wrong).unwrap_err().iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["BLUESKY_LANGS"], "{wrong}");
        }
    }

    #[test]
    fn an_address_in_the_clear_is_a_problem_unless_it_is_here() {
        let with = |base| {
            let variables: Vec<_> = X.into_iter().chain([(ROUTES, "x=x"), ("X_API_BASE_URL", base)]).collect();
            read(&variables).map(|_| ())
        };
        for base in ["https://api.x.com/", "http://localhost:1", "http://127.0.0.1:1", "http://[::1]"] {
            assert_eq!(with(base), Ok(()), "{base}");
        }
        for base in ["http://api.x.com", "http://127.0.0.1.example.com", "ftp://localhost", "https://u:p@x.com", "https://x.com?a", "x.com"]
        {
            assert!(with(base).is_err(), "{base}");
        }
    }

    #[test]
    fn no_problem_repeats_a_secret() {
        let variables = [
            (ROUTES, "x=x,*=webhook"),
            ("X_ACCESS_TOKEN", "hunter2"),
            ("WEBHOOK_URL", "http://hunter2.example"),
            ("WEBHOOK_SECRET", "hunter2"),
        ];
        let problems = read(&variables).unwrap_err();
        assert!(problems.len() > 4 && problems.iter().all(|(_, message)| !message.contains("hunter2")), "{problems:?}");
        assert_eq!(format!("{:?}", Secret::new("hunter2".to_owned())), "Secret(…)");
    }
}
