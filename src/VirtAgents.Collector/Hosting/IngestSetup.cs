using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Sessions;
using VirtAgents.Collector.Witnesses;

namespace VirtAgents.Collector.Hosting;

/// <summary>The way of a message from its stream to the store.</summary>
internal static class IngestSetup
{
    /// <summary>What has to be there before the silo.</summary>
    public static void AddStoreAccess(this IServiceCollection services)
    {
        services.AddSingleton<FleetMemory>();
        services.AddSingleton<FleetTopology>();
        services.AddHostedService<StoreOpener>();
    }

    /// <summary>What needs the silo. The order of the hosted services is the order they start in; they stop in reverse.</summary>
    public static void AddIngest(this IServiceCollection services)
    {
        services.AddSingleton<CollectorMetrics>();
        services.AddSingleton<StoreStatus>();
        services.AddSingleton<SampleSetPool>();
        services.AddSingleton<SequenceLedger>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<BatchCommitter>();
        services.AddSingleton<BatchWriter>();
        services.AddSingleton<HostAdmission>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<MassSilenceState>();
        services.AddSingleton<AgentConnections>();
        services.AddSingleton<SessionParts>();
        services.AddSingleton<IFleetReader, FleetReader>();
        services.AddHostedService(provider => provider.GetRequiredService<BatchWriter>());
        services.AddHostedService<FleetStarter>();
        services.AddHostedService<RetentionJob>();
        services.AddHostedService<StoreUpkeepJob>();
        services.AddHostedService<SilenceWatch>();
        services.AddWitnesses();
        services.AddHostedService<DrainCoordinator>();
    }
}
