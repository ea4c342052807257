namespace VirtAgents.Simulation.Worlds;

/// <summary>Moves VMs in a time that follows from their memory, how fast they write it, and the links.</summary>
/// <remarks>
/// Memory is sent while the VM runs; what it writes meanwhile is sent again. When the rest is so small that sending it
/// takes no longer than the allowed pause, the VM stands still for that and goes on at the destination. A VM that
/// writes faster than the link carries never gets there, unless it is slowed down. All traffic is on the uplinks.
/// </remarks>
internal sealed class LiveMigrations(WorldState world, Physics physics, Migration migration, StorageLife storage)
{
    /// <summary>Of an uplink of 10 Gbit/s.</summary>
    private const double LinkBytesPerSecond = 1.25e9;
    private const double FirstSlowdown = 0.2, NextSlowdown = 0.1, MostSlowdown = 0.99;

    private readonly List<LiveMigration> _active = [];

    /// <summary>Whether any has not ended.</summary>
    public bool IsAnyActive => _active.Count > 0;

    public void Begin(SimVm vm, SimHost destination, MigrationTerms terms)
    {
        LiveMigration begun = new(vm, destination, terms, world.NowMs);
        vm.Migration = begun;
        vm.Migrating = true;
        _active.Add(begun);
        SetPaces();
    }

    public void Abort(SimVm vm, string why)
    {
        if (vm.Migration is { Ended: false } active)
        {
            Fail(active, why);
            SetPaces();
        }
    }

    /// <summary>After the loads of a new second were decided.</summary>
    public void Tick()
    {
        if (_active.Count == 0)
        {
            return;
        }

        foreach (LiveMigration active in _active.ToArray())
        {
            GoOn(active);
        }

        SetPaces();
    }

    private void GoOn(LiveMigration active)
    {
        active.Send(world.NowMs);
        if (Trouble(active) is { } trouble)
        {
            Fail(active, trouble);
            return;
        }

        if (active.SwitchesOver || active.Vm.Hung)
        {
            return;
        }

        if (active.RestMs <= active.Terms.DowntimeMs)
        {
            SwitchOver(active);
        }
        else if (active.Terms.AutoConverge && active.DirtyBytesPerSecond > active.BytesPerSecond / 2)
        {
            double slowdown = active.Vm.Slowdown;
            active.Vm.Slowdown = Math.Min(MostSlowdown, slowdown == 0 ? FirstSlowdown : slowdown + NextSlowdown);
        }
    }

    private string? Trouble(LiveMigration active) =>
        active.Vm.Life != active.Life ? $"{active.Vm.Name} is {VmFaults.NameOf(active.Vm.State)} meanwhile"
        : active.Source.HypervisorLost ? $"host {active.Source.Name} does not answer"
        : MigrationObstacle.Find(active.Vm, active.Destination, active.Terms.CopiesStorage) is { } obstacle ? obstacle.Detail
        : world.NowMs - active.StartedMs >= active.Terms.TimeoutMs ? $"aborted after {active.Terms.TimeoutMs / 1000} s with {active.RemainingBytes:0} bytes to send"
        : null;

    private void SwitchOver(LiveMigration active)
    {
        world.PlanFor(active.Vm, active.SwitchOver(), () => Arrive(active));
    }

    private void Arrive(LiveMigration active)
    {
        if (active.Ended)
        {
            return;
        }

        if (Trouble(active) is { } trouble)
        {
            Fail(active, trouble);
        }
        else
        {
            active.End(null);
            _active.Remove(active);
            MoveVolumes(active);
            migration.Move(active.Vm, active.Destination);
        }

        SetPaces();
    }

    private void Fail(LiveMigration active, string why)
    {
        active.End(why);
        _active.Remove(active);
        if (active.Vm.Life == active.Life)
        {
            active.Vm.Frozen = false;
        }

        ForgetTraffic(active);
    }

    /// <summary>The old images stay where they were, as with a real migration; nobody uses them any more.</summary>
    private void MoveVolumes(LiveMigration arrived)
    {
        ForgetTraffic(arrived);
        arrived.Source.Settle(world.NowMs);
        foreach (SimDisk disk in arrived.Vm.Disks.Where(disk => !arrived.Destination.Pools.Contains(disk.Pool)))
        {
            SimVolume old = disk.Volume;
            SimPool pool = MigrationObstacle.CopyPool(disk, arrived.Destination)!;
            disk.Volume = new(old.Name, pool, old.CapacityBytes, old.PhysicalBytes) { IsFull = old.IsFull, User = arrived.Vm };
            old.User = null;
            storage.TellVolumes(pool);
            storage.TellVolumes(old.Pool);
        }
    }

    private void ForgetTraffic(LiveMigration ended)
    {
        foreach (SimHost host in (SimHost[])[ended.Source, ended.Destination])
        {
            host.Settle(world.NowMs);
            host.MigrationInBytes = 0;
            host.MigrationOutBytes = 0;
            physics.Refresh(host);
        }
    }

    /// <summary>Migrations that share a link share its pace evenly.</summary>
    private void SetPaces()
    {
        SimHost[] hosts = [.. _active.SelectMany(active => (SimHost[])[active.Source, active.Destination]).Distinct()];
        foreach (SimHost host in hosts)
        {
            host.Settle(world.NowMs);
            host.MigrationInBytes = 0;
            host.MigrationOutBytes = 0;
        }

        foreach (LiveMigration active in _active)
        {
            int rivals = Math.Max(_active.Count(other => other.Source == active.Source), _active.Count(other => other.Destination == active.Destination));
            active.BytesPerSecond = active.Vm.Hung ? 0 : Math.Min(active.Terms.MostBytesPerSecond, LinkBytesPerSecond / rivals);
            active.Source.MigrationOutBytes += active.BytesPerSecond;
            active.Destination.MigrationInBytes += active.BytesPerSecond;
        }

        Array.ForEach(hosts, physics.Refresh);
    }
}
