using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Twins;

/// <summary>What a VM must not do on two hosts.</summary>
public enum TwinTrouble
{
    /// <summary>It runs on both: what they write to its disks destroys them, unless something locks those.</summary>
    Runs = 0,

    /// <summary>It is up on one, and starts with the other one when that boots.</summary>
    Starts = 1,
}

/// <summary>Tells when VMs run, or would start, on a second host, and when that is over. Not thread-safe.</summary>
/// <remarks>
/// That it runs twice has to be seen for <see cref="RunsHoldMs"/>, with reports of each host that are newer by <see cref="ReportsMs"/> than those with which it was seen first: in a migration the
/// word of one host may be late. What is unknown neither begins nor ends anything. It is told again each <see cref="AgainMs"/>, so that it is known to hold.
/// </remarks>
/// <param name="told">What was told before and not ended, each with the host it was told of.</param>
public sealed class TwinWatch(IEnumerable<(VmId Vm, TwinTrouble Trouble, HostId Host)> told)
{
    /// <summary>How long a VM must be seen running twice before it is told, milliseconds.</summary>
    public const long RunsHoldMs = 60_000;

    /// <summary>How much newer the reports of its hosts must be by then, by their own clocks, milliseconds.</summary>
    public const long ReportsMs = 45_000;

    /// <summary>How long it must be that a VM would start twice before it is told, milliseconds: somebody may be moving it.</summary>
    public const long StartsHoldMs = 600_000;

    /// <summary>After so long it is told again, milliseconds.</summary>
    public const long AgainMs = 3_600_000;

    private readonly Dictionary<(VmId Vm, TwinTrouble Trouble), Standing> _standings = told.DistinctBy(t => (t.Vm, t.Trouble)).ToDictionary(t => (t.Vm, t.Trouble), t => new Standing(t.Host, "", 0, [], 0));

    /// <summary>Takes a snapshot.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="vms">Every VM that several hosts tell of, each once.</param>
    /// <returns>What began, what goes on and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<TwinLook> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        List<PeerNews> news = [];
        HashSet<(VmId, TwinTrouble)> gone = [.. _standings.Keys];
        foreach (TwinLook vm in vms)
        {
            gone.Remove((vm.Vm, TwinTrouble.Runs));
            gone.Remove((vm.Vm, TwinTrouble.Starts));
            Step(timeUnixMs, vm, TwinTrouble.Runs, vm.RunsTwice, news);
            Step(timeUnixMs, vm, TwinTrouble.Starts, vm.StartsTwice, news);
        }

        foreach ((VmId vm, TwinTrouble trouble) in gone)
        {
            End(timeUnixMs, vm, "", trouble, "only one host tells of it any more", news);
        }

        return news;
    }

    private void Step(long timeUnixMs, TwinLook vm, TwinTrouble trouble, bool? holds, List<PeerNews> news)
    {
        Standing? known = _standings.GetValueOrDefault((vm.Vm, trouble));
        if (holds == true)
        {
            Hold(timeUnixMs, vm, trouble, known, news);
        }
        else if (holds == false)
        {
            End(timeUnixMs, vm.Vm, vm.Name, trouble, trouble == TwinTrouble.Runs ? "it runs on one host at most" : "it would not start on a second host", news);
        }
        else if (known is { ToldUnixMs: null })
        {
            _standings.Remove((vm.Vm, trouble));
        }
    }

    private void Hold(long timeUnixMs, TwinLook vm, TwinTrouble trouble, Standing? known, List<PeerNews> news)
    {
        Standing standing = known is null || (known.ToldUnixMs is null && !IsSame(known, vm, trouble)) ? new(HostOf(vm, trouble), vm.Name, timeUnixMs, ReportsOf(vm, trouble), null) : known;
        bool isDue = standing.ToldUnixMs is { } last ? timeUnixMs - last >= AgainMs : HasHeld(timeUnixMs, vm, trouble, standing);
        _standings[(vm.Vm, trouble)] = isDue ? standing with { Name = vm.Name, ToldUnixMs = timeUnixMs } : standing;
        if (isDue)
        {
            news.Add(new(standing.Host, new(trouble == TwinTrouble.Runs ? HostEventKind.VmRunsTwice : HostEventKind.VmStartsTwice, timeUnixMs, vm.Vm, vm.Name, Evidence: Describe(vm, trouble))));
        }
    }

    private void End(long timeUnixMs, VmId vm, string name, TwinTrouble trouble, string evidence, List<PeerNews> news)
    {
        if (_standings.Remove((vm, trouble), out Standing? standing) && standing.ToldUnixMs is not null)
        {
            news.Add(new(standing.Host, new(trouble == TwinTrouble.Runs ? HostEventKind.VmRunsOnce : HostEventKind.VmStartsOnce, timeUnixMs, vm, name.Length > 0 ? name : standing.Name, Evidence: evidence)));
        }
    }

    // The hosts it runs on may have changed: then it was migrated, and what was seen first says nothing.
    private static bool IsSame(Standing standing, TwinLook vm, TwinTrouble trouble) =>
        trouble == TwinTrouble.Starts ? standing.Host == HostOf(vm, trouble) : vm.Running.Select(s => s.Host).SequenceEqual(standing.Reports.Select(r => r.Host));

    private static bool HasHeld(long timeUnixMs, TwinLook vm, TwinTrouble trouble, Standing standing) => trouble == TwinTrouble.Starts
        ? timeUnixMs - standing.SinceUnixMs >= StartsHoldMs
        : timeUnixMs - standing.SinceUnixMs >= RunsHoldMs && vm.Running.Zip(standing.Reports).All(s => s.First.ReportUnixMs - s.Second.ReportUnixMs >= ReportsMs);

    private static HostId HostOf(TwinLook vm, TwinTrouble trouble) => trouble == TwinTrouble.Runs ? vm.Running.First().Host : vm.Sleeper!.Value.Host;

    private static (HostId Host, long ReportUnixMs)[] ReportsOf(TwinLook vm, TwinTrouble trouble) => trouble == TwinTrouble.Runs ? [.. vm.Running.Select(s => (s.Host, s.ReportUnixMs))] : [];

    private static string Describe(TwinLook vm, TwinTrouble trouble) => trouble == TwinTrouble.Runs
        ? $"it runs on {string.Join(" and on ", vm.Running.Select(s => s.HostName))}"
        : $"it is up on {vm.Sides.First(s => VmStates.IsInMemory(s.State)).HostName}, and off on {vm.Sleeper!.Value.HostName} with autostart: it starts there too when that host boots";

    /// <summary>What is or may be wrong with a VM, and whether that was told.</summary>
    private sealed record Standing(HostId Host, string Name, long SinceUnixMs, (HostId Host, long ReportUnixMs)[] Reports, long? ToldUnixMs);
}
