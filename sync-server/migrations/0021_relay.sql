-- The office hub (sync §20): what kind of machine a device is, and which relay key of a scope is in use.

alter table activation_code
  add column kind text not null default 'workstation' check (kind in ('workstation', 'hub'));
alter table device
  add column kind text not null default 'workstation' check (kind in ('workstation', 'hub'));

-- Each epoch has a key of its own; the next one begins when somebody has left the scope.
create table relay_scope (
  office_id uuid not null references office,
  scope text not null,
  epoch int not null check (epoch > 0),
  members uuid[] not null,
  primary key (office_id, scope)
);
