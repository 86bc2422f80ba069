-- Lost machines that are to remove what they hold when they are heard of (sync §7.2).
create table device_wipe (
  office_id uuid not null references office,
  device_id uuid not null primary key,
  ordered_at timestamptz not null,
  -- First time that the machine was told.
  told_at timestamptz
);
