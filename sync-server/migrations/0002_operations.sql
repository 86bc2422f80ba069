create table device (
  office_id uuid not null references office,
  id uuid not null,
  inc int not null check (inc >= 1),
  name text not null,
  state text not null default 'active' check (state in ('active', 'fenced', 'disabled')),
  last_n int not null default 0 check (last_n >= 0),
  last_hash text not null,
  -- SHA-256 (hex) of the two tickets that are accepted (§3.1).
  ticket_newest text not null,
  ticket_previous text,
  -- Ed25519, SPKI DER.
  public_key bytea not null,
  enrolled_at timestamptz not null default now(),
  last_contact_at timestamptz,
  -- Server clock minus the workstation's, milliseconds; shown to administrators, decides nothing (I-17).
  clock_difference_ms bigint,
  primary key (office_id, id, inc)
);
-- Looked up before the office is known.
create unique index device_identity on device (id, inc);

create table device_user_key (
  office_id uuid not null,
  device_id uuid not null,
  user_id uuid not null,
  -- Ed25519, SPKI DER: signs the user's operations on this device.
  public_key bytea not null,
  registered_at timestamptz not null default now(),
  -- Every key the user ever had here: work signed with an older one may still be pending.
  primary key (office_id, device_id, user_id, public_key),
  foreign key (office_id, user_id) references app_user (office_id, id)
);

create table op (
  office_id uuid not null references office,
  dev uuid not null,
  inc int not null,
  n int not null,
  op_id uuid not null,
  actor uuid not null,
  kind text not null,
  target_type text not null,
  target_id uuid not null,
  -- The whole operation as it was signed. `json` and not `jsonb`: it is evidence, kept letter by letter, and jsonb
  -- refuses texts (NUL, lone surrogates) that would make an operation impossible to answer (I-16).
  body json not null,
  outcome jsonb not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  received_at timestamptz not null default now(),
  primary key (office_id, dev, inc, n)
);

create table sign_in_throttle (
  office_id uuid not null references office,
  device_id uuid not null,
  -- SHA-256 (hex) of the login as typed: it may be a password typed into the wrong field.
  login_hash text not null,
  failures int not null,
  not_before timestamptz not null,
  primary key (office_id, device_id, login_hash)
);
