//! The issuer of tokens: its keys, fetched and kept an isolate long, and the signature check through WebCrypto.
//!
//! When to fetch is [`KeyAge`]'s to say. Nothing of one request's I/O is awaited by another, which the runtime forbids: who finds a fetch
//! on its way looks again a moment later.

use super::ports::now;
use crate::contract::Timestamp;
use crate::gate::{Algorithm, AuthError, Chosen, Fault, IssuerKey, IssuerKeys, JwtConfig, KeyAge, MAX_KEYS_BYTES, Need, UnverifiedJwt};
use futures_util::{StreamExt, future};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;
use worker::js_sys::{Array, JSON, Promise, Uint8Array};
use worker::wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Delay, Fetch, Headers, Request, RequestInit, RequestRedirect};

/// How long the issuer has to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often a request looks whether another's fetch is done, and after how many seconds that one counts as lost.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const LOST_SECONDS: i64 = 5;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(format: &str, key: &JsValue, algorithm: &JsValue, extractable: bool, usages: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn verify_signature(algorithm: &JsValue, key: &JsValue, signature: &Uint8Array, signed: &Uint8Array) -> Result<Promise, JsValue>;
}

/// What an isolate keeps.
#[derive(Default)]
struct Kept {
    age: KeyAge,
    keys: IssuerKeys,
    /// Keys as WebCrypto holds them, beside the JWK each was made from.
    imported: Vec<(Value, JsValue)>,
    /// When the fetch began that is on its way.
    fetching: Option<Timestamp>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// Whether the token is signed by the issuer's key of that name.
pub(super) async fn verify(config: &JwtConfig, token: &UnverifiedJwt) -> Result<(), AuthError> {
    for unknown in [false, true] {
        let fetched = refresh(config, unknown).await?;
        let chosen = KEPT.with_borrow(|kept| match kept.keys.choose(&token.header) {
            Chosen::Key(key) => Ok(Some(key.clone())),
            Chosen::Unknown => Ok(None),
            Chosen::Swapped => Err(AuthError::refused(format!("the key of this token is not for {}", token.header.algorithm.name()))),
        })?;
        if let Some(key) = chosen {
            return check(&key, token).await;
        }
        if fetched {
            break;
        }
    }
    Err(AuthError::refused("the token is signed with a key that its issuer does not have"))
}

/// Sees to it that the keys are fresh enough, and says whether they were fetched for it just now.
async fn refresh(config: &JwtConfig, unknown: bool) -> Result<bool, AuthError> {
    while KEPT.with_borrow(|kept| kept.fetching.is_some_and(|since| (0..LOST_SECONDS * 1000).contains(&now().millis_since(since)))) {
        Delay::from(LOOK_AGAIN).await;
    }
    let fault = |why: String| AuthError::Fault(Fault::new("issuer_keys", why));
    match KEPT.with_borrow(|kept| kept.age.need(unknown, now())) {
        Need::Keep => return Ok(false),
        Need::Wait => return Err(fault("the issuer's keys could not be fetched a moment ago".to_owned())),
        Need::Fetch => {}
    }
    KEPT.with_borrow_mut(|kept| {
        kept.age.trying(unknown, now());
        kept.fetching = Some(now());
    });
    let fetched = fetch(&config.jwks_url).await;
    KEPT.with_borrow_mut(|kept| {
        kept.fetching = None;
        match fetched {
            Ok((keys, cache_control)) => {
                kept.age.fetched(cache_control.as_deref(), now());
                kept.keys = keys;
                kept.imported.clear();
                Ok(true)
            }
            // Keys that are a little old still count for the tokens they signed; for a new key nothing can be said.
            Err(_) if !unknown && kept.age.need(false, now()) == Need::Keep => Ok(false),
            Err(why) => Err(fault(why)),
        }
    })
}

/// The issuer's keys and what it says about keeping them.
async fn fetch(url: &str) -> Result<(IssuerKeys, Option<String>), String> {
    let answer = pin!(async {
        let headers = Headers::new();
        headers.set("accept", "application/jwk-set+json, application/json").map_err(|error| error.to_string())?;
        let mut init = RequestInit::new();
        // An issuer that has moved is a new configuration, not a place to follow somebody to.
        init.with_headers(headers).with_redirect(RequestRedirect::Manual);
        let request = Request::new_with_init(url, &init).map_err(|error| error.to_string())?;
        let mut response = Fetch::Request(request).send().await.map_err(|error| error.to_string())?;
        if response.status_code() != 200 {
            return Err(format!("status {}", response.status_code()));
        }
        let cache_control = response.headers().get("cache-control").ok().flatten();
        let mut body = Vec::new();
        let mut stream = response.stream().map_err(|error| error.to_string())?;
        while let Some(chunk) = stream.next().await {
            body.extend(chunk.map_err(|error| error.to_string())?);
            if body.len() > MAX_KEYS_BYTES {
                break;
            }
        }
        Ok((IssuerKeys::read(&body)?, cache_control))
    });
    match future::select(answer, pin!(Delay::from(PATIENCE))).await {
        future::Either::Left((answer, _)) => answer,
        future::Either::Right(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}

async fn check(key: &IssuerKey, token: &UnverifiedJwt) -> Result<(), AuthError> {
    let wrong = || AuthError::refused("the signature of the token is wrong");
    if token.signature.len() != key.signature_bytes {
        return Err(wrong());
    }
    let fault = |_: JsValue| AuthError::Fault(Fault::new("issuer_keys", format!("WebCrypto takes no key {}", key.algorithm.name())));
    let crypto_key = import(key).await.map_err(fault)?;
    let parameters = object(&parameters(key.algorithm)).map_err(fault)?;
    let (signature, signed) = (Uint8Array::from(token.signature.as_slice()), Uint8Array::from(token.signed.as_slice()));
    let verified = verify_signature(&parameters, &crypto_key, &signature, &signed).map_err(fault)?;
    match JsFuture::from(verified).await.map_err(fault)?.as_bool() {
        Some(true) => Ok(()),
        _ => Err(wrong()),
    }
}

async fn import(key: &IssuerKey) -> Result<JsValue, JsValue> {
    let kept = KEPT.with_borrow(|kept| kept.imported.iter().find(|(jwk, _)| *jwk == key.jwk).map(|(_, key)| key.clone()));
    if let Some(kept) = kept {
        return Ok(kept);
    }
    let usages = Array::of1(&"verify".into());
    let imported = import_key("jwk", &object(&key.jwk)?, &object(&parameters(key.algorithm))?, false, &usages)?;
    let imported = JsFuture::from(imported).await?;
    KEPT.with_borrow_mut(|kept| kept.imported.push((key.jwk.clone(), imported.clone())));
    Ok(imported)
}

/// What WebCrypto wants to know, for reading a key and for verifying with it.
fn parameters(algorithm: Algorithm) -> Value {
    match algorithm {
        Algorithm::Ed25519 => json!({ "name": "Ed25519" }),
        Algorithm::Es256 => json!({ "name": "ECDSA", "namedCurve": "P-256", "hash": "SHA-256" }),
        Algorithm::Rs256 => json!({ "name": "RSASSA-PKCS1-v1_5", "hash": "SHA-256" }),
    }
}

fn object(value: &Value) -> Result<JsValue, JsValue> {
    JSON::parse(&value.to_string())
}
