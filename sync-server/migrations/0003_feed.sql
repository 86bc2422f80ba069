create table record (
  office_id uuid not null references office,
  id uuid not null,
  type text not null,
  scope text not null,
  rev int not null check (rev >= 1),
  -- `json`, not `jsonb`, for the reason given at op.body.
  content json not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  -- One id names one record, whatever its type.
  primary key (office_id, id)
);

-- Heads of the offices: the row is locked last in every transaction, so sequences are given in commit order (§5.1).
create table stream (
  office_id uuid primary key references office,
  head bigint not null default 0 check (head >= 0)
) with (fillfactor = 50);

create table feed (
  office_id uuid not null references office,
  scope text not null,
  id uuid not null,
  type text not null,
  seq bigint not null,
  rev int not null,
  kind text not null check (kind in ('put', 'leave', 'delete')),
  hash text not null,
  tx bigint not null,
  primary key (office_id, scope, id)
);
create unique index feed_order on feed (office_id, scope, seq);

create table scope_digest (
  office_id uuid not null references office,
  scope text not null,
  sum text not null check (sum ~ '^[0-9a-f]{16}$'),
  count bigint not null check (count >= 0),
  primary key (office_id, scope)
) with (fillfactor = 50);
