-- Fair shares: what a run asks of the queue, what workers can do, and who has had how much.
-- Decided by services/dispatcher/.../domain/policy.py.

alter table runs
    add column batch_id bigint,
    add column priority integer not null default 0,
    -- The user's share of the lane, relative to others'.
    add column weight double precision not null default 1 check (weight > 0),
    add column estimate_s double precision,
    add column needs jsonb not null default '{}',
    -- Equal for equal needs: of those only the first runs need to be looked at.
    add column needs_key text not null default '',
    -- Its place among the runs of its user, smallest first: when it was requested, in seconds since
    -- the epoch, earlier by an hour for every step of priority.
    add column turn double precision not null default extract(epoch from clock_timestamp()),
    -- It, or its batch, was paused by a person.
    add column paused_by text check (paused_by in ('run', 'batch')),
    -- Releases that went to others though it was its turn.
    add column passed integer not null default 0;

update runs set turn = extract(epoch from requested_at) where status in ('waiting', 'released');

-- What a free slot is offered: of every user's runs with equal needs, the first.
drop view waiting_runs;
drop index runs_waiting;
create index runs_turn on runs (renderer, lane, requested_by, needs_key, turn, id)
    where status = 'waiting' and paused_by is null;
create index runs_open_of_batch on runs (batch_id) where finished_at is null;

alter table renders
    -- Where it was released to, and for which worker's slot.
    add column capability_class text not null default '',
    add column meant_for text,
    -- What the accounts below hold for it: expected at first, actual once it has ended.
    add column charged_s double precision not null default 0,
    -- Both lanes wanted its slot.
    add column contended boolean not null default false,
    -- What is called back before anybody took it is no attempt.
    drop constraint renders_run_id_segment_attempt_key;
create unique index renders_one_an_attempt on renders (run_id, segment, attempt)
    where status <> 'cancelled';
update renders set charged_s = gpu_seconds where status <> 'released';
create index renders_unsettled on renders (id)
    where status <> 'released' and charged_s <> gpu_seconds;

drop view live_workers;
alter table workers
    add column capability_class text not null default '',
    add column stages integer not null default 0 check (stages >= 0),
    -- Claimed, and not yet begun.
    add column staged uuid[] not null default '{}',
    add column warm_models text[] not null default '{}';
-- Alive: three heartbeats of 5 s were not missed, by this clock and nobody else's.
create view live_workers as
select * from workers where seen_at > statement_timestamp() - interval '15 seconds';

-- What workers of a class report of themselves. A class is a hash of just that, so it never changes.
create table capabilities (
    renderer text not null,
    capability_class text not null,
    models jsonb not null,
    nodes jsonb not null,
    vram_bytes bigint not null,
    primary key (renderer, capability_class)
);

-- Accounts in seconds of GPU: domain/shares.py says what they mean.
create table lane_shares (
    lane text primary key,
    typical_s double precision,
    -- Guaranteed to production while both lanes want slots: the setting of whoever started last.
    guaranteed double precision not null default 0 check (guaranteed between 0 and 1)
);
insert into lane_shares (lane) values ('preview'), ('production');

create table place_shares (
    renderer text not null,
    capability_class text not null,
    lane text not null,
    clock_s double precision not null,
    -- Of production only: what it may spend before it is preview's turn.
    credit_s double precision not null,
    primary key (renderer, capability_class, lane)
);

create table user_shares (
    renderer text not null,
    capability_class text not null,
    lane text not null,
    user_id bigint not null,
    virtual_s double precision not null,
    primary key (renderer, capability_class, lane, user_id),
    foreign key (renderer, capability_class, lane) references place_shares on delete cascade
);

-- What people paused or moved. `subject`: lane/preview, batch/4, run/<id>.
create table controls (
    subject text primary key,
    version integer not null,
    paused boolean,
    priority integer
);

-- One row: what was last said of the queue, and when.
create table queue_reports (
    id boolean primary key default true check (id),
    fingerprint text not null,
    said_at timestamptz not null
);
insert into queue_reports (fingerprint, said_at) values ('', '-infinity');
