//! The Cloudflare Worker.
#![expect(missing_docs, reason = "the durable_object macro writes methods without any")]
use worker::{Context, DurableObject, Env, Request, Response, Result, State, durable_object, event};

#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> Result<Response> {
    Response::ok("postgate")
}

/// One user's place of truth.
#[durable_object]
pub struct UserGate {
    _state: State,
}

impl DurableObject for UserGate {
    fn new(state: State, _env: Env) -> Self {
        Self { _state: state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::ok("user")
    }
}

/// The deployment's switch.
#[durable_object]
pub struct Control {
    _state: State,
}

impl DurableObject for Control {
    fn new(state: State, _env: Env) -> Self {
        Self { _state: state }
    }

    async fn fetch(&self, _request: Request) -> Result<Response> {
        Response::ok("control")
    }
}
