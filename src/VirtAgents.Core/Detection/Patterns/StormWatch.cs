using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when the start of many VMs at once makes a host short of CPU or disk, and when that is over. Not thread-safe.</summary>
/// <remarks>
/// It is over after <see cref="CalmWindows"/> windows in which few wait, those in which too little is known not counted; <see cref="StormJudge.EffectMs"/> after the last start, since what
/// waits then waits for something else; or when no VM is seen there for <see cref="PeerWatch.ForgetMs"/>.
/// </remarks>
public sealed class StormWatch
{
    /// <summary>Windows in a row without waiting after which it is over.</summary>
    public const int CalmWindows = 2;

    private readonly Dictionary<HostId, Standing> _standings = [];

    /// <summary>Hosts, for their CPU, and pools, for their disks, that are scarce by the start of VMs.</summary>
    public IReadOnlySet<(bool IsCpu, string Place)> Places => _standings.Values.SelectMany(s => s.Places).ToHashSet();

    /// <summary>Takes a snapshot of each window, once.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="storms">What <see cref="StormJudge"/> says.</param>
    /// <param name="scarce">Where VMs waited before (<see cref="ScarcityWatch.Places"/>): who starts there is not the cause.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<Storm> storms, IReadOnlySet<(bool IsCpu, string Place)> scarce)
    {
        ArgumentNullException.ThrowIfNull(storms);
        ArgumentNullException.ThrowIfNull(scarce);
        List<PeerNews> news = [];
        foreach (Storm storm in storms)
        {
            HostId host = storm.Vms[0].Vm.Host;
            if (_standings.TryGetValue(host, out Standing? standing))
            {
                GoOn(timeUnixMs, host, storm, standing, news);
            }
            else if (storm.IsStorm && !storm.IsOldNews(scarce))
            {
                _standings[host] = new() { SeenUnixMs = timeUnixMs, Claims = ClaimsOf(storm), Places = [.. storm.Places] };
                news.Add(Told(timeUnixMs, host, storm));
            }
        }

        foreach (HostId gone in _standings.Where(s => timeUnixMs - s.Value.SeenUnixMs > PeerWatch.ForgetMs).Select(s => s.Key).ToArray())
        {
            End(timeUnixMs, gone, "its VMs are not seen any more", news);
        }

        return news;
    }

    private void GoOn(long timeUnixMs, HostId host, Storm storm, Standing standing, List<PeerNews> news)
    {
        standing.SeenUnixMs = timeUnixMs;
        standing.Calm = storm.DoWait ? 0 : storm.IsKnown ? standing.Calm + 1 : standing.Calm;
        if (standing.Calm >= CalmWindows)
        {
            End(timeUnixMs, host, "few wait any more", news);
            return;
        }

        if (!storm.AreMany)
        {
            End(timeUnixMs, host, "who waits now does not wait for VMs that start", news);
            return;
        }

        if (!storm.DoWait)
        {
            return; // until it is told again, the claims stay those of the time when it was
        }

        if (IsInDoubt(storm, standing))
        {
            news.Add(Told(timeUnixMs, host, storm));
        }

        (standing.Claims, standing.Places) = (ClaimsOf(storm), [.. standing.Places, .. storm.Places]);
    }

    private void End(long timeUnixMs, HostId host, string evidence, List<PeerNews> news)
    {
        _standings.Remove(host);
        news.Add(new(host, new(HostEventKind.HostBootStormEnded, timeUnixMs, Evidence: evidence)));
    }

    private static PeerNews Told(long timeUnixMs, HostId host, Storm storm) =>
        new(host, new(HostEventKind.HostBootStorm, timeUnixMs, Evidence: storm.Describe()));

    // An agent that was away put in doubt what was told of its host, which shows with all of its VMs; those that start show by themselves.
    private static bool IsInDoubt(Storm storm, Standing standing)
    {
        StartedVm[] known = [.. storm.Vms.Where(v => standing.Claims.ContainsKey(v.Vm.Id))];
        return known.Length > 0 && known.All(v => standing.Claims[v.Vm.Id] != v.Vm.Claims);
    }

    private static Dictionary<VmId, int> ClaimsOf(Storm storm) => storm.Vms.ToDictionary(v => v.Vm.Id, v => v.Vm.Claims);

    /// <summary>A host whose VMs wait since many of them began.</summary>
    private sealed class Standing
    {
        public required long SeenUnixMs { get; set; }

        public required Dictionary<VmId, int> Claims { get; set; }

        public required HashSet<(bool IsCpu, string Place)> Places { get; set; }

        public int Calm { get; set; }
    }
}
