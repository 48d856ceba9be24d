//! What the environment says, read once an isolate: configuration, keys, the policy, who may sign in.

use super::standing::Standing;
use crate::gate::{AuthConfig, Config, ConfigProblem, Setup, WriterConfig};
use crate::policy::Policy;
use crate::publisher::Publishers;
use crate::receipt::SigningKeys;
use std::sync::OnceLock;
use worker::Env;
use worker::js_sys::{JSON, Object, Reflect};
use worker::wasm_bindgen::JsCast;

/// Everything that stays the same for as long as an isolate lives.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) keys: SigningKeys,
    /// The built-in policy; which one is active is [`Standing`]'s to say.
    pub(super) policy: Policy,
    pub(super) writer: WriterConfig,
    pub(super) publishers: Publishers,
}

static AUTH: OnceLock<Result<AuthConfig, Vec<ConfigProblem>>> = OnceLock::new();
static SETTINGS: OnceLock<Result<Settings, Vec<ConfigProblem>>> = OnceLock::new();

/// Who may sign in. It is read by itself: who asks is known before anything else is said to be wrong.
pub(super) fn auth(env: &Env) -> Result<&'static AuthConfig, &'static [ConfigProblem]> {
    let read = || AuthConfig::read(&names(env), |name| variable(env, name));
    AUTH.get_or_init(read).as_ref().map_err(Vec::as_slice)
}

/// The settings, or everything that is wrong with them.
pub(super) fn settings(env: &Env) -> Result<&'static Settings, &'static [ConfigProblem]> {
    SETTINGS.get_or_init(|| read(env)).as_ref().map_err(Vec::as_slice)
}

impl Settings {
    pub(super) fn setup<'s>(&'s self, standing: &'s Standing) -> Setup<'s> {
        Setup { policy: standing.policy.as_ref().copied(), ring: self.keys.ring(), config: &self.config }
    }
}

/// The names of everything that is set.
fn names(env: &Env) -> Vec<String> {
    Object::keys(env.unchecked_ref::<Object>()).iter().filter_map(|name| name.as_string()).collect()
}

/// A variable as text. One that was given as another type of JSON is set too, and is not to be taken for one that is not.
fn variable(env: &Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok().filter(|value| !value.is_undefined())?;
    value.as_string().or_else(|| JSON::stringify(&value).ok().map(String::from))
}

fn read(env: &Env) -> Result<Settings, Vec<ConfigProblem>> {
    let variable = |name: &str| variable(env, name);
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
    problems.extend(auth(env).err().unwrap_or_default().iter().cloned());
    match (config, keys, policy, writer, publishers) {
        (Some(config), Some(keys), Some(policy), Some(writer), Some(publishers)) if problems.is_empty() => {
            Ok(Settings { config, keys, policy, writer, publishers })
        }
        _ => Err(problems),
    }
}
