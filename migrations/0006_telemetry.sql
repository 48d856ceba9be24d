-- Telemetry: what the audit's rows say, one line a request, and counts by the hour. All of it can be made again from the rows.

-- One line a request, written in the transaction that writes its rows; and, with audit_ok 0, of a request whose rows were lost.
CREATE TABLE enforcement_requests (
  request_id TEXT PRIMARY KEY,
  call TEXT NOT NULL CHECK (call IN ('generate', 'post')),
  platform TEXT,
  mode TEXT NOT NULL CHECK (mode IN ('advisory', 'enforced')),
  qa_status TEXT NOT NULL CHECK (qa_status IN ('PASS', 'FAIL', 'NONE')),
  codes TEXT NOT NULL CHECK (json_valid(codes)),
  violations INTEGER NOT NULL,
  receipt_id TEXT,
  expires_at INTEGER,
  error_code TEXT,
  audit_ok INTEGER NOT NULL CHECK (audit_ok IN (0, 1)),
  latency_ms INTEGER NOT NULL,
  at INTEGER NOT NULL, -- milliseconds since 1970
  facet TEXT NOT NULL AS (mode || ':' || qa_status || ':' || audit_ok) VIRTUAL
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_enforcement_requests_at ON enforcement_requests (at, request_id);
CREATE INDEX idx_enforcement_requests_facet ON enforcement_requests (facet, at, request_id);

-- The codes of a request, each in the order in which requests are listed.
CREATE TABLE enforcement_request_codes (
  code TEXT NOT NULL,
  facet TEXT NOT NULL,
  at INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  PRIMARY KEY (code, facet, at, request_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER enforcement_requests_insert AFTER INSERT ON enforcement_requests BEGIN
  INSERT INTO enforcement_request_codes (code, facet, at, request_id)
  SELECT value, NEW.facet, NEW.at, NEW.request_id FROM json_each(NEW.codes);
END;

CREATE TRIGGER enforcement_requests_update AFTER UPDATE ON enforcement_requests BEGIN
  DELETE FROM enforcement_request_codes
  WHERE code IN (SELECT value FROM json_each(OLD.codes)) AND facet = OLD.facet AND at = OLD.at AND request_id = OLD.request_id;
  INSERT INTO enforcement_request_codes (code, facet, at, request_id)
  SELECT value, NEW.facet, NEW.at, NEW.request_id FROM json_each(NEW.codes);
END;

CREATE TRIGGER enforcement_requests_delete AFTER DELETE ON enforcement_requests BEGIN
  DELETE FROM enforcement_request_codes
  WHERE code IN (SELECT value FROM json_each(OLD.codes)) AND facet = OLD.facet AND at = OLD.at AND request_id = OLD.request_id;
END;

-- Counts by the hour, hours since 1970. The names and their labels are those of src/audit/counts.rs. No index beside the key: a new label costs
-- a request no more than a known one.
CREATE TABLE telemetry (
  metric TEXT NOT NULL,
  hour INTEGER NOT NULL,
  label TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
  count INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (metric, hour, label)
) STRICT, WITHOUT ROWID;

-- Audit rows that could not be written, each once: what tells of a loss is written with its counts in one transaction.
CREATE TABLE audit_losses (
  id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL,
  rows INTEGER NOT NULL,
  reason TEXT NOT NULL CHECK (length(reason) <= 1000),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_audit_losses_at ON audit_losses (at);

-- Up to where each source that counts beside the requests has been added: adding the same again adds nothing.
CREATE TABLE telemetry_sources (
  source TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- "This is wrong": a user says so once of a rule on a draft. No draft text.
CREATE TABLE false_positive_reports (
  user_id TEXT NOT NULL,
  draft_hash TEXT NOT NULL,
  code TEXT NOT NULL,
  platform TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  request_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (user_id, draft_hash, code)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_false_positive_reports_code ON false_positive_reports (code, at);
CREATE INDEX idx_false_positive_reports_at ON false_positive_reports (at);

CREATE TRIGGER false_positive_reports_count AFTER INSERT ON false_positive_reports BEGIN
  INSERT INTO telemetry (metric, hour, label, count) VALUES ('false_positive', NEW.at / 3600000, NEW.code, 1)
  ON CONFLICT (metric, hour, label) DO UPDATE SET count = count + 1;
END;

-- What went out is counted where it is written, once, however often its writing is tried.
CREATE TRIGGER publish_events_count AFTER INSERT ON publish_events BEGIN
  INSERT INTO telemetry (metric, hour, label, count) VALUES ('published', unixepoch(NEW.published_at) / 3600, NEW.platform, 1)
  ON CONFLICT (metric, hour, label) DO UPDATE SET count = count + 1;
  INSERT INTO telemetry (metric, hour, label, count)
  SELECT 'token_reason', unixepoch(NEW.published_at) / 3600, NEW.token_reason_code, 1
  WHERE NEW.token_mode <> 'off' AND NEW.token_reason_code IS NOT NULL
  ON CONFLICT (metric, hour, label) DO UPDATE SET count = count + 1;
  INSERT INTO telemetry (metric, hour, label, count)
  SELECT 'tokens', unixepoch(NEW.published_at) / 3600, value ->> 0, value ->> 1
  FROM json_each(json_array(json_array('issued', NEW.token_issued_amount), json_array('pending', NEW.token_pending_amount)))
  WHERE value ->> 1 > 0
  ON CONFLICT (metric, hour, label) DO UPDATE SET count = count + excluded.count;
END;
