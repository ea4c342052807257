#!/usr/bin/env bash
# Run once by the image of InfluxDB, when it has made the organisation and the bucket: the database that InfluxQL reads, and
# Grafana's user, who may read that bucket and nothing else.
set -euo pipefail

influx v1 dbrp create --org "$DOCKER_INFLUXDB_INIT_ORG" --bucket-id "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
    --db "$DOCKER_INFLUXDB_INIT_BUCKET" --rp autogen --default
influx v1 auth create --org "$DOCKER_INFLUXDB_INIT_ORG" --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
    --username grafana --password "$(cat "$VIRTAGENTS_READER_PASSWORD_FILE")"
