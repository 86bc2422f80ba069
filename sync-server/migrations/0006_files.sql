-- Files are immutable, named by their SHA-256 inside one office; the same bytes in two offices are two files (I-13).
create table file (
  office_id uuid not null references office,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint not null check (size_bytes between 1 and 209715200),
  mime text not null,
  is_complete boolean not null default false,
  -- SHA-256 of each chunk, 32 bytes apiece, once complete.
  chunk_hashes bytea,
  announced_at timestamptz not null default now(),
  primary key (office_id, sha256)
);

-- Chunks that arrived, kept one by one as soon as each is whole; shared by all nodes (sync-requirements §10.2).
create table file_chunk (
  office_id uuid not null,
  sha256 text not null,
  i integer not null check (i >= 0),
  bytes bytea not null,
  primary key (office_id, sha256, i),
  foreign key (office_id, sha256) references file on delete cascade
);

-- Which record a file belongs to: who may see the record may read the file, nobody else.
create table file_link (
  office_id uuid not null references office,
  sha256 text not null,
  record_id uuid not null,
  primary key (office_id, sha256, record_id)
);
