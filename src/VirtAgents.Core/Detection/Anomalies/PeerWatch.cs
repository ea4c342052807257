using System.Globalization;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <summary>A line about a VM that is unlike its peers, or is not any more.</summary>
/// <param name="Host">Host it runs on, or ran on when it was told.</param>
/// <param name="Event">The line.</param>
public readonly record struct PeerNews(HostId Host, HostEvent Event);

/// <summary>
/// Tells when VMs become unlike others of their role and when that is over. Not thread-safe. Keeps something only of those that are or were
/// just now.
/// </summary>
/// <remarks>
/// Told is what was so in <see cref="Confirmations"/> comparisons in a row, and over what was not in as many, at half the distance. A VM that is
/// not compared any more, since it does not run or nobody sees it, neither begins nor ends; when it was told and comes back on another host or
/// not for <see cref="ForgetMs"/>, it is over. What was told is told once more when the agent of the host was away.
/// </remarks>
/// <param name="score">Distance from the median of the role, in units of its spread, from which on a VM is unlike its peers; over 0.</param>
public sealed class PeerWatch(double score = PeerComparison.OutlierScore)
{
    /// <summary>Time between comparisons; milliseconds.</summary>
    public const long PeriodMs = 600_000;

    /// <summary>Comparisons in a row.</summary>
    public const int Confirmations = 3;

    /// <summary>How long something is kept of a VM that is not compared; milliseconds.</summary>
    public const long ForgetMs = 3_600_000;

    private readonly Dictionary<VmId, Standing> _standings = [];

    /// <summary>Takes a snapshot, at regular times.</summary>
    /// <param name="timeUnixMs">Clock of the collector, milliseconds since 1970 UTC.</param>
    /// <param name="vms">The running VMs of the fleet.</param>
    /// <returns>What began and what is over.</returns>
    public IReadOnlyList<PeerNews> Observe(long timeUnixMs, IReadOnlyList<PeerVm> vms)
    {
        ArgumentNullException.ThrowIfNull(vms);
        List<PeerNews> news = [];
        Dictionary<VmId, PeerOutlier> unlike = PeerComparison.Outliers(vms, score / 2).ToDictionary(o => o.Vm.Id);
        foreach (PeerVm vm in vms)
        {
            Step(timeUnixMs, vm, unlike.TryGetValue(vm.Id, out PeerOutlier outlier) ? outlier : null, news);
        }

        foreach ((VmId vm, Standing standing) in _standings.Where(s => timeUnixMs - s.Value.SeenUnixMs > ForgetMs).ToArray())
        {
            _standings.Remove(vm);
            TellEnd(timeUnixMs, vm, standing, "it is not compared any more", news);
        }

        return news;
    }

    private void Step(long timeUnixMs, PeerVm vm, PeerOutlier? outlier, List<PeerNews> news)
    {
        if (!_standings.TryGetValue(vm.Id, out Standing? standing))
        {
            if (outlier is null)
            {
                return;
            }

            _standings[vm.Id] = standing = new Standing(vm);
        }

        if (standing.Vm.Host != vm.Host)
        {
            TellEnd(timeUnixMs, vm.Id, standing, "it runs on another host", news);
            (standing.IsTold, standing.Streak) = (false, 0);
        }
        else if (standing.IsTold && standing.Vm.Claims != vm.Claims && outlier is { } still)
        {
            TellBegin(timeUnixMs, still, news);
        }

        (standing.Vm, standing.SeenUnixMs) = (vm, timeUnixMs);
        bool isOther = standing.IsTold ? outlier is null : outlier?.Score >= score;
        standing.Streak = isOther ? standing.Streak + 1 : 0;
        if (standing.Streak == Confirmations)
        {
            Turn(timeUnixMs, standing, outlier, news);
        }

        if (!standing.IsTold && standing.Streak == 0)
        {
            _standings.Remove(vm.Id);
        }
    }

    private static void Turn(long timeUnixMs, Standing standing, PeerOutlier? outlier, List<PeerNews> news)
    {
        if (outlier is { } unlike && !standing.IsTold)
        {
            TellBegin(timeUnixMs, unlike, news);
        }
        else
        {
            TellEnd(timeUnixMs, standing.Vm.Id, standing, "as its peers again", news);
        }

        (standing.IsTold, standing.Streak) = (!standing.IsTold, 0);
    }

    private static void TellBegin(long timeUnixMs, in PeerOutlier outlier, List<PeerNews> news) =>
        news.Add(new(outlier.Vm.Host, new(HostEventKind.VmUnlikePeers, timeUnixMs, outlier.Vm.Id, outlier.Vm.Name, Evidence: Describe(outlier))));

    private static void TellEnd(long timeUnixMs, VmId vm, Standing standing, string evidence, List<PeerNews> news)
    {
        if (standing.IsTold)
        {
            news.Add(new(standing.Vm.Host, new(HostEventKind.VmLikePeers, timeUnixMs, vm, standing.Vm.Name, Evidence: evidence)));
        }
    }

    private static string Describe(in PeerOutlier outlier) => string.Create(
        CultureInfo.InvariantCulture,
        $"{VmSignals.All[outlier.Signal].Name} has been about {outlier.Level:G4} for hours; {outlier.Peers} peers ('{outlier.Vm.Role.Stem}'{(outlier.Vm.Role.Tenant.Length > 0 ? $" of {outlier.Vm.Role.Tenant}" : "")}) are at {outlier.Low:G4} to {outlier.High:G4}");

    /// <summary>Where a VM stands.</summary>
    private sealed class Standing(PeerVm vm)
    {
        public PeerVm Vm { get; set; } = vm;

        public bool IsTold { get; set; }

        /// <summary>Comparisons in a row that say otherwise than was told.</summary>
        public int Streak { get; set; }

        public long SeenUnixMs { get; set; }
    }
}
