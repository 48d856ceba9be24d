//! A receipt: nothing is accepted but what was signed with the key, byte for byte, and then it says what was signed.

use super::Choices;
use base64ct::{Base64UrlUnpadded, Encoding};
use postgate::contract::{DecisionStatus, Mode, Timestamp};
use postgate::keys::SigningKeys;
use postgate::receipt::{Claims, Receipt, issue, verify};
use postgate::text::Platform;
use std::sync::LazyLock;

/// The key of RFC 8037, appendix A: the one that counts.
const OURS: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"k","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// The first key of RFC 8032's tests after that one, under the same name: somebody else's.
const THEIRS: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"k","d":"TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs","x":"PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"}"#;

static KEYS: LazyLock<SigningKeys> = LazyLock::new(|| SigningKeys::read(OURS, None).expect("the key is valid"));
static OTHERS: LazyLock<SigningKeys> = LazyLock::new(|| SigningKeys::read(THEIRS, None).expect("the key is valid"));
static RECEIPT: LazyLock<Receipt> = LazyLock::new(|| issue(claims("dev:alice"), &KEYS).expect("claims are signed"));

fn claims(user: &str) -> Claims {
    Claims {
        receipt_id: "r-1".to_owned(),
        request_id: "q-1".to_owned(),
        draft_id: None,
        ring_id: None,
        turn_id: Some("t".to_owned()),
        qa_status: DecisionStatus::Pass,
        qa_decision_hash: "sha256:d".to_owned(),
        policy_version: "1.0.0".to_owned(),
        created_at: Timestamp::from_millis(1_000),
        expires_at: Timestamp::from_millis(3_601_000),
        user_id: user.to_owned(),
        platform: Platform::X,
        draft_hash: "sha256:a".to_owned(),
        policy_digest: "sha256:p".to_owned(),
        mode: Mode::Enforced,
    }
}

pub(super) fn holds(data: &[u8]) {
    let mut choices = Choices(data);
    match choices.next() % 4 {
        0 => only_what_was_signed(&choices.text()),
        1 => only_what_was_signed(&edited(choices)),
        2 => another_header(&choices.text()),
        _ => what_is_signed_is_what_is_read(&choices.text()),
    }
}

fn only_what_was_signed(token: &str) {
    if let Ok(receipt) = verify(token, KEYS.ring()) {
        assert_eq!(receipt, *RECEIPT, "accepted without the key: {token}");
    }
}

/// The signed token with some bytes put elsewhere or taken away.
fn edited(mut choices: Choices<'_>) -> String {
    let mut bytes = RECEIPT.token.clone().into_bytes();
    while choices.0.len() >= 3 {
        let at = (choices.next() * 256 + choices.next()) % bytes.len();
        let byte = u8::try_from(choices.next()).unwrap_or_default();
        match byte {
            0 if bytes.len() > 1 => drop(bytes.remove(at)),
            1..=31 => bytes.insert(at, byte),
            _ => bytes.splice(at..=at, [byte]).for_each(drop),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A header and a payload of somebody's choice, with their own signature, with ours of another token, and with none.
fn another_header(text: &str) {
    let (header, payload) = text.split_once('\n').unwrap_or((text, ""));
    let encode = |part: &str| Base64UrlUnpadded::encode_string(part.as_bytes());
    let ours = RECEIPT.token.rsplit_once('.').expect("a token has a signature").1;
    let theirs = issue(claims("dev:mallory"), &OTHERS).expect("claims are signed").token;
    only_what_was_signed(&theirs);
    let theirs = theirs.rsplit_once('.').expect("a token has a signature").1;
    for signature in [ours, theirs, ""] {
        only_what_was_signed(&format!("{}.{}.{signature}", encode(header), encode(payload)));
    }
}

fn what_is_signed_is_what_is_read(user: &str) {
    let receipt = issue(claims(user), &KEYS).expect("claims are signed");
    match verify(&receipt.token, KEYS.ring()) {
        Ok(read) => assert_eq!(read, receipt),
        Err(error) => assert!(receipt.token.len() > 8 * 1024, "our own receipt is refused: {error}"),
    }
}
