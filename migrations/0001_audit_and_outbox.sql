-- One agent's decision a row. Hashes, codes, spans and figures: no draft text.
CREATE TABLE audit_agent_decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  request_id TEXT NOT NULL,
  client_request_id TEXT,
  draft_id TEXT,
  ring_id TEXT,
  turn_id TEXT,
  user_id TEXT NOT NULL,
  agent_name TEXT NOT NULL,
  agent_version TEXT NOT NULL,
  contract_version TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  input_hash TEXT NOT NULL,
  output_hash TEXT NOT NULL,
  prompt_hash TEXT NOT NULL,
  decision_json TEXT NOT NULL CHECK (json_valid(decision_json)),
  status TEXT NOT NULL CHECK (status IN ('PASS', 'FAIL')),
  receipt_id TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (request_id, agent_name)
) STRICT;

CREATE INDEX idx_audit_agent_decisions_receipt ON audit_agent_decisions (receipt_id, agent_name);
CREATE INDEX idx_audit_agent_decisions_user ON audit_agent_decisions (user_id, created_at);
CREATE INDEX idx_audit_agent_decisions_agent ON audit_agent_decisions (agent_name, created_at);
CREATE INDEX idx_audit_agent_decisions_created ON audit_agent_decisions (created_at);

-- What went out, one row a post.
CREATE TABLE publish_events (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  platform TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  published_at TEXT NOT NULL,
  platform_post_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  enforcement_request_id TEXT,
  enforcement_receipt_id TEXT,
  qa_status TEXT,
  violation_codes TEXT NOT NULL CHECK (json_valid(violation_codes)),
  audit_ok INTEGER NOT NULL CHECK (audit_ok IN (0, 1)),
  token_mode TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_publish_events_user ON publish_events (user_id, published_at);
CREATE INDEX idx_publish_events_published ON publish_events (published_at);

-- The outbox: where posts go that no platform's publisher takes. The key makes sending a part twice impossible.
CREATE TABLE outbox (
  post_id TEXT NOT NULL,
  part_index INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  platform TEXT NOT NULL,
  text TEXT NOT NULL,
  url TEXT NOT NULL,
  published_at TEXT NOT NULL,
  PRIMARY KEY (post_id, part_index)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_outbox_user ON outbox (user_id, published_at);
