-- Who asks for the backlog: one view, and nothing else. Run it once, as who runs the migrations, after
-- the first of them; then: alter role screentest_scaler password '...'
create role screentest_scaler login;
do $$ begin
    execute format('grant connect on database %I to screentest_scaler', current_database());
end $$;
grant usage on schema dispatcher to screentest_scaler;
grant select on dispatcher.backlog to screentest_scaler;
