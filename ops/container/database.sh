#!/bin/bash
# Run once by the PostgreSQL image, when its volume is empty: an account that owns the tables, and one for the site,
# which `migrate` gives what it needs. Their failed statements are not written down: they hold what people searched for.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set owner="$OWNER_PASSWORD" --set site="$SITE_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE iopfinder_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner';
CREATE ROLE iopfinder LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'site';
ALTER ROLE iopfinder_owner SET log_min_error_statement = panic;
ALTER ROLE iopfinder SET log_min_error_statement = panic;
CREATE DATABASE iopfinder OWNER iopfinder_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT, TEMPORARY ON DATABASE iopfinder FROM PUBLIC;
GRANT CONNECT ON DATABASE iopfinder TO iopfinder;
\connect iopfinder
ALTER SCHEMA public OWNER TO iopfinder_owner;
SQL
