namespace VirtAgents.Simulation.Worlds;

/// <summary>A VM on its way to another host, and what became of that.</summary>
internal sealed class LiveMigration(SimVm vm, SimHost destination, MigrationTerms terms, long startedMs)
{
    /// <summary>Memory that a busy vCPU writes in a second; a choice, not a measurement.</summary>
    private const double DirtyBytesPerCpu = 60_000_000;

    public SimVm Vm { get; } = vm;

    public SimHost Source { get; } = vm.Host;

    public SimHost Destination { get; } = destination;

    public MigrationTerms Terms { get; } = terms;

    public long StartedMs { get; } = startedMs;

    /// <summary>State of the VM when it began; when that changes, the migration has failed.</summary>
    public int Life { get; } = vm.Life;

    /// <summary>All that is to be sent: memory, and disks that must be copied.</summary>
    public double TotalBytes { get; } = ToSend(vm, destination, terms);

    public double RemainingBytes { get; private set; } = ToSend(vm, destination, terms);

    /// <summary>What was sent so far, what was sent anew included.</summary>
    public double SentBytes { get; private set; }

    /// <summary>How long the VM stood still at its end; 0 before it.</summary>
    public double DowntimeMs { get; private set; }

    /// <summary>Pace during the second that has begun.</summary>
    public double BytesPerSecond { get; set; }

    public double DirtyBytesPerSecond => (Vm.GrantedCpus * DirtyBytesPerCpu) + Vm.Demand.ReadBytes + Vm.Demand.ReceiveBytes;

    public long UpdatedMs { get; set; } = startedMs;

    public bool SwitchesOver { get; private set; }

    /// <summary>It has arrived, or failed.</summary>
    public bool Ended { get; private set; }

    /// <summary>Why it failed; null when it has not.</summary>
    public string? Failure { get; private set; }

    /// <summary>How long the VM would have to stand still for the rest.</summary>
    public double RestMs => BytesPerSecond > 0 ? RemainingBytes / BytesPerSecond * 1000 : double.MaxValue;

    /// <summary>What was sent already and is written anew must be sent again.</summary>
    public void Send(long nowMs)
    {
        double seconds = (nowMs - UpdatedMs) / 1000.0;
        UpdatedMs = nowMs;
        double sentPart = 1 - (RemainingBytes / TotalBytes);
        double sent = Math.Min(RemainingBytes, BytesPerSecond * seconds);
        SentBytes += sent;
        double dirtied = Vm.Hung ? 0 : DirtyBytesPerSecond * seconds * sentPart;
        RemainingBytes = Math.Min(TotalBytes, RemainingBytes - sent + dirtied);
    }

    /// <summary>The VM stands still while the rest is sent.</summary>
    /// <returns>How long that takes, milliseconds.</returns>
    public long SwitchOver()
    {
        SwitchesOver = true;
        Vm.Frozen = true;
        SentBytes += RemainingBytes;
        DowntimeMs = Math.Max(1, (long)RestMs);
        return (long)DowntimeMs;
    }

    public void End(string? failure)
    {
        Ended = true;
        Failure = failure;
        Vm.Slowdown = 0;
        Vm.Migrating = false;
    }

    private static double ToSend(SimVm vm, SimHost destination, MigrationTerms terms) => vm.Memory.ResidentBytes
        + (terms.CopiesStorage ? vm.Disks.Where(disk => !destination.Pools.Contains(disk.Pool)).Sum(disk => disk.Volume.PhysicalBytes) : 0);
}
