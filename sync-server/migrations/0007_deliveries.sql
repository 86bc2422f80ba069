-- Messages between offices of this installation (sync-requirements §12.5): written in the transaction of the act that
-- makes them, applied by a worker in the receiver's own transaction. No transaction locks two offices' streams.
create table outbox (
  -- The office that wrote it.
  office_id uuid not null references office,
  id uuid not null,
  to_office_id uuid not null,
  -- `json`, not `jsonb`, for the reason given at op.body.
  body json not null,
  attempts int not null default 0,
  written_at timestamptz not null default now(),
  -- Not taken up before; moved on when a worker takes it, so that one that dies with it holds it up for a while only.
  next_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (office_id, id)
);
create index outbox_waiting on outbox (next_at) where done_at is null;

-- Messages that were applied in an office: each at most once, however often a worker brings it.
create table inbox (
  -- The office that received it.
  office_id uuid not null references office,
  message_id uuid not null,
  applied_at timestamptz not null default now(),
  primary key (office_id, message_id)
);
