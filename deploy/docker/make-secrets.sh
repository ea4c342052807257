#!/usr/bin/env bash
# Makes the secrets that compose.yaml names, each one once: what is there stays. Put your own certificate and key there first, or
# one that only clients with a copy of it trust is made, for the names given as arguments (and localhost).
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")"
directory=${VIRTAGENTS_SECRETS:-secrets}
mkdir -p "$directory" && cd "$directory"
# Containers run as users of their own and must read the files; nobody else gets into the directory.
chmod 700 .

random() { head -c 48 /dev/urandom | base64 -w 0 | tr -d '+/=\n' | cut -c 1-48; }
write() { # FILE TEXT: appears whole or not at all
    printf %s "$2" >"$1.new"; chmod 444 "$1.new"; mv -f "$1.new" "$1"
}

for name in influxdb-admin-password influxdb-token grafana-admin-password grafana-influxdb-password; do
    [ -s "$name" ] || write "$name" "$(random)"
done
# Made anew each time, so that it always fits the password.
write grafana-influxdb-authorization "Basic $(printf 'grafana:%s' "$(cat grafana-influxdb-password)" | base64 -w 0)"

if [ ! -s collector-certificate ] || [ ! -s collector-key ]; then
    names=DNS:localhost,DNS:collector,IP:127.0.0.1
    for name in "$@"; do
        if [[ $name =~ ^[0-9.]+$|: ]]; then names+=,IP:$name; else names+=,DNS:$name; fi
    done
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj /CN=virtcollector \
        -addext "subjectAltName=$names" -keyout collector-key.new -out collector-certificate.new 2>/dev/null
    mv collector-key.new collector-key; mv collector-certificate.new collector-certificate
fi
chmod 444 collector-certificate collector-key
printf 'The secrets are in %s\n' "$PWD"
