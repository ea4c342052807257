#!/usr/bin/env bash
# What the published agent costs on a real libvirt host, and how soon a killed VM is seen by virtctl.
# Usage: bench/real-host.sh [VMS=100] [KILLS=9] [kills|remedies]     as root; needs ./test.sh to have built and published everything
# With the word kills only the time to the alarm is measured, with remedies that until the agent has accepted to start the VM again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
vms=${1:-100}; kills=${2:-9}; what=${3:-all}
bed=tests/testbed; bin=$PWD/artifacts/bin; agent=$PWD/artifacts/publish/VirtAgents.Agent/release/virtagent
work=$(mktemp -d); export TESTBED_ROOT=${TESTBED_ROOT:-/var/tmp/va-bench} TESTBED_TAG=bn TESTBED_NET=10.97.0
[ -x "$agent" ] || { echo "real-host.sh: $agent is missing; run ./test.sh first" >&2; exit 1; }

inside() { "$bed/host.sh" inside b1 "$@"; }
pid_inside() { pgrep -f "$1" | while read -r p; do [ "$(readlink "/proc/$p/exe")" = "$2" ] && echo "$p"; done | head -n 1; }
trap 'kill $(jobs -p) 2>/dev/null || true; "$bed/host.sh" down b1 >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
cpu_ms() { awk '{printf "%.1f", $1 / 1e6}' <(cat /proc/"$1"/task/*/schedstat | awk '{s += $1} END {print s}'); }
rss_mb() { awk '/^VmRSS/ {printf "%.1f", $2 / 1024}' "/proc/$1/status"; }

echo "$(nproc) cores, load average $(cut -d' ' -f1 /proc/loadavg), $vms VMs (QEMU TCG, halted), $(virsh --version 2>/dev/null | head -n1) libvirt"
"$bed/host.sh" up b1 >/dev/null
for i in $(seq "$vms"); do "$bed/vm.sh" up b1 "b$i" system=halted memory=16 >/dev/null; done

echo '{"rules": [{"name": "bench", "effect": "allow", "kinds": ["start"]}]}' >"$work/host-policy.json"
echo '{"maxPerHour": 1000, "rules": [{"name": "bench", "findings": ["vm-crashed"], "mode": "auto", "directive": "start"}]}' >"$work/remediation.json"
remedies=(); acting=()
[ "$what" != remedies ] || { remedies=(--Remediation:PolicyFile="$work/remediation.json"); acting=(--set Acting:Policy="$work/host-policy.json"); }
inside "$bin/VirtAgents.Collector/release/virtcollector" --insecure "${remedies[@]}" --Listen:Grpc=127.0.0.1:7443 --Listen:Http=127.0.0.1:7480 \
    --Store:Embedded:Path="$work/store.db" --ready-file "$work/collector.ready" >"$work/collector.log" 2>&1 &
until [ -e "$work/collector.ready" ]; do sleep 0.2; done

start_agent() { # ARGUMENTS: the agent with these settings; sets $agent_pid
    rm -f "$work/agent.ready"
    inside "$agent" --set Hypervisor=Libvirt --set Spool:Path="$work/spool" --ready-file "$work/agent.ready" "$@" >"$work/agent.log" 2>&1 &
    until [ -e "$work/agent.ready" ]; do sleep 0.2; done
    agent_pid=$(pid_inside 'virtagent --set' "$agent"); sleep 8
}
stop_agent() { kill -TERM "${agent_pid:?}"; while [ -e "/proc/$agent_pid" ]; do sleep 0.1; done; }
libvirtd_pid=$(pgrep -f "libvirtd" | while read -r p; do [ "$(readlink "/proc/$p/ns/mnt")" = "$(inside readlink /proc/self/ns/mnt)" ] && [ "$(cat "/proc/$p/comm")" = libvirtd ] && echo "$p"; done | head -n 1)
measure() { # TITLE TICKS SECONDS
    local a l; a=$(cpu_ms "$agent_pid"); l=$(cpu_ms "$libvirtd_pid"); sleep "$3"
    awk -v t="$1" -v n="$2" -v s="$3" -v a="$a" -v b="$(cpu_ms "$agent_pid")" -v l="$l" -v m="$(cpu_ms "$libvirtd_pid")" -v r="$(rss_mb "$agent_pid")" \
        'BEGIN {printf "%s: agent %.2f ms CPU, libvirtd %.2f ms per second, agent RSS %.1f MB\n", t, (b - a) / n, (m - l) / s, r}'
}

if [ "$what" = all ]; then
    # The same rhythm with and without the slow tier: the difference is the slow tick, whatever else goes on beside it.
    start_agent --set Sampling:FastInterval=5s --set Sampling:SlowMax=60m --set Sampling:SlowInterval=60m
    measure "fast tier alone, each 5 s, per tick" 8 40
    stop_agent
    start_agent --set Sampling:FastInterval=5s --set Sampling:SlowInterval=5s
    measure "both tiers, each 5 s, per fast and slow tick together" 8 40
    stop_agent
fi
start_agent "${acting[@]}"
[ "$what" != all ] || measure "defaults (2 s and 15 s), per fast tick" 30 60

follow() { # COMMAND...: what virtctl follows; each line goes to $work/events with the time it came
    inside "$bin/VirtAgents.Cli/release/virtctl" "$@" -o json >"$work/follow" 2>/dev/null &
    tail -n +1 -F "$work/follow" 2>/dev/null | while read -r line; do echo "$EPOCHREALTIME $line"; done >"$work/events" &
    sleep 3
}
if [ "$what" = remedies ]; then
    follow directive watch; wanted='"kind":"start".*"vm":"VM".*"state":"\(accepted\|running\|done\)"'; title="the start accepted by the agent"
else
    follow events --follow; wanted='"vm":"VM".*"kind":"vm-crashed"'; title="vm-crashed at virtctl"
fi
for i in $(seq "$kills"); do
    pattern=${wanted/VM/b$i}
    pid=$("$bed/vm.sh" pid b1 "b$i"); start=$EPOCHREALTIME; kill -9 "$pid"
    until grep -q "$pattern" "$work/events"; do sleep 0.05; done
    seen=$(grep -m 1 "$pattern" "$work/events" | cut -d' ' -f1)
    echo "$seen $start" | awk '{printf "%.0f\n", ($1 - $2) * 1000}' >>"$work/latency"; sleep "0.$((RANDOM % 9 + 1))"
done
sort -n "$work/latency" | awk -v t="$title" '{v[NR] = $1} END {printf "kill -9 of QEMU to %s: min %d ms, median %d ms, max %d ms (%d kills)\n", t, v[1], v[int((NR + 1) / 2)], v[NR], NR}'
if [ "$what" = remedies ]; then
    sleep 5; inside "$bin/VirtAgents.Cli/release/virtctl" vms -o json | grep -c '"state": "running"' | awk -v v="$vms" '{printf "VMs that run: %d of %d\n", $1, v}'
else
    grep -o '"kind":"vm-crashed"' "$work/events" | wc -l | awk -v k="$kills" '{printf "crashes told: %d of %d\n", $1, k}'
fi
