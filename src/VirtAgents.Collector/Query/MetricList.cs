using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using SubjectKind = VirtAgents.Core.Model.SubjectKind;

namespace VirtAgents.Collector.Query;

/// <summary>Says what can be queried.</summary>
internal static class MetricList
{
    public static ListMetricsResponse All { get; } = new()
    {
        Metrics =
        {
            MetricCatalogue.All.OrderBy(m => m.Id.Value).Select(ToMessage),
            DerivedCatalogue.All.Select(ToMessage),
        },
    };

    private static MetricDescription ToMessage(MetricDefinition metric) => new()
    {
        Name = metric.Name,
        Subject = SubjectName(metric.Kind),
        Shape = metric.Shape switch { MetricShape.Counter => "counter", MetricShape.State => "state", _ => "gauge" },
        Unit = metric.Unit,
        Source = metric.Source,
    };

    private static MetricDescription ToMessage(DerivedMetric metric) => new()
    {
        Name = metric.Name,
        Subject = SubjectName(metric.Kind),
        Shape = "derived",
        Unit = metric.Unit,
        Source = metric.Formula,
    };

    private static string SubjectName(SubjectKind kind) => kind switch
    {
        SubjectKind.Host => "host",
        SubjectKind.Vm => "vm",
        SubjectKind.VmDisk => "vm_disk",
        SubjectKind.VmInterface => "vm_interface",
        SubjectKind.Pool => "pool",
        SubjectKind.HostDisk => "host_disk",
        SubjectKind.HostInterface => "host_interface",
        SubjectKind.Agent => "agent",
        SubjectKind.Volume => "volume",
        _ => throw new InvalidOperationException($"no name for subjects of kind {kind}"),
    };
}
