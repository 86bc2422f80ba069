-- Several scopes in one office: restricted dossiers, records that leave a scope, drafts that are deleted.

-- Newest place that anything in the scope ever took, and the newest removal that is no longer kept (§6.6). Until now an
-- office had one scope, and its cursors stood at the stream's head.
alter table scope_digest
  add column head bigint not null default 0 check (head >= 0),
  add column forgotten_to bigint not null default 0;
update scope_digest set head = stream.head from stream where stream.office_id = scope_digest.office_id;

-- Removals are kept for 400 days from here.
alter table feed add column written_at timestamptz not null default now();
create index feed_removals on feed (written_at) where kind <> 'put';

-- A deleted draft: shown to nobody, found by an edit that comes late (I-8).
alter table record add column deleted_at timestamptz;

-- Conflicts and held work about a record go where it goes.
create index record_about on record (office_id, (content->>'targetId'))
  where type in ('conflict', 'heldWork');

-- The members lists of the dossiers, so that a person's scopes are found at every request (§7.1).
create table dossier_member (
  office_id uuid not null references office,
  dossier_id uuid not null,
  user_id uuid not null,
  primary key (office_id, user_id, dossier_id)
);
create index dossier_member_of on dossier_member (office_id, dossier_id);
