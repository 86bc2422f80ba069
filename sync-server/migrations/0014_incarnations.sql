-- A ticket that is too old was presented: the disk was set back or cloned (sync §13.3). Only such an incarnation may be
-- enrolled again without an administrator's code.
alter table device add column forked_at timestamptz;
