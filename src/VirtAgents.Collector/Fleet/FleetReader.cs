using VirtAgents.Collector.Ingest;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Fleet;

/// <summary>Reads the fleet from the grains.</summary>
internal sealed class FleetReader(IGrainFactory grains, EventFeed feed) : IFleetReader
{
    public async ValueTask<IReadOnlyList<HostView>> HostsAsync(CancellationToken cancellationToken)
    {
        Guid[] hosts = await grains.GetGrain<IClusterGrain>(0).HostsAsync().AsTask().WaitAsync(cancellationToken);
        HostView?[] views = await Task.WhenAll(hosts.Select(h => grains.GetGrain<IHostGrain>(h).ViewAsync().AsTask())).WaitAsync(cancellationToken);
        return FollowVms([.. views.OfType<HostView>().OrderBy(v => v.Host.Name, StringComparer.Ordinal).ThenBy(v => v.Host.Id.Value)]);
    }

    public IAsyncEnumerable<FleetEvent> EventsAsync(CancellationToken cancellationToken) => feed.Subscribe(cancellationToken);

    // A VM that moved is where it arrived; the host it left keeps no second entry of it.
    private static IReadOnlyList<HostView> FollowVms(HostView[] views)
    {
        HashSet<VmId> arrived = [.. views.SelectMany(v => v.Vms).Where(v => v.State is not (VmState.MigratedAway or VmState.Gone)).Select(v => v.Info.Id)];
        return [.. views.Select(v => v.Vms.Any(vm => HasMoved(vm, arrived)) ? v with { Vms = [.. v.Vms.Where(vm => !HasMoved(vm, arrived))] } : v)];
    }

    private static bool HasMoved(VmView vm, HashSet<VmId> arrived) => vm.State == VmState.MigratedAway && arrived.Contains(vm.Info.Id);
}
