//! `POST /v1/enforcement/receipts/validate`: is this a receipt of yours that still counts?

use super::ports::now;
use super::posts::unavailable;
use super::router::{Call, Signed};
use super::{d1, http};
use crate::gate::{ApiError, ErrorCode, ReceiptName, User, ValidateAnswer, ValidateRequest};
use crate::receipt::{Receipt, verify};
use serde_json::json;
use worker::{Request, Response, Result};

pub(super) async fn validate(mut request: Request, call: Call, signed: Signed) -> Result<Response> {
    let Signed { settings, user } = signed;
    let asked = match http::read::<ValidateRequest>(&mut request, &call.names).await? {
        Ok(asked) => asked,
        Err(error) => return http::error(&error),
    };
    let token = match (&asked.token, &asked.receipt_id, &asked.request_id) {
        (Some(token), _, _) => Some(token.clone()),
        (None, None, None) => return http::error(&call.names.error(ErrorCode::EnforcementReceiptRequired)),
        (None, receipt_id, request_id) => {
            let name = match (receipt_id, request_id) {
                (Some(id), _) => ReceiptName::Receipt(id),
                (None, request_id) => ReceiptName::Request(request_id.as_deref().unwrap_or_default()),
            };
            match d1::find_receipt(&call.env, name).await {
                Ok(stored) => stored.map(|stored| stored.receipt_token),
                Err(fault) => return unavailable(&call, &fault),
            }
        }
    };
    let receipt = token.and_then(|token| verify(&token, settings.keys.ring()).ok());
    match judged(&call, &user, receipt) {
        Ok(receipt) => http::json(&ValidateAnswer { ok: true, receipt }),
        Err(error) => http::error(&error),
    }
}

/// Another user's receipt is as unknown as one that does not exist.
fn judged(call: &Call, user: &User, receipt: Option<Receipt>) -> std::result::Result<Receipt, ApiError> {
    let receipt = receipt
        .filter(|receipt| user.admin || receipt.claims.user_id == user.id)
        .ok_or_else(|| call.names.error(ErrorCode::EnforcementReceiptInvalid))?;
    if now() >= receipt.claims.expires_at {
        return Err(call.names.error(ErrorCode::EnforcementReceiptExpired).detail("expires_at", json!(receipt.claims.expires_at)));
    }
    Ok(receipt)
}
