//! The routes: one table of path, methods and handler. There is no other way in, and two of them publish: both through the gate.

use super::auth::Credentials;
use super::http::{self, Names};
use super::settings::{Settings, settings};
use super::{generate, posts, public, receipts};
use crate::gate::{ApiError, ConfigProblem, ErrorCode, Route, User};
use worker::{Context, Env, Method, Request, Response, Result};

/// What a handler gets beside the request.
pub(super) struct Call {
    pub(super) env: Env,
    pub(super) context: Context,
    pub(super) names: Names,
    pub(super) settings: std::result::Result<&'static Settings, &'static [ConfigProblem]>,
    pub(super) credentials: Credentials,
    pub(super) origin: String,
    /// What stands behind the path's prefix, for a path with an id.
    pub(super) id: String,
}

impl Call {
    /// The settings, or the error that there are none.
    pub(super) fn settings(&self) -> std::result::Result<&'static Settings, ApiError> {
        self.settings.map_err(|problems| {
            let listed: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.name, problem.message)).collect();
            self.names.error(ErrorCode::PolicyError).detail("problems", listed)
        })
    }

    /// The user, or the error that there is none.
    pub(super) fn user(&self) -> std::result::Result<(&'static Settings, User), ApiError> {
        let settings = self.settings()?;
        let user = self.credentials.user(settings).map_err(|why| self.names.error(ErrorCode::Unauthenticated).message(why))?;
        Ok((settings, user))
    }
}

/// What is served where; a path that ends with `/` takes an id behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handler {
    Check,
    Generate,
    Health,
    Jwks,
    Outbox,
    Policy,
    PolicySchema,
    PostToX,
    PostView,
    Posts,
    Ready,
    ReceiptValidate,
}

const ROUTES: &[(&str, Method, Handler)] = &[
    ("/.well-known/jwks.json", Method::Get, Handler::Jwks),
    ("/api/post-to-x", Method::Post, Handler::PostToX),
    ("/healthz", Method::Get, Handler::Health),
    ("/readyz", Method::Get, Handler::Ready),
    ("/v1/check", Method::Post, Handler::Check),
    ("/v1/enforcement/receipts/validate", Method::Post, Handler::ReceiptValidate),
    ("/v1/generate/content", Method::Post, Handler::Generate),
    ("/v1/outbox", Method::Get, Handler::Outbox),
    ("/v1/policy", Method::Get, Handler::Policy),
    ("/v1/policy/schema", Method::Get, Handler::PolicySchema),
    ("/v1/posts", Method::Post, Handler::Posts),
    ("/v1/posts/", Method::Get, Handler::PostView),
];

/// Paths that are the API's: none of them is ever a file.
const API: &[&str] = &["/v1/", "/api/", "/.well-known/"];

/// Answers a request.
pub(super) async fn handle(request: Request, env: Env, context: Context) -> Result<Response> {
    let names = Names::new(&request)?;
    let response = match route(request, env, context, &names).await {
        Ok(response) => response,
        Err(fault) => {
            worker::console_error!("{}", serde_json::json!({ "request_id": names.request_id, "fault": fault.to_string() }));
            http::error(&names.error(ErrorCode::Internal))?
        }
    };
    http::finish(response, &names)
}

async fn route(request: Request, env: Env, context: Context, names: &Names) -> Result<Response> {
    let path = request.path();
    let matches = |known: &str| path == known || (known.ends_with('/') && path.len() > known.len() && path.starts_with(known));
    let known: Vec<_> = ROUTES.iter().filter(|(known, _, _)| matches(known)).collect();
    if known.is_empty() {
        if API.iter().any(|prefix| path.starts_with(prefix)) {
            return http::error(&names.error(ErrorCode::NotFound));
        }
        return file(request, &env, names).await;
    }
    // HEAD is GET without its body, which the runtime leaves out.
    let method = if request.method() == Method::Head { Method::Get } else { request.method() };
    let Some((prefix, _, handler)) = known.iter().find(|(_, known, _)| *known == method) else {
        let allowed: Vec<String> = known.iter().map(|(_, method, _)| method.to_string()).collect();
        let response = http::error(&names.error(ErrorCode::MethodNotAllowed))?;
        response.headers().set("allow", &allowed.join(", "))?;
        return Ok(response);
    };
    let id = if prefix.ends_with('/') { path.trim_start_matches(prefix).to_owned() } else { String::new() };
    let origin = request.url()?.origin().ascii_serialization();
    let credentials = Credentials::of(&request);
    let settings = settings(&env);
    let call = Call { env, context, names: names.clone(), settings, credentials, origin, id };
    match handler {
        Handler::Check => public::check(request, call).await,
        Handler::Generate => generate::generate(request, call).await,
        Handler::Health => public::health(),
        Handler::Jwks => public::jwks(&call),
        Handler::Outbox => posts::outbox(&call).await,
        Handler::Policy => public::policy(&request, &call),
        Handler::PolicySchema => public::policy_schema(),
        Handler::PostToX => posts::post(request, call, Route::PostToX).await,
        Handler::PostView => posts::view(&call).await,
        Handler::Posts => posts::post(request, call, Route::Posts).await,
        Handler::Ready => public::ready(&call).await,
        Handler::ReceiptValidate => receipts::validate(request, call).await,
    }
}

/// The editor and what belongs to it.
async fn file(request: Request, env: &Env, names: &Names) -> Result<Response> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return http::error(&names.error(ErrorCode::NotFound));
    }
    let response = env.assets("ASSETS")?.fetch_request(request).await?;
    if response.status_code() == 404 {
        return http::error(&names.error(ErrorCode::NotFound));
    }
    Ok(response)
}
