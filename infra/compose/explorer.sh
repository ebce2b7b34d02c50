#!/bin/sh
# Run once by the image of PostgreSQL, in an empty database: the role by which the page's database explorer asks. What it
# may read is granted by `migrate`, which knows the tables.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/explorer_password)" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE ethogram_explorer LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 5 PASSWORD :'password';
ALTER ROLE ethogram_explorer SET default_transaction_read_only = on;
ALTER ROLE ethogram_explorer SET statement_timeout = '10s';
SQL
