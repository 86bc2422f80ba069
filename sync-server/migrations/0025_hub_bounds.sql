-- Which machine brought an envelope to this hub, and how long it is: nobody fills the hub alone (I-22).

alter table hub_line
  add column brought_by uuid,
  add column bytes int not null default 0;
create index hub_line_brought on hub_line (brought_by) include (bytes)
  where kind = 'envelope' and decided_in is null;
