using VirtAgents.Core.Detection;
using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Fleet;

/// <summary>Reads from the store what a restarted collector should know: hosts, last states, unfinished migrations.</summary>
internal static class FleetLoader
{
    private const int PageLength = 10_000;

    // Far more than hosts times VMs of one collector; it only bounds the time a start takes.
    private const int MostPages = 50;

    private static readonly HostEventKind[] HostKinds =
        [HostEventKind.HypervisorLost, HostEventKind.HypervisorRestored, HostEventKind.HostSuspected, HostEventKind.HostRecovered];

    private static readonly HostEventKind[] MigrationKinds = [HostEventKind.VmMigratedIn, HostEventKind.VmMigratedOut, HostEventKind.VmMigrated];

    private static readonly HostEventKind[] StateKinds =
    [
        HostEventKind.VmStarted, HostEventKind.VmStopped, HostEventKind.VmCrashed, HostEventKind.VmPanicked, HostEventKind.VmPaused,
        HostEventKind.VmResumed, HostEventKind.VmRebooted, HostEventKind.VmDefined, HostEventKind.VmUndefined, HostEventKind.VmMigratedIn,
        HostEventKind.VmMigratedOut, HostEventKind.VmStuck, HostEventKind.VmUnstuck, HostEventKind.VmObserved, HostEventKind.VmKnownAgain,
    ];

    public static async ValueTask LoadAsync(ITimeSeriesStore store, FleetMemory memory, CancellationToken cancellationToken)
    {
        IReadOnlyList<HostSnapshot> snapshots = await store.HostsAsync(cancellationToken);
        Dictionary<(HostId, VmId), FleetEvent> states = await LastStatesAsync(store, snapshots, cancellationToken);
        IReadOnlyList<FleetEvent> news = await store.EventsAsync(Newest(HostKinds, 0), cancellationToken);
        IReadOnlyList<FleetEvent> migrations = await store.EventsAsync(Newest(MigrationKinds, 0), cancellationToken);
        memory.Fill(snapshots.Select(s => Remember(s, states, news)), [.. migrations.OrderBy(m => m.Id)]);
    }

    private static async ValueTask<Dictionary<(HostId, VmId), FleetEvent>> LastStatesAsync(
        ITimeSeriesStore store, IReadOnlyList<HostSnapshot> snapshots, CancellationToken cancellationToken)
    {
        Dictionary<(HostId, VmId), FleetEvent> newest = [];
        HashSet<(HostId, VmId)> wanted = [.. snapshots.SelectMany(s => s.Inventory.Vms.Select(v => (s.Inventory.Host.Id, v.Id)))];
        long before = 0;
        for (int page = 0; page < MostPages && wanted.Count > 0; page++)
        {
            IReadOnlyList<FleetEvent> events = await store.EventsAsync(Newest(StateKinds, before), cancellationToken);
            foreach (FleetEvent line in events)
            {
                Take(newest, line);
            }

            wanted.ExceptWith(newest.Keys);
            long oldest = events.Count < PageLength ? 0 : events.Min(e => e.Event.TimeUnixMs) + 1;
            if (oldest == 0 || oldest == before)
            {
                break;
            }

            before = oldest;
        }

        return newest;
    }

    // Events that were overtaken have a later place in the feed but an earlier time, and the time decides.
    private static void Take(Dictionary<(HostId, VmId), FleetEvent> newest, FleetEvent line)
    {
        if (line.Event.Vm is { } vm && VmStates.IsKnown(line.Event.State)
            && (!newest.TryGetValue((line.HostId, vm), out FleetEvent? known)
                || (known.Event.TimeUnixMs, known.Id).CompareTo((line.Event.TimeUnixMs, line.Id)) < 0))
        {
            newest[(line.HostId, vm)] = line;
        }
    }

    private static RememberedHost Remember(
        HostSnapshot snapshot, Dictionary<(HostId Host, VmId Vm), FleetEvent> states, IReadOnlyList<FleetEvent> news)
    {
        HostId id = snapshot.Inventory.Host.Id;
        Dictionary<VmId, FleetEvent> own = [];
        foreach (VmInfo vm in snapshot.Inventory.Vms)
        {
            if (states.TryGetValue((id, vm.Id), out FleetEvent? state))
            {
                own.Add(vm.Id, state);
            }
        }

        return new(
            snapshot,
            own,
            Last(news, id, HostEventKind.HypervisorLost, HostEventKind.HypervisorRestored),
            Last(news, id, HostEventKind.HostSuspected, HostEventKind.HostRecovered));
    }

    /// <summary>Whether the newest of two opposite events of a host was the first one.</summary>
    private static bool Last(IReadOnlyList<FleetEvent> news, HostId host, HostEventKind first, HostEventKind second) =>
        news.Where(e => e.HostId == host && (e.Event.Kind == first || e.Event.Kind == second)).MaxBy(e => e.Id)?.Event.Kind == first;

    private static EventQuery Newest(IReadOnlyList<HostEventKind> kinds, long before) => new(0, 0, before, null, null, kinds, PageLength, true);
}
