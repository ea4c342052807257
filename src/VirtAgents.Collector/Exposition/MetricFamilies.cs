using System.Text.Json;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;
using VmState = VirtAgents.Core.Model.VmState;
using VmStateReason = VirtAgents.Core.Model.VmStateReason;

namespace VirtAgents.Collector.Exposition;

/// <summary>
/// Every metric of /metrics that tells of hosts and VMs, in the order of the page. The collector's own figures begin with
/// <c>virtcollector_</c>, those of the runtime with <c>dotnet_</c>: no name can be there twice.
/// </summary>
/// <remarks>
/// Volumes are left out: a host may have thousands, whose names come and go, and Prometheus keeps a series for each.
/// The API lists them.
/// </remarks>
internal static class MetricFamilies
{
    /// <summary>Places behind the decimal point of a ratio; raw value = ratio times a million.</summary>
    private const int RatioDecimals = 6;

    // Before all that follows, which adds itself.
    private static readonly List<MetricFamily> Families = [];

    public static readonly MetricFamily StoreReadable = Gauge(
        "virtagents_store_readable", "1 = the newest values could be read for this page, 0 = they could not, so that all sampled values are missing");

    public static readonly MetricFamily HostInfo = Gauge("host_info", "What does not change often about a host; always 1");
    public static readonly MetricFamily AgentStatus = Gauge("virtagents_agent_status", $"What the collector knows of the agent of a host: {Numbers<AgentStatus>("not known")}");
    public static readonly MetricFamily HypervisorStatus = Gauge("host_hypervisor_status", $"What the agent says of the hypervisor of a host: {Numbers<HypervisorStatus>("not known")}");
    public static readonly MetricFamily HostLastReport = Gauge("host_last_report_timestamp_seconds", "Time of the newest report of a host, by its clock", decimals: 3);
    public static readonly MetricFamily HostCpu = Gauge("host_cpu_usage_ratio", "CPU time in use over the last interval, of all pCPUs", RatioDecimals);
    public static readonly MetricFamily HostMemory = Gauge("host_memory_usage_ratio", "Memory in use, of the physical memory", RatioDecimals);

    public static readonly MetricFamily VmInfo = Gauge("vm_info", "What does not change often about a VM; always 1");
    public static readonly MetricFamily VmStateCode = Concluded(Metric.VmStateCode, $"State of a VM as the collector concludes it: {Numbers<VmState>("unknown")}");
    public static readonly MetricFamily VmReasonCode = Concluded(Metric.VmStateReasonCode, $"Why a VM is in its state: {Numbers<VmStateReason>("unspecified")}");
    public static readonly MetricFamily VmCpu = Gauge("vm_cpu_usage_ratio", "CPU time of a VM over the last interval, of its vCPUs; may be a little over 1", RatioDecimals);
    public static readonly MetricFamily VmSteal = Gauge("vm_cpu_steal_ratio", "Time a VM was ready but waited for a pCPU over the last interval, of its vCPUs", RatioDecimals);
    public static readonly MetricFamily VmMemory = Gauge("vm_memory_usage_ratio", "Memory the operating system of a VM uses, of what it sees", RatioDecimals);

    private static readonly MetricFamily?[] ByNumber = Sampled();

    /// <summary>All of them, by index.</summary>
    public static IReadOnlyList<MetricFamily> All => Families;

    /// <summary>The family of a sampled metric; null when it has none.</summary>
    public static MetricFamily? Of(MetricId metric) => metric.Value < ByNumber.Length ? ByNumber[metric.Value] : null;

    private static MetricFamily?[] Sampled()
    {
        var families = new MetricFamily?[MetricCatalogue.All.Max(m => m.Id.Value) + 1];
        foreach (MetricDefinition metric in MetricCatalogue.All.Where(m => m.Kind != SubjectKind.Volume).OrderBy(m => m.Id.Value))
        {
            families[metric.Id.Value] = metric.Id == Metric.VmStateCode ? VmStateCode : metric.Id == Metric.VmStateReasonCode ? VmReasonCode : Add(metric);
        }

        return families;
    }

    private static MetricFamily Add(MetricDefinition metric)
    {
        bool counter = metric.Shape == MetricShape.Counter;
        var family = new MetricFamily(Families.Count, metric.Name, counter ? "counter" : "gauge", HelpOf(metric))
        {
            Decimals = FixedPoint.DecimalsOf(metric),
            Unsigned = counter,
            Sampled = metric,
        };
        Families.Add(family);
        return family;
    }

    private static string HelpOf(MetricDefinition metric) => metric.Shape == MetricShape.State
        ? $"1 = it works, 0 = it has failed; from {metric.Source}"
        : $"In {metric.Unit}, from {metric.Source}";

    private static MetricFamily Gauge(string name, string help, int decimals = 0)
    {
        var family = new MetricFamily(Families.Count, name, "gauge", help) { Decimals = decimals };
        Families.Add(family);
        return family;
    }

    // What an agent sampled last says nothing while it is away.
    private static MetricFamily Concluded(MetricId id, string help)
    {
        MetricDefinition metric = MetricCatalogue.Find(id)!;
        var family = new MetricFamily(Families.Count, metric.Name, "gauge", help) { Sampled = metric, IsConcluded = true };
        Families.Add(family);
        return family;
    }

    private static string Numbers<T>(string zero)
        where T : struct, Enum =>
        string.Join(", ", Enum.GetValues<T>().Select(value => Convert.ToInt32(value, null)).Select(number =>
            $"{number} {(number == 0 ? zero : JsonNamingPolicy.KebabCaseLower.ConvertName(Enum.GetName(typeof(T), number)!))}"));
}
