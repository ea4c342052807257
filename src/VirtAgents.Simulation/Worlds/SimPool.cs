using VirtAgents.Simulation.Estates;

namespace VirtAgents.Simulation.Worlds;

/// <summary>A storage pool and how it stands during this second.</summary>
internal sealed class SimPool(PoolDefinition definition, bool shared)
{
    /// <summary>A pool is full when less than this part is left, until there is the other one again; as on real hosts.</summary>
    private const double FullBelow = 0.01, RoomFrom = 0.02;

    public PoolDefinition Definition { get; } = definition;

    public string Name => Definition.Name;

    public bool Shared { get; } = shared;

    public List<SimHost> Hosts { get; } = [];

    public List<SimVolume> Volumes { get; } = [];

    public bool Gone { get; set; }

    /// <summary>Foreign data has taken all the space.</summary>
    public bool Filled { get; set; }

    public double SlowFactor { get; set; } = 1;

    public FaultTokens Tokens { get; } = new();

    /// <summary>Requests wanted in this second by all hosts. Whole numbers, so that the order of adding does not matter.</summary>
    public long WantedOperations { get; set; }

    /// <summary>Part of the wanted requests that it can serve.</summary>
    public double Granted { get; private set; } = 1;

    public double LatencyNs { get; private set; } = 1;

    public long UsedBytes { get; private set; }

    public long AllocationBytes => Filled ? Definition.CapacityBytes : UsedBytes;

    public long AvailableBytes => Definition.CapacityBytes - AllocationBytes;

    public bool Full { get; private set; }

    /// <summary>Whether it was full when last looked at.</summary>
    public bool ToldFull { get; set; }

    public bool RefusesWrites => Gone || Full;

    private double BaseLatencyNs => Definition.Medium switch
    {
        PoolMedium.Ssd => 150_000,
        PoolMedium.Hdd => 6_000_000,
        _ => 900_000,
    };

    private double OperationsPerSecond => Definition.Medium switch
    {
        PoolMedium.Ssd => 40_000,
        PoolMedium.Hdd => 400,
        _ => 60_000,
    };

    /// <summary>Decides speed and use for this second. Waiting grows like that of a queue with one server.</summary>
    public void Update()
    {
        double capacity = OperationsPerSecond / SlowFactor;
        double busy = Math.Min(WantedOperations / capacity, 0.95);
        Granted = WantedOperations <= capacity ? 1 : capacity / WantedOperations;
        LatencyNs = BaseLatencyNs * SlowFactor * (1 + (0.5 * busy / (1 - busy)));
        long used = Definition.CapacityBytes / 20;
        foreach (SimVolume volume in Volumes)
        {
            used += volume.PhysicalBytes;
        }

        UsedBytes = Math.Min(used, Definition.CapacityBytes);
        Full = AvailableBytes < Definition.CapacityBytes * (Full ? RoomFrom : FullBelow);
    }
}
