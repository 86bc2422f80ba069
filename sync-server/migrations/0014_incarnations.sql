-- A ticket that is too old was presented, or a part of the chain never came: the disk was set back, cloned or damaged (sync
-- §4.2, §13.3). Only such an incarnation may be enrolled again without an administrator's code.
alter table device add column forked_at timestamptz;
