-- Audit rows are written once and stay as they were written. docs/migrations.md gives the reasons.

-- What retention has deleted, under which checkpoint. A run is open while `deleted` is NULL, which is inside one batch.
CREATE TABLE audit_retention_runs (
  id TEXT PRIMARY KEY,
  created_before TEXT NOT NULL,
  first_leaf INTEGER NOT NULL,
  end_leaf INTEGER NOT NULL CHECK (end_leaf > first_leaf),
  last_row INTEGER NOT NULL,
  checkpoint TEXT NOT NULL CHECK (length(checkpoint) BETWEEN 1 AND 2000),
  archive TEXT,
  started_at TEXT NOT NULL,
  deleted INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_audit_retention_runs_open ON audit_retention_runs (last_row) WHERE deleted IS NULL;

CREATE TRIGGER audit_agent_decisions_update BEFORE UPDATE ON audit_agent_decisions
BEGIN
  SELECT RAISE(ABORT, 'an audit row is never changed');
END;

-- REPLACE deletes without asking the delete trigger, so it is refused where it begins.
CREATE TRIGGER audit_agent_decisions_replace BEFORE INSERT ON audit_agent_decisions
WHEN EXISTS (SELECT 1 FROM audit_agent_decisions WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM audit_agent_decisions WHERE request_id = NEW.request_id AND agent_name = NEW.agent_name)
BEGIN
  SELECT RAISE(ABORT, 'an audit row is never replaced');
END;

-- The order of ids is the order of the tree: a row slipped in below would never be sequenced.
CREATE TRIGGER audit_agent_decisions_order AFTER INSERT ON audit_agent_decisions
WHEN EXISTS (SELECT 1 FROM audit_agent_decisions WHERE id > NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'an audit row comes after every other');
END;

CREATE TRIGGER audit_agent_decisions_size BEFORE INSERT ON audit_agent_decisions
WHEN length(CAST(NEW.decision_json AS BLOB)) > 1048576
  OR length(CAST(NEW.request_id AS BLOB)) > 200
  OR length(CAST(NEW.user_id AS BLOB)) > 2048
  OR length(CAST(NEW.client_request_id AS BLOB)) > 1024
  OR length(CAST(NEW.draft_id AS BLOB)) > 1024
  OR length(CAST(NEW.ring_id AS BLOB)) > 1024
  OR length(CAST(NEW.turn_id AS BLOB)) > 1024
  OR length(CAST(NEW.receipt_id AS BLOB)) > 200
  OR length(CAST(NEW.agent_name AS BLOB)) > 100
  OR length(CAST(NEW.agent_version AS BLOB)) > 100
  OR length(CAST(NEW.contract_version AS BLOB)) > 100
  OR length(CAST(NEW.policy_version AS BLOB)) > 200
  OR length(CAST(NEW.input_hash AS BLOB)) > 100
  OR length(CAST(NEW.output_hash AS BLOB)) > 100
  OR length(CAST(NEW.prompt_hash AS BLOB)) > 100
  OR length(CAST(NEW.created_at AS BLOB)) > 40
BEGIN
  SELECT RAISE(ABORT, 'an audit row is too large');
END;

CREATE TRIGGER audit_agent_decisions_delete BEFORE DELETE ON audit_agent_decisions
WHEN NOT EXISTS (
  SELECT 1 FROM audit_retention_runs WHERE deleted IS NULL AND last_row >= OLD.id AND created_before > OLD.created_at
)
BEGIN
  SELECT RAISE(ABORT, 'audit rows are deleted by retention alone');
END;
