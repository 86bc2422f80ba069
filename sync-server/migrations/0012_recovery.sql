-- Histories of this server (sync §3.2): one more after each restore from a backup (§13.2). The current one is in
-- server_state; every other one here is its ancestor.
create table timeline (
  id uuid primary key,
  begun_at timestamptz not null default now(),
  -- How the restore was noticed: by the operator, or by a ticket that only the lost history can have given.
  reason text not null check (reason in ('operator', 'ticket', 'start')),
  -- The history that was left for this one.
  parent_id uuid not null
);

-- Where the stream of an office was cut: places from fork_head to resumes_at were given by the lost history.
create table office_recovery (
  office_id uuid not null references office,
  timeline_id uuid not null references timeline,
  fork_head bigint not null,
  resumes_at bigint not null check (resumes_at > fork_head),
  begun_at timestamptz not null,
  -- Counters are raised and gaps are filled; the registers wait for a person's word.
  finished_at timestamptz,
  report text,
  primary key (office_id, timeline_id)
);

-- What workstations still hold of the lost history (§13.2 step 3); identical ones count once.
create table witness (
  office_id uuid not null references office,
  id uuid not null,
  rev int not null check (rev >= 1),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  type text not null,
  scope text not null,
  seq bigint not null,
  -- `json`, not `jsonb`, for the reason given at op.body.
  content json not null,
  applied_at timestamptz,
  primary key (office_id, id, rev, hash)
);

create table witness_device (
  office_id uuid not null,
  id uuid not null,
  rev int not null,
  hash text not null,
  device_id uuid not null,
  first_at timestamptz not null default now(),
  primary key (office_id, id, rev, hash, device_id),
  foreign key (office_id, id, rev, hash) references witness
);

-- Contacts of the incarnation so far (§3.1). A ticket of before this migration, or of the enrolment, is known by its
-- hash and counts as 0.
alter table device add column ticket_count int not null default 0 check (ticket_count >= 0);
