//! What the environment says, read once an isolate: configuration, keys, the policy, who may sign in.

use crate::gate::{Config, ConfigProblem, Setup, WriterConfig};
use crate::policy::Policy;
use crate::publisher::Publishers;
use crate::receipt::SigningKeys;
use std::sync::OnceLock;
use worker::Env;

/// Everything that stays the same for as long as an isolate lives.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) keys: SigningKeys,
    pub(super) policy: Policy,
    pub(super) writer: WriterConfig,
    pub(super) publishers: Publishers,
    /// Whether `Bearer dev:<user>` counts on loopback.
    pub(super) dev_auth: bool,
}

static SETTINGS: OnceLock<Result<Settings, Vec<ConfigProblem>>> = OnceLock::new();

/// The settings, or everything that is wrong with them.
pub(super) fn settings(env: &Env) -> Result<&'static Settings, &'static [ConfigProblem]> {
    SETTINGS.get_or_init(|| read(env)).as_ref().map_err(Vec::as_slice)
}

impl Settings {
    pub(super) const fn setup(&self) -> Setup<'_> {
        Setup { policy: &self.policy, ring: self.keys.ring(), config: &self.config }
    }
}

fn read(env: &Env) -> Result<Settings, Vec<ConfigProblem>> {
    let variable = |name: &str| env.var(name).ok().map(|value| value.to_string());
    let mut problems = Vec::new();
    let config = Config::read(variable).map_err(|found| problems.extend(found)).ok();
    let keys = match variable("POSTGATE_SIGNING_KEY") {
        None => Err("unset, expected a private Ed25519 key as JWK; `npm start` makes one for development".to_owned()),
        Some(key) => SigningKeys::read(&key, variable("POSTGATE_EARLIER_KEYS").as_deref()).map_err(|error| error.to_string()),
    };
    let keys = keys.map_err(|message| problems.push(ConfigProblem { name: "POSTGATE_SIGNING_KEY", message })).ok();
    let policy = Policy::builtin().map_err(|error| problems.push(ConfigProblem { name: "policy", message: error.to_string() })).ok();
    let writer = WriterConfig::read(variable).map_err(|found| problems.extend(found)).ok();
    let publishers = Publishers::read(variable)
        .map_err(|found| problems.extend(found.into_iter().map(|(name, message)| ConfigProblem { name, message })))
        .ok();
    let dev_auth = dev_auth(variable, &mut problems);
    match (config, keys, policy, writer, publishers) {
        (Some(config), Some(keys), Some(policy), Some(writer), Some(publishers)) if problems.is_empty() => {
            Ok(Settings { config, keys, policy, writer, publishers, dev_auth })
        }
        _ => Err(problems),
    }
}

/// Development sign-in exists where it is asked for by name and no real sign-in is configured.
fn dev_auth(variable: impl Fn(&str) -> Option<String>, problems: &mut Vec<ConfigProblem>) -> bool {
    let Some(value) = variable("POSTGATE_AUTH") else { return false };
    let mut problem = |message: String| problems.push(ConfigProblem { name: "POSTGATE_AUTH", message });
    if value != "dev" {
        problem("expected dev, or unset".to_owned());
        return false;
    }
    for name in ["AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE"] {
        if variable(name).is_some() {
            problem(format!("dev while {name} is set: development sign-in and real sign-in exclude each other"));
        }
    }
    true
}
