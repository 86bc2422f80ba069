-- Who has the counter of a register (sync §9.4); null is the server, for ever so far.
alter table register add column custody jsonb;
-- Length of the queue ever, so that places follow the order of the requests.
alter table register add column queue_tail bigint not null default 0;

create table register_queue (
  office_id uuid not null,
  register_id uuid not null,
  place bigint not null,
  document_id uuid not null,
  -- The request as the act made it: type, author, instant, what its code is printed with.
  request json not null,
  primary key (office_id, register_id, place),
  unique (office_id, register_id, document_id),
  foreign key (office_id, register_id) references register (office_id, id)
);

-- A placeholder is a number whose document and day are not known yet (sync §9.5).
alter table register_entry alter column date drop not null;
alter table register_entry alter column document_id drop not null;
alter table register_entry add column kept_for jsonb;
alter table register_entry add constraint entry_is_whole
  check (kind <> 'document' or (date is not null and document_id is not null));

-- Rows were append-only so far; a placeholder is filled and a number voided in place, and nothing else.
drop trigger register_entry_append_only on register_entry;

-- I-9, I-10: a row is filled once and voided once; its number, document and day are never taken back, and it is never gone.
create function register_entry_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'register_entry is append-only';
  end if;
  if (new.office_id, new.register_id, new.number) is distinct from (old.office_id, old.register_id, old.number)
     or old.kind = 'voided'
     or (old.document_id is not null and new.document_id is distinct from old.document_id)
     or (old.date is not null and new.date is distinct from old.date)
     or (old.kind = 'document' and new.kind <> 'voided') then
    raise exception 'register_entry is append-only: number % stays', old.number;
  end if;
  return new;
end $$;
create trigger register_entry_stays before update or delete on register_entry
  for each row execute function register_entry_stays();
