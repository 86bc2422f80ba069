create table register (
  office_id uuid not null,
  id uuid not null,
  organ_id uuid not null,
  direction text not null check (direction in ('den', 'di', 'banSao')),
  name text not null,
  year int not null check (year between 2020 and 2100),
  status text not null check (status in ('dangMo', 'daKhoa', 'daDong')),
  next_number int not null default 1 check (next_number >= 1),
  last_date text check (last_date ~ '^\d{4}-\d{2}-\d{2}$'),
  primary key (office_id, id),
  foreign key (office_id, organ_id) references organ (office_id, id)
);
-- One book a series and year (van-ban.md §9.3).
create unique index register_series on register (office_id, organ_id, direction, name, year);

create table register_entry (
  office_id uuid not null,
  register_id uuid not null,
  number int not null check (number >= 1),
  date text not null check (date ~ '^\d{4}-\d{2}-\d{2}$'),
  document_id uuid not null,
  given_by uuid not null,
  kind text not null check (kind in ('document', 'voided', 'placeholder')),
  note text,
  given_at timestamptz not null default now(),
  -- I-9: a number is bound to at most one document, a document to one number of a register.
  primary key (office_id, register_id, number),
  unique (office_id, register_id, document_id),
  foreign key (office_id, register_id) references register (office_id, id)
);
