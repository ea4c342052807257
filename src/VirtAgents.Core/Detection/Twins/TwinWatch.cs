using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Twins;

/// <summary>Tells when VMs run, or would start, on a second host, and when that is over. Not thread-safe.</summary>
/// <remarks>
/// That it runs twice has to be seen for <see cref="RunsHoldMs"/>, with reports of each host that are newer by <see cref="ReportsMs"/> than those with which it was seen first: in a migration the
/// word of one host may be late. What is unknown neither begins nor ends anything.
/// </remarks>
/// <param name="holding">What holds by incidents of before; only what this tells is taken.</param>
public sealed class TwinWatch(IEnumerable<Finding> holding)
{
    /// <summary>How long a VM must be seen running twice before it is told, milliseconds.</summary>
    public const long RunsHoldMs = 60_000;

    /// <summary>How much newer the reports of its hosts must be by then, by their own clocks, milliseconds.</summary>
    public const long ReportsMs = 45_000;

    /// <summary>How long it must be that a VM would start twice before it is told, milliseconds: somebody may be moving it.</summary>
    public const long StartsHoldMs = 600_000;

    private readonly Dictionary<(VmId Vm, FindingKind Kind), Standing> _standings = holding
        .Where(f => f.IsActive && f.Key.Kind is FindingKind.VmRunsTwice or FindingKind.VmStartsTwice)
        .ToDictionary(f => (new VmId(Guid.Parse(f.Key.Element.Id)), f.Key.Kind), f => new Standing(new HostId(Guid.Parse(f.HostId)), f.Name, 0, []) { IsTold = true });

    /// <summary>Takes a snapshot.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="vms">Every VM that several hosts tell of, each once.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<TwinLook> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        List<PeerNews> news = [];
        HashSet<VmId> gone = [.. _standings.Keys.Select(k => k.Vm)];
        foreach (TwinLook vm in vms)
        {
            gone.Remove(vm.Vm);
            Step(timeUnixMs, vm, FindingKind.VmRunsTwice, vm.RunsTwice, news);
            Step(timeUnixMs, vm, FindingKind.VmStartsTwice, vm.StartsTwice, news);
        }

        foreach ((VmId Vm, FindingKind) key in _standings.Keys.Where(k => gone.Contains(k.Vm)))
        {
            End(timeUnixMs, key, "one host tells of it at most", news);
        }

        return news;
    }

    private void Step(long timeUnixMs, TwinLook vm, FindingKind kind, bool? holds, List<PeerNews> news)
    {
        Standing? known = _standings.GetValueOrDefault((vm.Vm, kind));
        if (holds == true && known is not { IsTold: true })
        {
            Hold(timeUnixMs, vm, kind, known, news);
        }
        else if (holds == false)
        {
            End(timeUnixMs, (vm.Vm, kind), kind == FindingKind.VmRunsTwice ? "it runs on one host at most" : "it would not start on a second host", news);
        }
        else if (holds is null && known is { IsTold: false })
        {
            _standings.Remove((vm.Vm, kind));
        }
    }

    private void Hold(long timeUnixMs, TwinLook vm, FindingKind kind, Standing? known, List<PeerNews> news)
    {
        // Where the hosts have changed it was moved, and what was seen first says nothing.
        TwinSide[] sides = kind == FindingKind.VmRunsTwice ? [.. vm.Running] : [vm.Sleeper!];
        Standing standing = known is not null && known.First.Select(s => s.Host).SequenceEqual(sides.Select(s => s.Host)) ? known : new(sides[0].Host, vm.Name, timeUnixMs, sides);
        bool isTold = kind == FindingKind.VmRunsTwice
            ? timeUnixMs - standing.SinceUnixMs >= RunsHoldMs && sides.Zip(standing.First).All(s => s.First.ReportUnixMs - s.Second.ReportUnixMs >= ReportsMs)
            : timeUnixMs - standing.SinceUnixMs >= StartsHoldMs;
        _standings[(vm.Vm, kind)] = standing with { IsTold = isTold };
        if (isTold)
        {
            news.Add(NewsOf(timeUnixMs, vm.Vm, standing, kind == FindingKind.VmRunsTwice ? HostEventKind.VmRunsTwice : HostEventKind.VmStartsTwice, Describe(vm, kind)));
        }
    }

    private void End(long timeUnixMs, (VmId Vm, FindingKind Kind) key, string evidence, List<PeerNews> news)
    {
        if (_standings.Remove(key, out Standing? standing) && standing.IsTold)
        {
            news.Add(NewsOf(timeUnixMs, key.Vm, standing, key.Kind == FindingKind.VmRunsTwice ? HostEventKind.VmRunsOnce : HostEventKind.VmStartsOnce, evidence));
        }
    }

    private static PeerNews NewsOf(long timeUnixMs, VmId vm, Standing standing, HostEventKind kind, string evidence) =>
        new(standing.Host, new(kind, timeUnixMs, vm, standing.Name, Evidence: evidence));

    private static string Describe(TwinLook vm, FindingKind kind) => kind == FindingKind.VmRunsTwice
        ? $"it runs on {string.Join(" and on ", vm.Running.Select(s => s.HostName))}"
        : $"it is up on {vm.Sides.First(s => VmStates.IsInMemory(s.State)).HostName}, and off on {vm.Sleeper!.HostName} with autostart: it starts there too when that host boots";

    /// <summary>What is or may be wrong with a VM.</summary>
    private sealed record Standing(HostId Host, string Name, long SinceUnixMs, TwinSide[] First)
    {
        public bool IsTold { get; init; }
    }
}
