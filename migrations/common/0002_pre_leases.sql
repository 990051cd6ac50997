-- Who may work on what until when; libs/common/leases.py owns the statements.
create table leases (
    name text primary key,
    owner text not null,
    -- Fencing token: grows with every claim; a result that carries an older one is refused.
    token bigint not null,
    expires_at timestamptz not null
);

create index leases_expires_at on leases (expires_at);
