using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Collector.Anomalies;

/// <summary>What is learnt of VMs.</summary>
internal static class AnomalySetup
{
    public static void AddAnomalies(this IServiceCollection services, AnomalySettings settings) =>
        services.AddSingleton(provider => Make(settings, provider.GetRequiredService<CollectorMetrics>()));

    private static VmBaselines Make(AnomalySettings settings, CollectorMetrics metrics)
    {
        VmBaselines baselines = new(settings.Vms);
        metrics.Observe("virtcollector.anomalies.learnt", "{vm}", "VMs of which something is learnt", () => baselines.Count);
        metrics.Observe("virtcollector.anomalies.left.out", "{vm}", "VMs that run and are not learnt, since there is no room or another host tells of them as well", () => baselines.LeftOut);
        return baselines;
    }
}
