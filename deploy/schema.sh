#!/bin/sh
# The password comes by SQL_PASSWORD, so that no process list shows it.
# Creates the two Temporal databases if they are missing and brings their schemas up to date. Safe to run again.
set -eu
schema=${TEMPORAL_SCHEMA:-/etc/temporal/schema}/postgresql/v12
for pair in "$DBNAME:temporal" "$VISIBILITY_DBNAME:visibility"; do
  database=${pair%%:*}
  folder=${pair##*:}
  tool="temporal-sql-tool --plugin $DB --ep $POSTGRES_SEEDS -p $DB_PORT -u $POSTGRES_USER --db $database"
  $tool create
  $tool setup-schema -v 0.0
  $tool update-schema -d "$schema/$folder/versioned"
done
