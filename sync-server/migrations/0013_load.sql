-- First loads in three passes (§6.3): what each record is wanted for, `loadClassOf` in shared/sync/load-class.ts. Records of
-- before are loaded as open work until they are written again.
alter table feed add column load_class int not null default 10000;
create index feed_load on feed (office_id, scope, load_class, seq) where kind = 'put';
