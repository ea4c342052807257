using System.CommandLine;

namespace VirtAgents.Cli.Planning;

/// <summary>Where the cluster comes from: a file, or what a collector sees now.</summary>
internal sealed class ClusterSource
{
    private const double MostRatio = 1000;
    private const int MostFailover = 100;

    public Argument<string?> File { get; } = new("cluster") { Description = "File of the form vcluster/1; not with --live.", HelpName = "CLUSTER.json", Arity = ArgumentArity.ZeroOrOne };

    public Option<bool> Live { get; } = new("--live") { Description = "Reckons with the hosts and VMs as the collector sees them now. No host is told." };

    public Option<string?> Cluster { get; } = new("--cluster") { Description = "With --live: the cluster. Default: the only one.", HelpName = "NAME" };

    public Option<double?> VcpuRatio { get; } = PlanCommandOptions.Number("--vcpu-ratio", "With --live: most vCPUs promised for each pCPU. Default: that of the collector's policy.", MostRatio);

    public Option<int?> FailoverHosts { get; } = Parsed.Count(
        new Option<int?>("--failover-hosts") { Description = "With --live: so many of the largest hosts may fail and the memory of the others still holds every VM. Default: that of the collector's policy." }, 0, MostFailover);

    public void AddTo(Command command)
    {
        command.Add(File);
        foreach (var option in new Option[] { Live, Cluster, VcpuRatio, FailoverHosts })
        {
            command.Add(option);
        }
    }

    /// <summary>The file; null = the collector is to be asked.</summary>
    public string? Read(ParseResult parse)
    {
        var (file, live) = (parse.GetValue(File), parse.GetValue(Live));
        if (live == file is not null)
        {
            throw new CliFailureException(ExitCode.Usage, "give either a file CLUSTER.json or --live");
        }

        return live || (parse.GetValue(Cluster) is null && parse.GetValue(VcpuRatio) is null && parse.GetValue(FailoverHosts) is null)
            ? file
            : throw new CliFailureException(ExitCode.Usage, "--cluster, --vcpu-ratio and --failover-hosts are for --live; a file names its own");
    }
}
