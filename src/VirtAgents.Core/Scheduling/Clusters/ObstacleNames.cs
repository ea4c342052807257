namespace VirtAgents.Core.Scheduling.Clusters;

/// <summary>Names of obstacles as files and people have them.</summary>
public static class ObstacleNames
{
    /// <summary>Name of one, in lower case with dashes.</summary>
    public static string Of(Obstacle obstacle) => obstacle switch
    {
        Obstacle.HostState => "host-state",
        Obstacle.Reach => "reach",
        Obstacle.Memory => "memory",
        Obstacle.Vcpus => "vcpus",
        Obstacle.Disk => "disk",
        Obstacle.AntiAffinity => "anti-affinity",
        Obstacle.RackSpread => "rack-spread",
        Obstacle.Affinity => "affinity",
        Obstacle.Use => "use",
        Obstacle.Pool => "pool",
        Obstacle.Quota => "quota",
        Obstacle.Failover => "failover",
        _ => throw new ArgumentOutOfRangeException(nameof(obstacle), obstacle, null),
    };
}
