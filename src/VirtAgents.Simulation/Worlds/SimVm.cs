using VirtAgents.Core.Model;
using VirtAgents.Simulation.Control;
using VirtAgents.Simulation.Estates;
using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Worlds;

/// <summary>A VM of the world.</summary>
internal sealed class SimVm(VmDefinition definition, int number, ulong seed)
{
    public Meter CpuTime, CpuDelay, CpuSystem, VcpuTime, VcpuWait, SwapIn, SwapOut, MajorFaults, CpuThrottled;

    public VmDefinition Definition { get; } = definition;

    /// <summary>Number in the estate.</summary>
    public int Number { get; } = number;

    public Workload Workload { get; } = Workload.Create(definition.Workload, seed);

    public required SimHost Host { get; set; }

    public required SimDisk[] Disks { get; set; }

    public required SimInterface[] Interfaces { get; init; }

    public FaultTokens Tokens { get; } = new();

    public VmMemory Memory { get; } = new(definition.MemoryBytes);

    public VmSettings Settings { get; } = new(definition.VcpuCount);

    public string Name => Definition.Name;

    public VmState State { get; private set; }

    public VmStateReason Reason { get; private set; }

    /// <summary>Grows with each change of state: what was planned for an earlier life does not happen.</summary>
    public int Life { get; private set; }

    public long BootedMs { get; set; }

    public bool Hung { get; set; }

    public long HungSinceMs { get; set; }

    /// <summary>The agent has found out that it hangs.</summary>
    public bool StuckKnown { get; set; }

    /// <summary>Attempts to find out whether it hangs; only the newest counts.</summary>
    public int Discoveries { get; set; }

    public bool Migrating { get; set; }

    /// <summary>Its newest migration by directive; null when there was none.</summary>
    public LiveMigration? Migration { get; set; }

    /// <summary>Part of its work that is held back so that its migration comes to an end, 0 to 1.</summary>
    public double Slowdown { get; set; }

    /// <summary>Stands still for a moment while its memory is saved or handed over; not a state of its own.</summary>
    public bool Frozen { get; set; }

    /// <summary>What it was asked for and has not done yet.</summary>
    public GuestTask? Task { get; set; }

    /// <summary>How often its operating system began.</summary>
    public int Boots { get; private set; }

    /// <summary>What happened to it while the hypervisor could not be asked; the agent finds it when it can again.</summary>
    public HostEventKind? Untold { get; set; }

    /// <summary>The next start restores its memory.</summary>
    public bool HasSavedMemory { get; set; }

    public int Index { get; set; }

    /// <summary>Wanted in this second.</summary>
    public Demand Demand { get; set; }

    /// <summary>CPU it gets in this second, in pCPUs.</summary>
    public double GrantedCpus { get; set; }

    public double WantedCpus => Demand.Cpu * Settings.VcpuCount;

    /// <summary>What a migration leaves of that, in pCPUs.</summary>
    public double RunnableCpus => WantedCpus * (1 - Slowdown);

    /// <summary>What its quota leaves of that, in pCPUs.</summary>
    public double AllowedCpus => Math.Min(RunnableCpus, Settings.MostCpus);

    public bool InMemory => State is VmState.Running or VmState.Paused or VmState.ShuttingDown;

    public bool Executing => State is VmState.Running or VmState.ShuttingDown && !Hung && !Frozen;

    /// <summary>State as the hypervisor tells it.</summary>
    public (VmState State, VmStateReason Reason) Observed =>
        StuckKnown ? (VmState.Stuck, VmStateReason.MonitorBlocked) : (State, Reason);

    public void SetState(VmState state, VmStateReason reason)
    {
        State = state;
        Reason = reason;
        Migrating = false;
        Frozen = false;
        Task = null;
        Life++;
    }

    /// <summary>A process that has just been started: counters from nought, nothing swapped, no monitor blocked.</summary>
    public void NewProcess(long nowMs)
    {
        ResetCounters();
        Memory.Start();
        Boot(nowMs);
    }

    /// <summary>The operating system begins anew, perhaps within the same process.</summary>
    public void Boot(long nowMs)
    {
        BootedMs = nowMs;
        Boots++;
        Memory.Boot();
    }

    public void ResetCounters()
    {
        CpuTime.Reset();
        CpuDelay.Reset();
        CpuSystem.Reset();
        VcpuTime.Reset();
        VcpuWait.Reset();
        SwapIn.Reset();
        SwapOut.Reset();
        MajorFaults.Reset();
        CpuThrottled.Reset();
        foreach (SimDisk disk in Disks)
        {
            disk.ResetCounters();
        }

        foreach (SimInterface card in Interfaces)
        {
            card.ResetCounters();
        }
    }

    public void Settle(long elapsedMs)
    {
        CpuTime.Settle(elapsedMs);
        CpuDelay.Settle(elapsedMs);
        CpuSystem.Settle(elapsedMs);
        VcpuTime.Settle(elapsedMs);
        VcpuWait.Settle(elapsedMs);
        SwapIn.Settle(elapsedMs);
        SwapOut.Settle(elapsedMs);
        MajorFaults.Settle(elapsedMs);
        CpuThrottled.Settle(elapsedMs);
        foreach (SimDisk disk in Disks)
        {
            disk.Settle(elapsedMs);
        }

        foreach (SimInterface card in Interfaces)
        {
            card.Settle(elapsedMs);
        }
    }
}
