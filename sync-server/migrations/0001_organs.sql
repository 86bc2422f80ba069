-- The office is the first key column of every table: no statement joins two offices (sync-requirements §12.1).
-- Legal and civil dates are text: a driver would give a date a time zone.

create table server_state (
  only_row boolean primary key default true check (only_row),
  timeline uuid not null,
  -- HMAC key of access tokens and challenges, 32 bytes; in the database, so that every node knows it.
  token_key bytea not null,
  created_at timestamptz not null default now()
);

create table office (
  office_id uuid primary key,
  name text not null,
  place_name text not null
);

create table organ (
  office_id uuid not null references office,
  id uuid not null,
  kind text not null check (kind in ('UBND', 'HĐND')),
  name text not null,
  short_name text not null,
  code text not null,
  primary key (office_id, id)
);

create table org_unit (
  office_id uuid not null references office,
  id uuid not null,
  name text not null,
  abbreviation text not null,
  head_user_id uuid,
  active boolean not null,
  primary key (office_id, id)
);

create table app_user (
  office_id uuid not null references office,
  id uuid not null,
  login text not null,
  full_name text not null,
  position text not null,
  unit_id uuid,
  active boolean not null,
  -- argon2id, in the form the algorithm's reference program prints.
  password_hash text not null,
  primary key (office_id, id)
);
create unique index app_user_login on app_user (office_id, lower(login));

create table role_grant (
  office_id uuid not null,
  user_id uuid not null,
  -- Order in which the grants were given; it is the order of the user's record.
  place int not null,
  role text not null,
  organ_id uuid not null,
  primary key (office_id, user_id, role, organ_id),
  foreign key (office_id, user_id) references app_user (office_id, id),
  foreign key (office_id, organ_id) references organ (office_id, id)
);

create table agency (
  office_id uuid not null references office,
  id uuid not null,
  code text not null,
  name text not null,
  target_office_id uuid,
  primary key (office_id, id)
);

create table activation_code (
  office_id uuid not null references office,
  -- SHA-256 of the normalised code, hex: the plain code is shown once and stored nowhere.
  code_hash text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  device_id uuid,
  primary key (office_id, code_hash)
);
-- Looked up before the office is known.
create unique index activation_code_hash on activation_code (code_hash);
