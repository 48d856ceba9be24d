//! The Durable Object `Breaker`: one for the provider, so that every isolate knows of three failures in a row.

use crate::contract::Timestamp;
use crate::edge::ports::now;
use crate::gate::Fault;
use crate::pipeline::writer::{Admit, BREAK_SECONDS, Breaker as State, Owed};
use serde::{Deserialize, Serialize};
use worker::{Env, Method, Request, RequestInit, Response, Result, durable_object};

/// What the object is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::edge) enum Call {
    /// May the provider be asked? Who is told so asks it.
    Admit,
    /// The same, from somebody who will not ask it.
    Look,
    /// It answered.
    Succeeded,
    /// It failed.
    Failed,
    /// It was not asked after all, or nobody waited for what it would say.
    GiveBack { until: Timestamp },
}

const KEY: &str = "breaker";

/// The circuit breaker of the model provider.
#[durable_object]
#[derive(Debug)]
pub struct Breaker {
    state: worker::State,
}

impl worker::DurableObject for Breaker {
    fn new(state: worker::State, _: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: Call = request.json().await?;
        let storage = self.state.storage();
        let before: State = storage.get(KEY).await?.unwrap_or_default();
        let (after, admit) = match call {
            Call::Admit => before.ask(now()),
            Call::Look => (before, before.look(now())),
            Call::Succeeded => (before.succeeded(), Admit::Go { owes: Owed::Nothing }),
            Call::GiveBack { until } => (before.given_back(until, now()), Admit::Go { owes: Owed::Nothing }),
            // That this failure opened it is said to whoever reported it.
            Call::Failed => match before.failed(now()) {
                (after, true) => (after, Admit::Open { retry_after: BREAK_SECONDS }),
                (after, false) => (after, Admit::Go { owes: Owed::Success }),
            },
        };
        if after != before {
            storage.put(KEY, &after).await?;
        }
        Response::from_json(&admit)
    }
}

/// Asks the provider's breaker.
pub(super) async fn ask(env: &Env, call: Call) -> std::result::Result<Admit, Fault> {
    let fault = |error: worker::Error| Fault::new("breaker", error.to_string());
    let stub = env.durable_object("BREAKER").and_then(|namespace| namespace.id_from_name("provider")?.get_stub()).map_err(fault)?;
    let body = serde_json::to_string(&call).map_err(|error| Fault::new("breaker", error.to_string()))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body.into()));
    let request = Request::new_with_init("https://breaker/", &init).map_err(fault)?;
    let mut response = stub.fetch_with_request(request).await.map_err(fault)?;
    if response.status_code() != 200 {
        return Err(Fault::new("breaker", format!("status {}", response.status_code())));
    }
    response.json().await.map_err(fault)
}
