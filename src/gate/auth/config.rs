//! Who may sign in, read from the environment. A name that nobody reads is a problem: it may be a misspelt one that somebody relies on.

use super::claims::ClaimRules;
use super::credentials::is_loopback;
use super::service::ServiceKeys;
use crate::gate::ConfigProblem;

/// Everything that starts with `AUTH_` and is read.
const NAMES: &[&str] = &[
    "AUTH_JWKS_URL",
    "AUTH_ISSUER",
    "AUTH_AUDIENCE",
    "AUTH_CLAIM_ROLES",
    "AUTH_ADMIN_ROLE",
    "AUTH_CLAIM_VERIFIED",
    "AUTH_CLAIM_STREAK_DAYS",
];

/// Tokens of one issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwtConfig {
    /// Where its keys are.
    pub jwks_url: String,
    /// Which claims count.
    pub rules: ClaimRules,
}

/// Who may sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthConfig {
    /// With a token.
    pub jwt: Option<JwtConfig>,
    /// With a service key.
    pub service_keys: ServiceKeys,
    /// Anybody, under any name, on loopback.
    pub dev: bool,
}

impl AuthConfig {
    /// Reads the variables; `names` are all that are set. Every problem is listed.
    pub fn read(names: &[String], variable: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        let mut problem = |name: &'static str, message: String| problems.push(ConfigProblem { name, message });
        let of_auth: Vec<&str> = names.iter().map(String::as_str).filter(|name| name.starts_with("AUTH_")).collect();
        for name in of_auth.iter().filter(|name| !NAMES.contains(name)) {
            problem("AUTH", format!("{name} is not read, expected one of {}", NAMES.join(", ")));
        }
        let service_keys = variable("POSTGATE_API_KEYS").map_or_else(|| Ok(ServiceKeys::default()), |text| ServiceKeys::read(&text));
        let service_keys = service_keys.map_err(|message| problem("POSTGATE_API_KEYS", message)).unwrap_or_default();
        let dev = match variable("POSTGATE_AUTH").as_deref() {
            None => false,
            Some("dev") => true,
            Some(_) => {
                problem("POSTGATE_AUTH", "expected dev, or unset".to_owned());
                false
            }
        };
        for name in names.iter().filter(|name| dev && (name.starts_with("AUTH_") || *name == "POSTGATE_API_KEYS")) {
            problem("POSTGATE_AUTH", format!("dev while {name} is set: development sign-in and real sign-in exclude each other"));
        }
        let jwt = if of_auth.is_empty() { None } else { jwt(&variable, &mut problem) };
        if problems.is_empty() { Ok(Self { jwt, service_keys, dev }) } else { Err(problems) }
    }

    /// In one word each, for `/readyz`.
    pub fn kinds(&self) -> String {
        let kinds = [(self.dev, "dev"), (self.jwt.is_some(), "jwt"), (!self.service_keys.is_empty(), "service_keys")];
        let kinds: Vec<&str> = kinds.into_iter().filter_map(|(on, name)| on.then_some(name)).collect();
        if kinds.is_empty() { "none".to_owned() } else { kinds.join(",") }
    }
}

fn jwt(variable: &impl Fn(&str) -> Option<String>, problem: &mut impl FnMut(&'static str, String)) -> Option<JwtConfig> {
    let mut required = |name: &'static str| {
        let value = variable(name).filter(|value| !value.trim().is_empty());
        if value.is_none() {
            problem(name, "unset, expected a value: tokens count with AUTH_JWKS_URL, AUTH_ISSUER and AUTH_AUDIENCE together".to_owned());
        }
        value
    };
    let (jwks_url, issuer, audience) = (required("AUTH_JWKS_URL"), required("AUTH_ISSUER"), required("AUTH_AUDIENCE"));
    let jwks_url = jwks_url?;
    if !is_safe(&jwks_url) {
        problem("AUTH_JWKS_URL", "expected an https:// address, or http:// on loopback".to_owned());
    }
    let mut named = |name: &'static str, default: &str| match variable(name) {
        Some(value) if value.trim().is_empty() => {
            problem(name, format!("empty, expected a name, or unset for {default}"));
            String::new()
        }
        value => value.unwrap_or_else(|| default.to_owned()),
    };
    let (roles, admin_role) = (named("AUTH_CLAIM_ROLES", "roles"), named("AUTH_ADMIN_ROLE", "postgate-admin"));
    let (verified, streak_days) = (named("AUTH_CLAIM_VERIFIED", "verified"), named("AUTH_CLAIM_STREAK_DAYS", "streak_days"));
    Some(JwtConfig { jwks_url, rules: ClaimRules { issuer: issuer?, audience: audience?, roles, admin_role, verified, streak_days } })
}

/// Keys that come over an open line are anybody's keys.
fn is_safe(url: &str) -> bool {
    let host = |rest: &str| rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty() && !host.contains('@')).map(str::to_owned);
    let without_port = |host: &str| host.rsplit_once(':').map_or(host, |(host, _)| host).to_owned();
    if let Some(rest) = url.strip_prefix("https://") {
        return host(rest).is_some();
    }
    url.strip_prefix("http://").and_then(host).is_some_and(|host| is_loopback(&without_port(&host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const JWT: [(&str, &str); 3] =
        [("AUTH_JWKS_URL", "https://id.example/jwks"), ("AUTH_ISSUER", "https://id.example"), ("AUTH_AUDIENCE", "postgate")];

    fn read(variables: &[(&str, &str)]) -> Result<AuthConfig, Vec<ConfigProblem>> {
        let names: Vec<String> = variables.iter().map(|(name, _)| (*name).to_owned()).collect();
        AuthConfig::read(&names, |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn named(variables: &[(&str, &str)]) -> Vec<&'static str> {
        read(variables).unwrap_err().iter().map(|problem| problem.name).collect()
    }

    #[test]
    fn nothing_set_lets_nobody_in() {
        assert_eq!(read(&[]).unwrap().kinds(), "none");
        assert_eq!(read(&[("POSTGATE_AUTH", "dev")]).unwrap().kinds(), "dev");
        let both = [JWT.as_slice(), &[("POSTGATE_API_KEYS", HASH)]].concat();
        assert_eq!(read(&both).unwrap().kinds(), "jwt,service_keys");
    }

    #[test]
    fn claims_have_their_usual_names_until_others_are_given() {
        let given = read(&[JWT.as_slice(), &[("AUTH_CLAIM_ROLES", "/metadata/roles")]].concat()).unwrap().jwt.unwrap();
        let usual = (given.rules.verified.as_str(), given.rules.streak_days.as_str(), given.rules.admin_role.as_str());
        assert_eq!((usual, given.rules.roles.as_str()), (("verified", "streak_days", "postgate-admin"), "/metadata/roles"));
    }

    #[test]
    fn development_sign_in_excludes_every_other() {
        for other in ["AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE", "AUTH_CLAIM_ROLES", "AUTH_SOMETHING"] {
            assert!(named(&[("POSTGATE_AUTH", "dev"), (other, "x")]).contains(&"POSTGATE_AUTH"), "{other}");
        }
        assert_eq!(named(&[("POSTGATE_AUTH", "dev"), ("POSTGATE_API_KEYS", HASH)]), ["POSTGATE_AUTH"]);
        for typo in ["Dev", "true", "", "dev "] {
            assert_eq!(named(&[("POSTGATE_AUTH", typo)]), ["POSTGATE_AUTH"], "{typo}");
        }
    }

    #[test]
    fn half_a_configuration_and_misspelt_names_are_problems() {
        for missing in 0..3 {
            let mut some = JWT.to_vec();
            let (name, _) = some.remove(missing);
            assert_eq!(named(&some), [name]);
        }
        assert_eq!(named(&[JWT.as_slice(), &[("AUTH_ISSUERS", "x")]].concat()), ["AUTH"]);
        assert_eq!(named(&[JWT.as_slice(), &[("AUTH_ADMIN_ROLE", " ")]].concat()), ["AUTH_ADMIN_ROLE"]);
        assert_eq!(named(&[("POSTGATE_API_KEYS", "the key itself")]), ["POSTGATE_API_KEYS"]);
    }

    #[test]
    fn keys_are_not_fetched_over_an_open_line() {
        for url in
            ["http://id.example/jwks", "ftp://id.example", "id.example", "https://", "https://a@b/jwks", "http://127.0.0.1.example/", ""]
        {
            assert!(named(&[("AUTH_JWKS_URL", url), JWT[1], JWT[2]]).contains(&"AUTH_JWKS_URL"), "{url}");
        }
        assert!(read(&[("AUTH_JWKS_URL", "http://127.0.0.1:9000/jwks"), JWT[1], JWT[2]]).is_ok());
    }
}
