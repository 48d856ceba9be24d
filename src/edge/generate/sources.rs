//! Research at the edge: the titles of the caller's sources, from hosts that the configuration allows, and from nowhere else.
//!
//! A title that can't be had is left empty; research informs, it never fails a draft. Pages are read by the runtime's HTML parser.

use crate::contract::Source;
use futures_util::future::{Either, join_all, select};
use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, Url};

/// The most sources that are looked at.
const MAX_SOURCES: usize = 5;
/// The most hops of one look.
const MAX_REDIRECTS: usize = 3;
/// The most bytes of a page that are read.
const MAX_PAGE_BYTES: usize = 256 * 1024;
/// The most characters of a title.
const MAX_TITLE_CHARS: usize = 200;
const PATIENCE: Duration = Duration::from_secs(3);

#[wasm_bindgen]
extern "C" {
    /// The runtime's streaming HTML parser.
    type HTMLRewriter;
    #[wasm_bindgen(constructor)]
    fn new() -> HTMLRewriter;
    #[wasm_bindgen(method)]
    fn on(this: &HTMLRewriter, selector: &str, handlers: &JsValue) -> HTMLRewriter;
    #[wasm_bindgen(method)]
    fn transform(this: &HTMLRewriter, response: &web_sys::Response) -> web_sys::Response;
}

/// Fills in missing titles, all at the same time.
pub(super) async fn titles(sources: &mut [Source], hosts: &[String]) {
    let wanted = sources.iter_mut().filter(|source| source.title.is_empty() && is_allowed(&source.url, hosts)).take(MAX_SOURCES);
    join_all(wanted.map(|source| async move {
        if let Some(title) = within_patience(title(&source.url, hosts)).await.flatten() {
            source.title = title;
        }
    }))
    .await;
}

/// True for an https address whose host and port stand in the list; http counts on loopback, where tests are.
fn is_allowed(url: &str, hosts: &[String]) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let Some(host) = url.host_str() else { return false };
    let loopback = host == "localhost" || host == "127.0.0.1";
    let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let channel = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    channel && url.username().is_empty() && url.password().is_none() && hosts.contains(&authority)
}

async fn within_patience<T>(work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), Delay::from(PATIENCE)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

async fn title(url: &str, hosts: &[String]) -> Option<String> {
    let mut url = url.to_owned();
    for _ in 0..=MAX_REDIRECTS {
        if !is_allowed(&url, hosts) {
            return None;
        }
        let response = get(&url).await.ok()?;
        match response.status_code() {
            200 => return title_of(response).await,
            301 | 302 | 303 | 307 | 308 => {
                let location = response.headers().get("location").ok()??;
                url = Url::parse(&url).ok()?.join(&location).ok()?.into();
            }
            _ => return None,
        }
    }
    None
}

async fn get(url: &str) -> worker::Result<Response> {
    let headers = Headers::new();
    headers.set("accept", "text/html")?;
    headers.set("user-agent", concat!("postgate/", env!("CARGO_PKG_VERSION")))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Get).with_headers(headers).with_redirect(RequestRedirect::Manual);
    Fetch::Request(Request::new_with_init(url, &init)?).send_with_signal(&AbortController::default().signal()).await
}

/// The text of the first `title` element within the first bytes of a page, its entities as the page spells them.
async fn title_of(mut response: Response) -> Option<String> {
    use futures_util::StreamExt;
    if !response.headers().get("content-type").ok()??.to_ascii_lowercase().starts_with("text/html") {
        return None;
    }
    let mut page = Vec::new();
    let mut body = response.stream().ok()?;
    while let Some(chunk) = body.next().await {
        page.extend_from_slice(&chunk.ok()?);
        if page.len() > MAX_PAGE_BYTES {
            break;
        }
    }
    parse_title(&String::from_utf8_lossy(&page)).await
}

async fn parse_title(page: &str) -> Option<String> {
    let found = Rc::new(RefCell::new(String::new()));
    let collected = Rc::clone(&found);
    let take = Closure::<dyn FnMut(JsValue)>::new(move |chunk: JsValue| {
        let text = js_sys::Reflect::get(&chunk, &"text".into()).ok().and_then(|text| text.as_string());
        collected.borrow_mut().push_str(&text.unwrap_or_default());
    });
    let handlers = js_sys::Object::new();
    js_sys::Reflect::set(&handlers, &"text".into(), take.as_ref()).ok()?;
    let page = web_sys::Response::new_with_opt_str(Some(page)).ok()?;
    let rewritten = HTMLRewriter::new().on("head > title", &handlers).transform(&page);
    wasm_bindgen_futures::JsFuture::from(rewritten.text().ok()?).await.ok()?;
    let text = found.borrow().split_whitespace().collect::<Vec<_>>().join(" ");
    let title: String = text.chars().filter(|character| !character.is_control()).take(MAX_TITLE_CHARS).collect();
    (!title.is_empty()).then_some(title)
}
