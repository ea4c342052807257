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

        text.Append("\n## Derived metrics\n\nComputed when they are asked for. Δ is the growth since the reading before, Δt the seconds since then. The mean over a\n")
            .Append("step is the sum of all numerators over the sum of all denominators, so it is exact. A zero denominator gives no value.\n")
            .Append("`vm_vcpus` counts as known for 15 minutes after its last reading.\n\n| Name | Of | Unit | Formula |\n|---|---|---|---|\n");
        foreach (DerivedMetric d in DerivedCatalogue.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{d.Name}` | {Title(d.Kind)} | {d.Unit} | {d.Formula} |\n");
        }

        return text.ToString();
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
