-- Orders to a worker to take no more, or some again, in the order in which they were given: grows with
-- every one, so that an older one that comes late is told from the latest.
alter table workers add column drain_version bigint not null default 0;
