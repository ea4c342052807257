using System.Globalization;
using System.Text;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Metrics;

/// <summary>Writes docs/metrics.md from the catalogues.</summary>
internal static class MetricsDocument
{
    private const string Introduction =
        """
        # Metrics

        This page is generated from `MetricCatalogue` and `DerivedCatalogue`; a test fails when it does not agree with them
        and rewrites it when `VIRTAGENTS_REWRITE_DOCS=1` is set. The same list comes from `virtctl metrics` and `GET /v1/metrics`.

        ## Rules

        - Names and units are those of the columns below, always base units: seconds, bytes, counts; percent is 0 to 100.
        - A **counter** only grows, but may start anew. Growth is taken between two readings of the same host and boot; it is
          unknown at the first reading, when the counter got smaller, when the clock did not move forward, and after a gap of
          more than five intervals. Unknown is left out of an answer, it is never 0 and never guessed.
        - A counter that started anew between two readings and has already passed its old value cannot be told from growth.
        - A **state** is a number of an enumeration: `VmState` and `VmStateReason` of `protos/virtagents/v1/events.proto`; for
          `storage_pool_active` 1 = works, 0 = failed.
        - Numbers (first column) are part of the wire format and of the store and are never used for another metric. Metrics may
          be added.
        - Fast metrics are sampled every 2 s, slow ones every 15 s, unless configured otherwise. Pools and volumes are read every
          60 s, and each reading is in one slow sample.
        - The device of a series is the target of a disk, the MAC address of an interface, the name of a pool or host device, and
          `POOL/VOLUME` for a volume.
        - History of VMs, their disks and interfaces follows the VM from host to host.

        """;

    private const string Derived =
        """

        ## Derived metrics

        Computed when they are asked for, by the same code for the newest figure and for history. Δ is the growth since the reading
        before, Δt the seconds since then; a term in brackets is left out where it is unknown. The mean over a
        step is the sum of all numerators over the sum of all denominators, so it is exact. A zero denominator gives no value.
        `vm_vcpus`, `vm_host_pcpus` and `vm_memory_maximum_bytes` count as known for 15 minutes after their last reading on the same host and boot.

        | Name | Of | Unit | Formula |
        |---|---|---|---|

        """;

    private const string Meaning =
        """

        ### Why a value is unknown

        | Reason | When |
        |---|---|
        | `FIRST_READING` | growth needs two readings |
        | `COUNTER_RESET` | the counter got smaller: it started anew |
        | `OTHER_EPOCH` | the reading before is of another host or another start of its agent |
        | `CLOCK_WENT_BACK` | the clock of the host did not move forward between the readings |
        | `GAP_TOO_LONG` | more than five intervals between the readings |
        | `NOT_SAMPLED` | the newest sample does not have what it needs, or an input missed the reading before |
        | `STALE` | the guest no longer tells its memory figures; what the hypervisor keeps of them is of old |
        | `ZERO_DENOMINATOR` | a part of something of which there was none: no requests, no swap space |
        | `CONTRADICTION` | what was read contradicts itself, such as more free than there is |
        | `AGENT_AWAY` | nothing is told of the present while the agent is not connected |

        ### Memory of a VM

        What its operating system uses (`vm_memory_used_percent`) only the guest can tell, through its balloon driver, and only while
        `vm_memory_stats_unix_seconds` moves. `vm_memory_rss_percent` is another figure, of the host: how much of what the VM may have its process
        holds. It hardly shrinks when the guest frees memory, and it may be a little over 100, since the hypervisor itself needs some. One
        is never shown in place of the other; `memory_source` of a VM says which is the best one there is: `GUEST`, `HOST`, or none.

        ### Contention score of a VM

        `vm_contention_score` tells how much a VM lacks CPU that it wants now, because of others (steal) or of its own quota (throttling),
        from 0 (nothing) to 100:

            min(100, 5 × percent of its vCPU time that it was ready but waited or was held back)

        The factor makes 25 of a waiting time of 5 %, which operators take as a warning, 50 of 10 %, which is severe, and 100 of 20 % or more; beyond that a
        VM is starved and the difference says little. It is a share of all its vCPU time, not of the CPU time it used: an idle VM waits microseconds at each
        wake-up, which would be much of the little it uses.

        - Unknown (never 0) when steal or the number of vCPUs is unknown.
        - Throttling is left out where it is unknown (no CPU controller for the VM). Terms only add, so the score is then a lower bound: it may miss
          contention, it never invents any.
        - Disks and swap are not in it. Disk waits are counted by disk, and one score of both would hide which of the two it is:
          see `vm_disk_latency_ms` and `vm_memory_swap_in_bytes_per_second`.
        - Over a step it is the mean of the scores, weighted by time. Each is limited to 100 before, so a short starvation cannot
          outweigh a long quiet time.

        """;

    public static string Write()
    {
        StringBuilder text = new(Introduction.ReplaceLineEndings("\n"));
        text.Append("\n## Sampled metrics\n");
        foreach (IGrouping<SubjectKind, MetricDefinition> kind in MetricCatalogue.All.GroupBy(m => m.Kind).OrderBy(g => g.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {Title(kind.Key)}\n\n| No. | Name | Shape | Unit | Sampled | Source |\n|--:|---|---|---|---|---|\n");
            foreach (MetricDefinition m in kind.OrderBy(m => m.Id.Value))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {m.Id.Value} | `{m.Name}` | {m.Shape.ToString().ToLowerInvariant()} | {m.Unit} | {m.Tier.ToString().ToLowerInvariant()} | {m.Source} |\n");
            }
        }

        text.Append(Derived.ReplaceLineEndings("\n"));
        foreach (DerivedMetric d in DerivedCatalogue.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{d.Name}` | {Title(d.Kind)} | {d.Unit} | {d.Formula} |\n");
        }

        return text.Append(Meaning.ReplaceLineEndings("\n")).ToString();
    }

    private static string Title(SubjectKind kind) => kind switch
    {
        SubjectKind.Host => "Host",
        SubjectKind.Vm => "VM",
        SubjectKind.VmDisk => "Disk of a VM",
        SubjectKind.VmInterface => "Interface of a VM",
        SubjectKind.Pool => "Storage pool",
        SubjectKind.HostDisk => "Disk of a host",
        SubjectKind.HostInterface => "Interface of a host",
        SubjectKind.Agent => "Agent",
        SubjectKind.Volume => "Volume of a storage pool",
        _ => kind.ToString(),
    };
}
