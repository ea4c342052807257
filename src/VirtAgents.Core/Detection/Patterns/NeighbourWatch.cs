using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Patterns;

/// <summary>Tells when a VM begins to take what others wait for and when that is over. Not thread-safe. Keeps something only of those that do.</summary>
/// <remarks>
/// It begins with a verdict of <see cref="NeighbourJudge.LeastConfidence"/>, and goes on while the VM has one of any confidence: what lasts does not go up and down together any
/// more. What is told names the pool as its device; without one it is about CPU. It is over after <see cref="CalmWindows"/> windows without, when the VM runs on another host, or is not seen for <see cref="PeerWatch.ForgetMs"/>. A window in which the
/// use of the VM, or of one that waited for it, is not known is neither. However many wait for it, it is told once.
/// </remarks>
public sealed class NeighbourWatch
{
    /// <summary>Windows in a row without a verdict after which it is over.</summary>
    public const int CalmWindows = 3;

    /// <summary>How long after the end of a window the samples of all hosts have arrived; milliseconds.</summary>
    public const long SettledMs = 90_000;

    private readonly Dictionary<VmId, Standing> _standings = [];

    /// <summary>Hosts, for their CPU, and pools, for their disks, of which one VM takes what others wait for.</summary>
    public IReadOnlySet<(bool IsCpu, string Place)> Blamed => _standings.Values.SelectMany(s => s.Places).ToHashSet();

    /// <summary>Number of the newest window that ended so long ago that what was sampled in it has arrived: its start over its length.</summary>
    /// <param name="timeUnixMs">Now, milliseconds since 1970 UTC.</param>
    /// <param name="settledMs">How long ago, milliseconds.</param>
    public static long NewestWindow(long timeUnixMs, long settledMs) => ((timeUnixMs - settledMs) / AnomalyWatch.WindowMs) - 1;

    /// <summary>Takes a snapshot of each window, once.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="vms">The running VMs of the fleet.</param>
    /// <param name="explained">Where the start of many is to blame (<see cref="StormWatch.Places"/>), so that nobody else is.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<NeighbourVm> vms, IReadOnlySet<(bool IsCpu, string Place)> explained)
    {
        ArgumentNullException.ThrowIfNull(vms);
        ArgumentNullException.ThrowIfNull(explained);
        List<PeerNews> news = [];
        ILookup<VmId, NeighbourVerdict> verdicts = NeighbourJudge.Judge(vms).ToLookup(v => v.Culprit.Id);
        HashSet<VmId> unknown = [.. vms.Where(v => !IsKnown(v)).Select(v => v.Id)];
        foreach (NeighbourVm vm in vms)
        {
            NeighbourVerdict[] found = [.. verdicts[vm.Id].OrderByDescending(v => v.Confidence)];
            if (_standings.TryGetValue(vm.Id, out Standing? standing))
            {
                GoOn(timeUnixMs, vm, standing, found, unknown, news);
            }
            else if (found.Where(v => !explained.Contains(PlaceOf(v))).ToArray() is [{ Confidence: >= NeighbourJudge.LeastConfidence }, ..] blamed)
            {
                Standing begun = new() { Vm = vm, Device = DeviceOf(blamed[0]), SeenUnixMs = timeUnixMs, Victims = VictimsOf(blamed), Places = PlacesOf(blamed) };
                _standings[vm.Id] = begun;
                Tell(timeUnixMs, HostEventKind.VmNoisyNeighbour, begun, NeighbourVerdict.Describe(blamed), news);
            }
        }

        foreach (Standing gone in _standings.Values.Where(s => timeUnixMs - s.SeenUnixMs > PeerWatch.ForgetMs).ToArray())
        {
            End(timeUnixMs, gone, "it is not seen any more", news);
        }

        return news;
    }

    private void GoOn(long timeUnixMs, NeighbourVm vm, Standing standing, NeighbourVerdict[] found, HashSet<VmId> unknown, List<PeerNews> news)
    {
        // What it takes is what it was told for: who takes something else by now is told anew after the end.
        NeighbourVerdict[] own = [.. found.Where(v => DeviceOf(v) == standing.Device)];
        bool isKnown = !unknown.Contains(vm.Id) && !standing.Victims.Overlaps(unknown);
        standing.Calm = own.Length > 0 ? 0 : isKnown ? standing.Calm + 1 : standing.Calm;
        if (standing.Vm.Host != vm.Host)
        {
            End(timeUnixMs, standing, "it runs on another host", news);
            return;
        }

        if (standing.Calm >= CalmWindows)
        {
            End(timeUnixMs, standing, "nobody waits for what it takes any more", news);
            return;
        }

        standing.SeenUnixMs = timeUnixMs;
        if (own.Length == 0)
        {
            return; // until it is told again, the claims stay those of the time when it was
        }

        bool isToldAgain = standing.Vm.Claims != vm.Claims;
        (standing.Vm, standing.Victims, standing.Places) = (vm, VictimsOf(own), PlacesOf(found));
        if (isToldAgain)
        {
            Tell(timeUnixMs, HostEventKind.VmNoisyNeighbour, standing, NeighbourVerdict.Describe(own), news);
        }
    }

    private void End(long timeUnixMs, Standing standing, string evidence, List<PeerNews> news)
    {
        _standings.Remove(standing.Vm.Id);
        Tell(timeUnixMs, HostEventKind.VmNoisyNeighbourEnded, standing, evidence, news);
    }

    private static HashSet<VmId> VictimsOf(NeighbourVerdict[] found) => [.. found.Select(v => v.Victim.Id)];

    private static HashSet<(bool IsCpu, string Place)> PlacesOf(NeighbourVerdict[] found) => [.. found.Select(PlaceOf)];

    private static (bool IsCpu, string Place) PlaceOf(NeighbourVerdict verdict) => (verdict.Resource == SharedResource.Cpu, verdict.Place);

    private static bool IsKnown(NeighbourVm vm) => vm.Uses is [.., var newest] && !(float.IsNaN(newest.Cpus) && float.IsNaN(newest.Operations));

    private static void Tell(long timeUnixMs, HostEventKind kind, Standing standing, string evidence, List<PeerNews> news) =>
        news.Add(new(standing.Vm.Host, new(kind, timeUnixMs, standing.Vm.Id, standing.Vm.Name, standing.Device, Evidence: evidence)));

    private static string DeviceOf(NeighbourVerdict verdict) => verdict.Resource == SharedResource.Cpu ? "" : verdict.Pool;

    /// <summary>A VM that takes what others wait for.</summary>
    private sealed class Standing
    {
        public required NeighbourVm Vm { get; set; }

        /// <summary>Name of the pool; empty = CPU of the host.</summary>
        public required string Device { get; init; }

        public required long SeenUnixMs { get; set; }

        public required HashSet<VmId> Victims { get; set; }

        public required HashSet<(bool IsCpu, string Place)> Places { get; set; }

        public int Calm { get; set; }
    }
}
