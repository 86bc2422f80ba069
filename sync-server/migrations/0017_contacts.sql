-- Answers that the incarnation was given (I-23): a repeated one has the same place in the chain of tickets and another
-- number here, so that whoever holds it proves that it was given.
alter table device add column contacts int not null default 0 check (contacts >= 0);
update device set contacts = ticket_count;
