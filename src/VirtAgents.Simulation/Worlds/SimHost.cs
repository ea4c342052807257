using VirtAgents.Core.Model;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Worlds;

/// <summary>A host of the world.</summary>
internal sealed class SimHost
{
    public Meter CpuUser, CpuSystem, CpuIdle, CpuIoWait, PsiCpuSome, PsiMemorySome, PsiMemoryFull, PsiIoSome, PsiIoFull;

    public SimHost(HostDefinition definition, int number)
    {
        Definition = definition;
        Number = number;
        Info = new(definition.Id, definition.Name, "VirtAgents simulator 1", definition.CpuCount, definition.MemoryBytes, "simulated CPU");
        Inventory = Inventory.Empty with { Host = Info };
    }

    public HostDefinition Definition { get; }

    public int Number { get; }

    public HostInfo Info { get; }

    public string Name => Definition.Name;

    public List<SimVm> Vms { get; } = [];

    public List<SimPool> Pools { get; } = [];

    /// <summary>Index in reports of each pool, in the order of <see cref="Pools"/>.</summary>
    public int[] PoolIndexes { get; set; } = [];

    /// <summary>The volumes of its pools that are listed, with their indexes in reports, by pool and name.</summary>
    public (SimVolume Volume, int Index)[] Volumes { get; set; } = [];

    /// <summary>Volumes of its pools came, went or changed since the agent last looked.</summary>
    public bool VolumesChanged { get; set; } = true;

    /// <summary>The system disk and the disk of the local pools.</summary>
    public HostDisk[] Disks { get; } = [new("sda"), new("sdb")];

    /// <summary>Management, and the uplink of the VMs' networks.</summary>
    public SimInterface[] Interfaces { get; } = [new("eth0", ""), new("eth1", "lan")];

    public SimInterface Uplink => Interfaces[1];

    public SubjectIndex Indexes { get; } = new();

    public Inventory Inventory { get; set; }

    public int NextTap { get; set; }

    public FaultTokens Tokens { get; } = new();

    /// <summary>Conditions (device, kind) that the agent has told and that still hold.</summary>
    public HashSet<(HostEventKind Kind, string Device)> Told { get; } = [];

    public bool Dead { get; set; }

    public bool AgentDead { get; set; }

    public bool Partitioned { get; set; }

    public bool HypervisorLost { get; set; }

    /// <summary>VMs to start when the host boots.</summary>
    public List<SimVm> Autostart { get; } = [];

    public long BootedMs { get; set; }

    public long ClockSkewMs { get; set; }

    /// <summary>Up to when all meters of the host and its VMs are settled.</summary>
    public long SettledMs { get; set; }

    public double Load { get; set; }

    /// <summary>What migrations bring to it and take from it over the uplink, per second.</summary>
    public double MigrationInBytes { get; set; }

    public double MigrationOutBytes { get; set; }

    public long MemoryAvailableBytes { get; set; }

    public long SwapUsedBytes { get; set; }

    public bool AgentAlive => !Dead && !AgentDead;

    public HostLink Link => this switch
    {
        { Dead: true } => HostLink.HostDead,
        { AgentDead: true } => HostLink.AgentDead,
        { Partitioned: true } => HostLink.Partitioned,
        _ => HostLink.Up,
    };

    public void ResetCounters()
    {
        CpuUser.Reset();
        CpuSystem.Reset();
        CpuIdle.Reset();
        CpuIoWait.Reset();
        PsiCpuSome.Reset();
        PsiMemorySome.Reset();
        PsiMemoryFull.Reset();
        PsiIoSome.Reset();
        PsiIoFull.Reset();
        foreach (HostDisk disk in Disks)
        {
            disk.ResetCounters();
        }

        foreach (SimInterface card in Interfaces)
        {
            card.ResetCounters();
        }
    }

    /// <summary>Brings every counter up to now; the paces may change after that.</summary>
    public void Settle(long nowMs)
    {
        long elapsedMs = nowMs - SettledMs;
        if (elapsedMs == 0)
        {
            return;
        }

        SettledMs = nowMs;
        CpuUser.Settle(elapsedMs);
        CpuSystem.Settle(elapsedMs);
        CpuIdle.Settle(elapsedMs);
        CpuIoWait.Settle(elapsedMs);
        PsiCpuSome.Settle(elapsedMs);
        PsiMemorySome.Settle(elapsedMs);
        PsiMemoryFull.Settle(elapsedMs);
        PsiIoSome.Settle(elapsedMs);
        PsiIoFull.Settle(elapsedMs);
        foreach (HostDisk disk in Disks)
        {
            disk.Settle(elapsedMs);
        }

        foreach (SimInterface card in Interfaces)
        {
            card.Settle(elapsedMs);
        }

        foreach (SimVm vm in Vms)
        {
            vm.Settle(elapsedMs);
        }
    }
}
