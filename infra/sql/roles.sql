-- Roles of the database, once per cluster: psql -f infra/sql/roles.sql; then give those that log in a password, e.g.
--   ALTER ROLE ethogram_judge PASSWORD '...';
-- What each may do is granted by `python -m ethogram.runtime.provision` (the one-shot `migrate`), which knows the tables.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[
        'scenario_generator', 'agent_runner', 'action_tracker', 'inference_worker', 'judge', 'auditor', 'gateway',
        'explorer'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ethogram_' || name) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', 'ethogram_' || name);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN', 'ethogram_' || name);  -- a migration makes that of the gateway without
    END LOOP;
END $$;
-- for people who look around: read-only whatever they type, and not for long
ALTER ROLE ethogram_explorer SET default_transaction_read_only = on;
ALTER ROLE ethogram_explorer SET statement_timeout = '10s';
ALTER ROLE ethogram_explorer CONNECTION LIMIT 5;
