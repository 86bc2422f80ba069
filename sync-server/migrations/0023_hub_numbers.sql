-- Registers leased to this hub, and the numbers it gave (sync §20).

create table hub_book (
  register_id uuid primary key,
  epoch int not null,
  -- HolderBook: as it stands from here on.
  book jsonb not null,
  -- What the province stated last: DEVICE, SEALING, FROZEN, or ENDED when it names this lease no more.
  stated text not null
);

create table hub_slip (
  register_id uuid not null,
  epoch int not null,
  number int not null,
  document_id uuid not null,
  slip jsonb not null,
  primary key (register_id, epoch, number)
);
-- The same paper asks again after a cut line and gets its number, not another one (I-9).
create unique index hub_slip_document on hub_slip (document_id);
