-- RING: what publishing earned. The ledger is only ever added to; balances are kept by it, and by nothing else.

ALTER TABLE publish_events ADD COLUMN token_issued_amount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE publish_events ADD COLUMN token_pending_amount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE publish_events ADD COLUMN token_reason_code TEXT;
ALTER TABLE publish_events ADD COLUMN token_guardrails TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(token_guardrails));

CREATE TABLE ring_ledger (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE, -- the publish event's id, for what a publish earned
  user_id TEXT NOT NULL,
  event_type TEXT NOT NULL CHECK (event_type IN ('EARN', 'SPEND', 'PENALTY', 'ADJUSTMENT')),
  reason_code TEXT NOT NULL,
  amount INTEGER NOT NULL,
  balance_after INTEGER NOT NULL,
  request_id TEXT,
  receipt_id TEXT,
  created_at TEXT NOT NULL,
  CHECK (amount <> 0 AND (event_type <> 'EARN' OR amount > 0) AND (event_type NOT IN ('SPEND', 'PENALTY') OR amount < 0))
) STRICT;

CREATE INDEX idx_ring_ledger_user ON ring_ledger (user_id, seq);

CREATE TRIGGER ring_ledger_no_update BEFORE UPDATE ON ring_ledger BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
CREATE TRIGGER ring_ledger_no_delete BEFORE DELETE ON ring_ledger BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;

CREATE TABLE ring_balances (
  user_id TEXT PRIMARY KEY,
  balance INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ring_ledger_balance AFTER INSERT ON ring_ledger BEGIN
  INSERT INTO ring_balances (user_id, balance) VALUES (new.user_id, new.amount)
  ON CONFLICT (user_id) DO UPDATE SET balance = balance + new.amount;
END;

-- What shadow would have issued.
CREATE TABLE ring_pending (
  id TEXT PRIMARY KEY, -- the publish event's id
  user_id TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0),
  reason_code TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'issued', 'expired')),
  request_id TEXT,
  receipt_id TEXT,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_ring_pending_user ON ring_pending (user_id, created_at);

-- The same publish event for another post: the first result counts, and this says that there was a second.
CREATE TABLE publish_event_conflicts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL,
  post_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (event_id, post_id)
) STRICT;

CREATE INDEX idx_publish_event_conflicts_created ON publish_event_conflicts (created_at);

-- A stored balance that did not agree with the ledger, and was set right.
CREATE TABLE ring_drifts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  stored INTEGER NOT NULL,
  booked INTEGER NOT NULL,
  found_at TEXT NOT NULL
) STRICT;

CREATE INDEX idx_ring_drifts_user ON ring_drifts (user_id, found_at);
