using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when VMs begin to wait for the CPU of a host or the disks of a pool without one that is to blame, and when that is over. Not thread-safe.</summary>
/// <remarks>
/// It is over after <see cref="NeighbourWatch.CalmWindows"/> windows in which it does not hold, those in which too little is known not counted, or when no VM is seen there for
/// <see cref="PeerWatch.ForgetMs"/>.
/// </remarks>
public sealed class ScarcityWatch
{
    private readonly Dictionary<(bool IsCpu, string Place), Standing> _standings = [];

    /// <summary>Hosts, for their CPU, and pools, for their disks, that VMs wait for.</summary>
    public IReadOnlySet<(bool IsCpu, string Place)> Places => _standings.Keys.ToHashSet();

    /// <summary>Takes a snapshot of each window, once.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="places">What <see cref="ScarcityJudge"/> says.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<Scarcity> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        List<PeerNews> news = [];
        foreach (Scarcity place in places)
        {
            if (_standings.TryGetValue((place.IsCpu, place.Place), out Standing? standing))
            {
                GoOn(timeUnixMs, place, standing, news);
            }
            else if (place.IsScarce)
            {
                Standing begun = new(place.IsCpu, place.Place, place.Waiting[0].Host) { SeenUnixMs = timeUnixMs, Claims = ClaimsOf(place) };
                _standings[(place.IsCpu, place.Place)] = begun;
                news.Add(begun.Told(timeUnixMs, place.Describe()));
            }
        }

        foreach (Standing gone in _standings.Values.Where(s => timeUnixMs - s.SeenUnixMs > PeerWatch.ForgetMs).ToArray())
        {
            End(timeUnixMs, gone, "its VMs are not seen any more", news);
        }

        return news;
    }

    private void GoOn(long timeUnixMs, Scarcity place, Standing standing, List<PeerNews> news)
    {
        standing.SeenUnixMs = timeUnixMs;
        standing.Calm = place.IsScarce ? 0 : place.IsKnown ? standing.Calm + 1 : standing.Calm;
        if (standing.Calm >= NeighbourWatch.CalmWindows)
        {
            End(timeUnixMs, standing, "few wait any more, or what they wait for is told", news);
            return;
        }

        // An agent that was away put in doubt what was told of its host.
        int claims = ClaimsOf(place);
        if (place.IsScarce && claims != standing.Claims)
        {
            standing.Claims = claims;
            news.Add(standing.Told(timeUnixMs, place.Describe()));
        }
    }

    private void End(long timeUnixMs, Standing standing, string evidence, List<PeerNews> news)
    {
        _standings.Remove((standing.IsCpu, standing.Place));
        news.Add(standing.Over(timeUnixMs, evidence));
    }

    private static int ClaimsOf(Scarcity place) => place.Vms.Sum(v => v.Claims);

    /// <summary>A host or pool for which VMs wait, told by one of its hosts.</summary>
    private sealed class Standing(bool isCpu, string place, HostId teller)
    {
        public bool IsCpu => isCpu;

        public string Place => place;

        public required long SeenUnixMs { get; set; }

        public required int Claims { get; set; }

        public int Calm { get; set; }

        private string Device => isCpu ? "" : place[(place.LastIndexOf('/') + 1)..];

        public PeerNews Told(long timeUnixMs, string evidence) =>
            new(teller, new(isCpu ? HostEventKind.HostSaturated : HostEventKind.PoolSlow, timeUnixMs, Device: Device, Evidence: evidence));

        public PeerNews Over(long timeUnixMs, string evidence) =>
            new(teller, new(isCpu ? HostEventKind.HostSaturationEnded : HostEventKind.PoolSlownessEnded, timeUnixMs, Device: Device, Evidence: evidence));
    }
}
