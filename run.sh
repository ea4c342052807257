#!/usr/bin/env bash
# Builds VirtAgents and runs a collector and an agent on this machine until Ctrl-C.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

usage() {
    cat <<'TEXT'
Usage: ./run.sh [--simulate HOSTS] [--data DIR] [--ports GRPC,HTTP] [-- COLLECTOR ARGUMENTS]

Builds the collector, the agent and virtctl, starts one collector and one agent, waits until both are healthy and
stops everything on Ctrl-C. The agent samples this machine's VMs when libvirt listens here, else a simulated estate
of 8 hosts.

  --simulate HOSTS    simulate so many hosts (1 to 1000) with 20 VMs each, also where libvirt listens
  --data DIR          where the store and the agent's spool live (default ./.virtagents)
  --ports GRPC,HTTP   ports on 127.0.0.1 (default 7443,7480)
  --help              this text

Exit status: 0 stopped by the user, 1 something failed (the reason is printed), 2 wrong usage.
TEXT
}
say() { printf '%s\n' "$*"; }
fail() { printf 'run.sh: %s\n' "$*" >&2; exit 1; }
misuse() { printf 'run.sh: %s (./run.sh --help tells more)\n' "$*" >&2; exit 2; }

simulate=; data=.virtagents; ports=7443,7480; extra=()
while [ $# -gt 0 ]; do
    case $1 in
        --simulate) simulate=${2:-}; [[ $simulate =~ ^[1-9][0-9]{0,3}$ ]] && [ "$simulate" -le 1000 ] || misuse "--simulate wants a number of hosts, 1 to 1000, not '$simulate'"; shift 2;;
        --data) data=${2:-}; [ -n "$data" ] || misuse "--data wants a directory"; shift 2;;
        --ports) ports=${2:-}; [[ $ports =~ ^[0-9]{1,5},[0-9]{1,5}$ ]] || misuse "--ports wants GRPC,HTTP, such as 7443,7480, not '$ports'"; shift 2;;
        -h|--help) usage; exit 0;;
        --) shift; extra=("$@"); break;;
        *) misuse "unknown argument '$1'";;
    esac
done
grpc=${ports%,*}; http=${ports#*,}
for port in "$grpc" "$http"; do
    [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || misuse "port $port is out of range (1 to 65535)"
done
[ "$grpc" != "$http" ] || misuse "--ports wants two different ports, not $grpc twice"

command -v dotnet >/dev/null || fail "the .NET SDK is missing. Install .NET 10 (Debian and Ubuntu: apt-get install dotnet-sdk-10.0; else see https://dot.net) and run this again."
dotnet --version >/dev/null 2>&1 || fail "no .NET SDK that fits global.json ($(tr -d '\n' <global.json)); installed: $(dotnet --list-sdks | tr '\n' ' ')"
for port in "$grpc" "$http"; do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || fail "port $port on 127.0.0.1 is taken by another program. Stop it, or choose other ports: ./run.sh --ports $((grpc + 1000)),$((http + 1000))"
done

mkdir -p "$data" && chmod 700 "$data" || fail "cannot create the data directory '$data'"
data=$(cd "$data" && pwd); logs=$data/log; mkdir -p "$logs"

say "building (the first time takes a minute) ..."
for project in Collector Agent Cli; do
    dotnet build "src/VirtAgents.$project" -c Release -v quiet -nologo >"$logs/build.log" 2>&1 || {
        grep -E 'error' "$logs/build.log" | sort -u | head -20 >&2
        fail "the build of VirtAgents.$project failed; the whole output is in $logs/build.log"; }
done
bin=$PWD/artifacts/bin

collector_pid=; agent_pid=
# A child must not outlive this script, even when the script is killed.
tether=(); ! command -v setpriv >/dev/null || tether=(setpriv --pdeathsig TERM --)
stop_one() { # PID SECONDS
    [ -n "$1" ] && kill -0 "$1" 2>/dev/null || return 0
    kill -TERM "$1" 2>/dev/null
    local left=$(( $2 * 10 ))
    while kill -0 "$1" 2>/dev/null && [ $((left--)) -gt 0 ]; do sleep 0.1; done
    kill -KILL "$1" 2>/dev/null; wait "$1" 2>/dev/null
}
stop_all() { # the agent first, so that the collector acknowledges its last samples
    trap - EXIT INT TERM HUP
    [ -z "$agent_pid$collector_pid" ] || say "stopping ..."
    stop_one "$agent_pid" 15; stop_one "$collector_pid" 20
}
trap 'stop_all' EXIT
trap 'stop_all; exit 0' INT TERM HUP

wait_ready() { # NAME PID READY-FILE LOG SECONDS
    local left=$(( $5 * 10 ))
    until [ -e "$3" ]; do
        if ! kill -0 "$2" 2>/dev/null; then
            tail -n 15 "$4" >&2; fail "the $1 ended while starting; its whole log is $4"
        fi
        [ $((left--)) -gt 0 ] || { tail -n 15 "$4" >&2; fail "the $1 is not healthy after $5 s; its log is $4"; }
        sleep 0.1
    done
}

# Own process sessions: Ctrl-C reaches this script only, which then stops them in order.
rm -f "$data"/*.ready
setsid "${tether[@]}" "$bin/VirtAgents.Collector/release/virtcollector" --insecure --ready-file "$data/collector.ready" \
    "--Listen:Grpc=127.0.0.1:$grpc" "--Listen:Http=127.0.0.1:$http" "--Store:Embedded:Path=$data/store.db" "${extra[@]}" \
    </dev/null >"$logs/collector.log" 2>&1 &
collector_pid=$!
wait_ready collector "$collector_pid" "$data/collector.ready" "$logs/collector.log" 60

listening() { grep -qE " 00010000 .* $1\$" /proc/net/unix 2>/dev/null; }
source_of=(); what=; control=
if [ -z "$simulate" ] && { listening '(/var)?/run/libvirt/libvirt-sock-ro' || listening '(/var)?/run/libvirt/virtqemud-sock-ro'; }; then
    source_of=(--set Hypervisor=Libvirt); what="the VMs of this machine, through libvirt"
else
    source_of=(--simulate "${simulate:-8}"); what="a simulated estate of ${simulate:-8} hosts"
    control=$data/control.sock
    # No kernel takes a longer path for a Unix socket.
    if [ "$(printf %s "$control" | wc -c)" -le 107 ]; then source_of+=(--set "Simulation:ControlSocket=$control"); else control=; fi
fi
setsid "${tether[@]}" "$bin/VirtAgents.Agent/release/virtagent" --ready-file "$data/agent.ready" "${source_of[@]}" \
    --set "Collector:Endpoints:0=http://127.0.0.1:$grpc" --set "Spool:Path=$data/spool" \
    </dev/null >"$logs/agent.log" 2>&1 &
agent_pid=$!
wait_ready agent "$agent_pid" "$data/agent.ready" "$logs/agent.log" 60

virtctl=artifacts/bin/VirtAgents.Cli/release/virtctl
address=; [ "$grpc" = 7443 ] || address=" --collector http://127.0.0.1:$grpc"
inject=; [ -z "$control" ] || printf -v inject '\n  %s inject %q %s' "$virtctl" "$control" "'{\"fault\": \"vm-crash\", \"vm\": {\"index\": 0}}'"
cat <<TEXT

VirtAgents is running: $what.
  gRPC API     http://127.0.0.1:$grpc
  JSON, web    http://127.0.0.1:$http
  data, logs   $data

Try, in another terminal:
  $virtctl hosts$address
  $virtctl top$address
  $virtctl events --follow$address$inject

Ctrl-C stops everything.
TEXT
wait -n "$collector_pid" "$agent_pid" 2>/dev/null
if ! kill -0 "$collector_pid" 2>/dev/null; then
    tail -n 15 "$logs/collector.log" >&2; fail "the collector ended by itself; its log is $logs/collector.log"
fi
tail -n 15 "$logs/agent.log" >&2; fail "the agent ended by itself; its log is $logs/agent.log"
