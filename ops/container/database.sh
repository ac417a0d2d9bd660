#!/bin/bash
# Run once by the PostgreSQL image, when its volume is empty: an account for the site that rules over nothing but
# its own database, and whose failed statements are not written down (they hold what somebody searched for).
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set password="$SITE_PASSWORD" --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE iopfinder LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
ALTER ROLE iopfinder SET log_min_error_statement = panic;
CREATE DATABASE iopfinder OWNER iopfinder TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE CONNECT ON DATABASE iopfinder FROM PUBLIC;
SQL
