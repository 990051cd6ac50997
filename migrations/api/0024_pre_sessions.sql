-- Who is signed in by a browser: its cookie holds a random token, of which only the hash is here.

create table sessions (
    token_sha256 bytea primary key check (length(token_sha256) = 32),
    user_id bigint not null references users (id) on delete cascade on update cascade,
    -- What was signed in with; once it is revoked the session opens nothing.
    api_key_id bigint not null references api_keys (id) on delete cascade on update cascade,
    created_at timestamptz not null default now(),
    -- To the minute.
    last_used_at timestamptz not null default now(),
    -- Moves on with every use, up to a limit.
    expires_at timestamptz not null
);

create index idx_sessions_user_id on sessions (user_id);
create index idx_sessions_api_key_id on sessions (api_key_id);
create index idx_sessions_expires_at on sessions (expires_at);
