//! A row as it is stored, and its hash: every column, in canonical JSON.

use super::tree::Hash;
use crate::digest::{NotCanonical, canonical};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

/// Stands in front of every row's canonical JSON, so that a row's hash is never a hash of anything else.
const ROW: &[u8] = b"postgate/audit-row/v1\n";

macro_rules! audit_row {
    ($($(#[$meta:meta])* $name:ident: $type:ty,)+) => {
        /// One row of `audit_agent_decisions`, every column of it.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct AuditRow { $($(#[$meta])* pub $name: $type,)+ }

        impl AuditRow {
            /// The columns, in their order in the table.
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($name)),+];
        }
    };
}

audit_row! {
    /// Ascending in the order in which rows were committed.
    id: i64,
    /// The request, ours.
    request_id: String,
    /// The request, as its caller calls it.
    #[serde(deserialize_with = "present")]
    client_request_id: Option<String>,
    /// The caller's own name of the draft.
    #[serde(deserialize_with = "present")]
    draft_id: Option<String>,
    /// The caller's own name of the ring.
    #[serde(deserialize_with = "present")]
    ring_id: Option<String>,
    /// The caller's own name of the turn.
    #[serde(deserialize_with = "present")]
    turn_id: Option<String>,
    /// Whose request it is.
    user_id: String,
    /// Which agent decided.
    agent_name: String,
    /// Its version.
    agent_version: String,
    /// The version of the contracts.
    contract_version: String,
    /// The version of the policy.
    policy_version: String,
    /// What it was given.
    input_hash: String,
    /// What it answered.
    output_hash: String,
    /// The prompt.
    prompt_hash: String,
    /// `{"meta":…,"output":…}`, the text as it is stored.
    decision_json: String,
    /// `PASS` or `FAIL`.
    status: String,
    /// The receipt that this decision made or spent.
    #[serde(deserialize_with = "present")]
    receipt_id: Option<String>,
    /// When.
    created_at: String,
}

/// A member that may be null and may not be left out: a row without it is another row.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

impl AuditRow {
    /// The hash of every column.
    pub fn hash(&self) -> Result<Hash, NotCanonical> {
        let json = canonical(self)?;
        Ok(Sha256::new().chain_update(ROW).chain_update(json.as_bytes()).finalize().into())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::audit::tree::encode;

    pub(crate) fn row(id: i64, request: &str, agent: &str) -> AuditRow {
        AuditRow {
            id,
            request_id: request.to_owned(),
            client_request_id: None,
            draft_id: Some("d".to_owned()),
            ring_id: None,
            turn_id: None,
            user_id: "dev:alice".to_owned(),
            agent_name: agent.to_owned(),
            agent_version: "v1".to_owned(),
            contract_version: "1".to_owned(),
            policy_version: "10.2.0".to_owned(),
            input_hash: "sha256:i".to_owned(),
            output_hash: "sha256:o".to_owned(),
            prompt_hash: "sha256:p".to_owned(),
            decision_json: r#"{"meta":{},"output":{"é":1}}"#.to_owned(),
            status: "PASS".to_owned(),
            receipt_id: None,
            created_at: "2026-01-02T03:04:05Z".to_owned(),
        }
    }

    #[test]
    fn the_hash_of_a_row_is_unchanged() {
        assert_eq!(
            canonical(&row(7, "q", "qa_gatekeeper")).unwrap(),
            r#"{"agent_name":"qa_gatekeeper","agent_version":"v1","client_request_id":null,"contract_version":"1","created_at":"2026-01-02T03:04:05Z","decision_json":"{\"meta\":{},\"output\":{\"é\":1}}","draft_id":"d","id":7,"input_hash":"sha256:i","output_hash":"sha256:o","policy_version":"10.2.0","prompt_hash":"sha256:p","receipt_id":null,"request_id":"q","ring_id":null,"status":"PASS","turn_id":null,"user_id":"dev:alice"}"#
        );
        insta::assert_snapshot!(encode(&row(7, "q", "qa_gatekeeper").hash().unwrap()));
    }

    #[test]
    fn a_column_is_neither_left_out_nor_added() {
        let whole = serde_json::to_value(row(1, "q", "a")).unwrap();
        for column in AuditRow::COLUMNS {
            let mut cut = whole.clone();
            cut.as_object_mut().unwrap().remove(*column).unwrap();
            assert!(serde_json::from_value::<AuditRow>(cut).is_err(), "{column}");
        }
        let mut more = whole.clone();
        more["note"] = "x".into();
        assert!(serde_json::from_value::<AuditRow>(more).is_err());
        assert_eq!(serde_json::from_value::<AuditRow>(whole).unwrap(), row(1, "q", "a"));
    }

    #[test]
    fn the_columns_are_the_tables() {
        let sql = include_str!("../../migrations/0001_audit_and_outbox.sql");
        let table = sql.split_once("CREATE TABLE audit_agent_decisions (").unwrap().1.split_once(") STRICT").unwrap().0;
        let names: Vec<&str> = table.lines().filter_map(|line| line.trim().split(' ').next()).collect();
        let columns: Vec<&str> = names.into_iter().filter(|name| !name.is_empty() && *name != "UNIQUE").collect();
        assert_eq!(columns, AuditRow::COLUMNS);
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap() {
            let later = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(!later.contains("ALTER TABLE audit_agent_decisions"), "a new column has to be in the row's hash: give rows a version");
        }
    }
}
