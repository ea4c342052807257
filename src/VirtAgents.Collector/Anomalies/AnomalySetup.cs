using VirtAgents.Collector.Configuration;
using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Detection.Anomalies;

namespace VirtAgents.Collector.Anomalies;

/// <summary>What is learnt of VMs.</summary>
internal static class AnomalySetup
{
    /// <summary>Has to be there before the silo, whose grains go on with what was kept, and after the control database, where that is.</summary>
    public static void AddAnomalies(this IServiceCollection services, AnomalySettings settings)
    {
        services.AddSingleton(provider => Make(settings, provider.GetRequiredService<CollectorMetrics>()));
        services.AddSingleton<BaselineStore>();
        if (settings.IsEnabled)
        {
            services.AddHostedService<BaselineKeeper>();
        }
    }

    /// <summary>Has to be there after what takes the events.</summary>
    public static void AddPeerComparison(this IServiceCollection services, AnomalySettings settings)
    {
        if (settings.IsEnabled)
        {
            services.AddSingleton<PeerJob>();
            services.AddHostedService(provider => provider.GetRequiredService<PeerJob>());
            services.AddSingleton<NeighbourJob>();
            services.AddHostedService(provider => provider.GetRequiredService<NeighbourJob>());
            services.AddSingleton<PoolFillJob>();
            services.AddHostedService(provider => provider.GetRequiredService<PoolFillJob>());
        }
    }

    private static VmBaselines Make(AnomalySettings settings, CollectorMetrics metrics)
    {
        VmBaselines baselines = new(settings.Vms);
        metrics.Observe("virtcollector.anomalies.learnt", "{vm}", "VMs of which something is learnt", () => baselines.Count);
        metrics.Observe("virtcollector.anomalies.left.out", "{vm}", "VMs that run and are not learnt, since there is no room or another host tells of them as well", () => baselines.LeftOut);
        return baselines;
    }
}
