-- Copies of a document go where it goes, like conflicts and held work (van-ban.md §3.6).
drop index record_about;
create index record_about on record (office_id, (content->>'targetId'))
  where type in ('conflict', 'heldWork', 'certifiedCopy');
