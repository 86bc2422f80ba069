-- I-13: who names the hash of a file in an act may read it afterwards only if a device of the act has shown its bytes, or
-- the person could read it before. Which chunks a device has sent, one bit a chunk.
create table file_proof (
  office_id uuid not null,
  sha256 text not null,
  device_id uuid not null,
  have bytea not null,
  chunks int not null check (chunks >= 1),
  primary key (office_id, sha256, device_id),
  foreign key (office_id, sha256) references file on delete cascade
);

-- A link counts once this device has shown every chunk; the zero id: it counts at once.
alter table file_link add column device_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table file_link drop constraint file_link_pkey;
alter table file_link add primary key (office_id, sha256, record_id, device_id);
