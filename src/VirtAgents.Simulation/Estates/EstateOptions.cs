namespace VirtAgents.Simulation.Estates;

/// <summary>How large a generated estate is.</summary>
/// <param name="Hosts"><value>1 to 10,000</value></param>
/// <param name="VmsPerHost"><value>0 to 1,000; default 20</value></param>
/// <param name="Seed"><value>Any; equal seeds give equal estates. Default 1.</value></param>
/// <param name="Cluster">Cluster of all hosts; empty = not said.</param>
public sealed record EstateOptions(int Hosts, int VmsPerHost = 20, long Seed = 1, string Cluster = "")
{
    /// <summary>Most hosts of one estate.</summary>
    public const int MaxHosts = 10_000;

    /// <summary>Most VMs of one host.</summary>
    public const int MaxVmsPerHost = 1_000;
}
