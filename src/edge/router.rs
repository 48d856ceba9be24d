//! From a request to its row of the table, and from the row's level of trust to its handler. What there is stands in `routes`.

use super::auth::{credentials, sign_in};
use super::http::{self, Names};
use super::routes::ROUTES;
use super::settings::{Settings, settings};
use super::standing::{Standing, standing};
use super::traffic::{self, Surroundings};
use super::{audit_log, posts, telemetry};
use crate::gate::{ApiError, AuthError, ConfigProblem, Credentials, ErrorCode, Reply, Route, User};
use crate::policy::Policy;
use futures_util::future::LocalBoxFuture;
use std::rc::Rc;
use worker::{Context, Env, Method, Request, Response, Result};

/// What a handler gets beside the request.
pub(super) struct Call {
    pub(super) env: Env,
    pub(super) context: Rc<Context>,
    pub(super) names: Names,
    pub(super) settings: std::result::Result<&'static Settings, &'static [ConfigProblem]>,
    pub(super) credentials: Credentials,
    pub(super) origin: String,
    /// The segment that stands for the `{…}` of the row's path.
    pub(super) id: String,
}

/// Who asks, where the row asks for somebody.
pub(super) struct Signed {
    pub(super) settings: &'static Settings,
    pub(super) user: User,
}

/// How a handler's answer comes.
pub(super) type Answering = LocalBoxFuture<'static, Result<Response>>;

/// Whom a row lets in, and who answers then.
#[derive(Clone, Copy)]
pub(super) enum Entry {
    /// Everybody.
    Open(fn(Request, Call) -> Answering),
    /// Whoever has a credential.
    User(fn(Request, Call, Signed) -> Answering),
    /// Administrators.
    Admin(fn(Request, Call, Signed) -> Answering),
    /// Publishes: the gate itself asks who it is, after the size and before the parsing. No other entry leads to a publisher.
    Gate(Route),
}

/// One row of the table.
pub(super) struct Row {
    pub(super) method: Method,
    /// A segment in braces stands for any one segment.
    pub(super) path: &'static str,
    pub(super) entry: Entry,
}

impl Call {
    /// The settings, or the error that there are none.
    pub(super) fn settings(&self) -> std::result::Result<&'static Settings, ApiError> {
        self.settings.map_err(|problems| {
            let listed: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.name, problem.message)).collect();
            self.names.error(ErrorCode::PolicyError).detail("problems", listed)
        })
    }

    /// The mode and the policy that hold now.
    pub(super) async fn standing(&self, settings: &'static Settings) -> Standing {
        standing(&self.env, &self.context, settings).await
    }

    /// The active policy, or the error that it can't be read.
    pub(super) fn policy(&self, standing: &Standing) -> std::result::Result<&'static Policy, ApiError> {
        standing.policy.as_ref().copied().map_err(|fault| {
            posts::log_fault(&self.names.request_id, fault);
            self.names.error(ErrorCode::PolicyError).detail("reason", fault.what)
        })
    }

    /// Who asks, or the reply that nobody does, or somebody too often.
    async fn signed(&self) -> std::result::Result<Signed, Reply> {
        let refused = |error: &ApiError| Reply::refusal(error);
        let user = sign_in(&self.env, &self.credentials).await.or_else(|error| match error {
            AuthError::Refused(why) => Err(refused(&self.names.error(ErrorCode::Unauthenticated).message(why))),
            AuthError::Fault(fault) => {
                self.settings().map_err(|error| refused(&error))?;
                posts::log_fault(&self.names.request_id, &fault);
                Err(refused(&self.names.error(ErrorCode::StateUnavailable).detail("reason", fault.what)))
            }
        })?;
        let settings = self.settings().map_err(|error| refused(&error))?;
        let throttled = |throttle| Reply::throttled(self.names.error(ErrorCode::RateLimited), throttle);
        traffic::take(&user, settings).map_err(throttled)?;
        Ok(Signed { settings, user })
    }

    /// Who asks, if it is an administrator: the one place that says so.
    async fn signed_admin(&self) -> std::result::Result<Signed, Reply> {
        let signed = self.signed().await?;
        if signed.user.admin { Ok(signed) } else { Err(Reply::refusal(&self.names.error(ErrorCode::Forbidden))) }
    }
}

impl Row {
    /// The segment that stands for the braces (empty without any), if this row is about `path`.
    fn takes<'p>(&self, path: &'p str) -> Option<&'p str> {
        let (mut known, mut asked) = (self.path.split('/'), path.split('/'));
        let mut id = "";
        loop {
            match (known.next(), asked.next()) {
                (None, None) => return Some(id),
                (Some(known), Some(asked)) if known.starts_with('{') && !asked.is_empty() => id = asked,
                (Some(known), Some(asked)) if known == asked => {}
                _ => return None,
            }
        }
    }
}

/// Paths that are the API's: none of them is ever a file.
const API: &[&str] = &["/v1/", "/api/", "/.well-known/"];

/// Answers a request.
pub(super) async fn handle(request: Request, env: Env, context: Context) -> Result<Response> {
    let context = Rc::new(context);
    let names = Names::new(&request)?;
    let surroundings = Surroundings::of(&request)?;
    let answered = match surroundings.too_large {
        Some(code) => http::error(&names.error(code)),
        None => route(request, env.clone(), Rc::clone(&context), &names, &surroundings).await,
    };
    let response = match answered {
        Ok(response) => response,
        Err(fault) => {
            worker::console_error!("{}", serde_json::json!({ "request_id": names.request_id, "fault": fault.to_string() }));
            http::error(&names.error(ErrorCode::Internal))?
        }
    };
    if telemetry::is_waiting() {
        context.wait_until(telemetry::hand_on(env.clone()));
    }
    surroundings.finish(response, &env, &names)
}

async fn route(request: Request, env: Env, context: Rc<Context>, names: &Names, surroundings: &Surroundings) -> Result<Response> {
    let path = request.path();
    let known: Vec<(&Row, &str)> = ROUTES.iter().filter_map(|row| row.takes(&path).map(|id| (row, id))).collect();
    if known.is_empty() {
        if API.iter().any(|prefix| path.starts_with(prefix)) {
            return http::error(&names.error(ErrorCode::NotFound));
        }
        return file(request, &env, names).await;
    }
    if request.method() == Method::Options {
        return surroundings.options(&env, &methods(&known));
    }
    // HEAD is GET without its body, which the runtime leaves out.
    let method = if request.method() == Method::Head { Method::Get } else { request.method() };
    // A path in the table wins over one that has braces where it has a word.
    let found = known.iter().filter(|(row, _)| row.method == method).min_by_key(|(row, _)| row.path.contains('{'));
    let Some((row, id)) = found else {
        let response = http::error(&names.error(ErrorCode::MethodNotAllowed))?;
        response.headers().set("allow", &methods(&known))?;
        return Ok(response);
    };
    let origin = surroundings.url.origin().ascii_serialization();
    let credentials = credentials(&request);
    let settings = settings(&env);
    let call = Call { env, context, names: names.clone(), settings, credentials, origin, id: (*id).to_owned() };
    if method != Method::Get {
        audit_log::nudge(&call.env, &call.context);
    }
    let signed = match row.entry {
        Entry::Open(handler) => return handler(request, call).await,
        Entry::Gate(route) => return posts::post(request, call, route).await,
        Entry::User(handler) => call.signed().await.map(|signed| (handler, signed)),
        Entry::Admin(handler) => call.signed_admin().await.map(|signed| (handler, signed)),
    };
    match signed {
        Ok((handler, signed)) => handler(request, call, signed).await,
        Err(reply) => http::reply(reply),
    }
}

/// The methods of a path, as `Allow` lists them.
fn methods(known: &[(&Row, &str)]) -> String {
    let methods: Vec<String> = known.iter().map(|(row, _)| row.method.to_string()).collect();
    methods.join(", ")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &'static str) -> Row {
        Row { method: Method::Get, path, entry: Entry::Gate(Route::Posts) }
    }

    #[test]
    fn braces_stand_for_one_segment_and_no_more() {
        assert_eq!(row("/v1/posts").takes("/v1/posts"), Some(""));
        assert_eq!(row("/v1/posts/{id}").takes("/v1/posts/p-1"), Some("p-1"));
        for other in ["/v1/posts", "/v1/posts/", "/v1/posts/a/b", "/v1/posts//", "/V1/posts/a", "v1/posts/a"] {
            assert_eq!(row("/v1/posts/{id}").takes(other), None, "{other}");
        }
    }
}
