-- The office hub (sync §20): what a server in relay mode keeps. Everything in it is sealed; empty at the province.

-- Newest line of the mailbox: the row is locked by who adds lines, so that places are seen in order.
create table hub_head (
  is_only boolean primary key default true check (is_only),
  seq bigint not null default 0 check (seq >= 0)
) with (fillfactor = 50);
insert into hub_head default values;

-- Envelopes, and the province's decisions on them, in the order in which they came.
create table hub_line (
  seq bigint primary key,
  kind text not null check (kind in ('envelope', 'decision')),
  dev uuid not null,
  inc int not null,
  n int not null,
  hash text not null,
  -- A decision lies in the scope of its envelope.
  scope text not null,
  files text[] not null,
  -- Of a decision: the history of the province in which it stands; empty for an envelope.
  timeline text not null,
  -- Of an envelope: the history in which it was decided last; a restored province may have lost that.
  decided_in text,
  kept_at timestamptz not null,
  body json not null,
  -- Work that comes by two paths is one line (I-5).
  unique (hash, kind, dev, inc, n, timeline)
);
create index hub_line_envelope on hub_line (seq) where kind = 'envelope';
create index hub_line_files on hub_line using gin (files);

-- Sealed files: one file of the disk for each sha256, scope and epoch.
create table hub_file (
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  scope text not null,
  epoch int not null check (epoch > 0),
  size_bytes bigint not null check (size_bytes between 1 and 209715200),
  is_complete boolean not null default false,
  -- The province has it.
  is_carried boolean not null default false,
  touched_at timestamptz not null,
  primary key (sha256, scope)
);

-- Chunks that lie durably in their place on the disk, with the hash of what is sealed.
create table hub_chunk (
  sha256 text not null,
  scope text not null,
  i int not null check (i >= 0),
  hash bytea not null,
  primary key (sha256, scope, i),
  foreign key (sha256, scope) references hub_file on delete cascade
);
