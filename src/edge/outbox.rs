//! The outbox publisher: a table instead of a platform, shown on the page. Its key makes sending a part twice impossible.

use super::d1::database;
use crate::contract::Timestamp;
use crate::gate::Fault;
use crate::publisher::{Landed, Part, PublishError, Reason, Trouble};
use serde::{Deserialize, Serialize};
use worker::Env;

const INSERT: &str = "INSERT INTO outbox (post_id, part_index, user_id, platform, text, url, published_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (post_id, part_index) DO NOTHING";
const FIND: &str = "SELECT url FROM outbox WHERE post_id = ?1 AND part_index = ?2";
const LATEST: &str = "SELECT post_id, platform, part_index, text, url, published_at FROM outbox WHERE post_id IN \
     (SELECT post_id FROM outbox WHERE user_id = ?1 AND part_index = 0 ORDER BY published_at DESC LIMIT 50) ORDER BY published_at DESC, post_id, part_index";

#[derive(Deserialize)]
struct Found {
    url: String,
}

/// One row of the table.
#[derive(Debug, Deserialize)]
struct Row {
    post_id: String,
    platform: String,
    part_index: usize,
    text: String,
    url: String,
    published_at: String,
}

/// A user's posts in the outbox.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Outbox {
    /// Newest first.
    pub(super) items: Vec<Item>,
}

/// A post in the outbox.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct Item {
    post_id: String,
    platform: String,
    created_at: String,
    parts: Vec<ItemPart>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct ItemPart {
    index: usize,
    text: String,
    url: String,
    published_at: String,
}

/// Stores one part. A database that did not answer may have stored it.
pub(super) async fn publish(env: &Env, part: Part<'_>, origin: &str, now: Timestamp) -> Result<Landed, PublishError> {
    let refused = |_: worker::Error| PublishError::refused(Reason::Internal);
    let url = format!("{origin}/v1/posts/{}#{}", part.post_id, part.index);
    let index = i32::try_from(part.index).map_err(|_| PublishError::refused(Reason::Internal))?;
    let values = [
        part.post_id.into(),
        index.into(),
        part.user_id.into(),
        part.platform.as_str().into(),
        part.text.into(),
        url.as_str().into(),
        now.to_string().into(),
    ];
    let database = database(env).map_err(|_| PublishError::refused(Reason::Internal))?;
    let statement = database.prepare(INSERT).bind(&values).map_err(refused)?;
    let is_stored = statement.run().await.is_ok_and(|result| result.success());
    is_stored.then(|| part.landed(part.key(), url)).ok_or(PublishError::Unknown(Trouble::new(Reason::Unavailable)))
}

/// Looks whether a part was stored.
pub(super) async fn find(env: &Env, part: Part<'_>) -> Result<Option<Landed>, Trouble> {
    let trouble = || Trouble::new(Reason::Internal);
    let index = i32::try_from(part.index).map_err(|_| trouble())?;
    let database = database(env).map_err(|_| trouble())?;
    let statement = database.prepare(FIND).bind(&[part.post_id.into(), index.into()]).map_err(|_| trouble())?;
    let found = statement.first::<Found>(None).await.map_err(|_| Trouble::new(Reason::Unavailable))?;
    Ok(found.map(|found| part.landed(part.key(), found.url)))
}

/// A user's latest posts, newest first.
pub(super) async fn latest(env: &Env, user_id: &str) -> Result<Vec<Item>, Fault> {
    let fault = |error: worker::Error| Fault::new("outbox", error.to_string());
    let statement = database(env)?.prepare(LATEST).bind(&[user_id.into()]).map_err(fault)?;
    let rows: Vec<Row> = statement.all().await.and_then(|result| result.results()).map_err(fault)?;
    let mut items: Vec<Item> = Vec::new();
    for row in rows {
        let part = ItemPart { index: row.part_index, text: row.text, url: row.url, published_at: row.published_at.clone() };
        match items.iter_mut().find(|item| item.post_id == row.post_id) {
            Some(item) => item.parts.push(part),
            None => items.push(Item { post_id: row.post_id, platform: row.platform, created_at: row.published_at, parts: vec![part] }),
        }
    }
    for item in &mut items {
        item.parts.sort_by_key(|part| part.index);
    }
    Ok(items)
}
