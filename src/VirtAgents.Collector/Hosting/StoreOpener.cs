using VirtAgents.Collector.Fleet;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Hosting;

/// <summary>Opens the store and recalls the fleet from it, before anything else starts.</summary>
internal sealed class StoreOpener(ITimeSeriesStore store, FleetMemory memory) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        await FleetLoader.LoadAsync(store, memory, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
