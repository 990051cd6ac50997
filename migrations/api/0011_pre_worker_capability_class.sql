-- Which workers are alike, as they say: what the dispatcher expects of a class is known by it.

alter table workers add column capability_class text not null default '';
