-- Newest entry of each office's chain; locked while one is appended.
create table audit_head (
  office_id uuid primary key references office,
  n bigint not null default 0,
  hash text not null
);

create table audit (
  office_id uuid not null references office,
  n bigint not null,
  at timestamptz not null,
  event text not null,
  actor uuid,
  device_id uuid,
  -- Canonical JSON; text, because the hash covers its letters.
  detail text not null,
  prev text not null,
  hash text not null,
  primary key (office_id, n)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;

create trigger audit_append_only before update or delete on audit
  for each row execute function refuse_change();
create trigger op_append_only before update or delete on op
  for each row execute function refuse_change();
create trigger register_entry_append_only before update or delete on register_entry
  for each row execute function refuse_change();
