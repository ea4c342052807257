using VirtAgents.Simulation.Faults;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Carries out faults, or says why one cannot be carried out now.</summary>
internal sealed class FaultDispatcher(WorldState world, FaultResolver resolver, VmFaults vms, HostLife hosts, StorageLife storage, NetworkLife network)
{
    /// <summary>Null when it was carried out, the reason when not.</summary>
    public string? Apply(Fault fault)
    {
        if ((fault.End || fault.For is not null) && !FaultNames.CanEnd(fault.Kind))
        {
            return $"{FaultNames.NameOf(fault.Kind)} happens once and has no end";
        }

        return FaultNames.TargetOf(fault.Kind) switch
        {
            FaultTarget.Vm => ApplyToVm(fault),
            FaultTarget.Host => ApplyToHost(fault),
            FaultTarget.Pool => ApplyToPool(fault),
            _ => ApplyToInterface(fault),
        };
    }

    private string? ApplyToVm(Fault fault)
    {
        SimVm? vm = resolver.Vm(fault.Vm, out string problem);
        if (vm is null)
        {
            return problem;
        }

        SimHost? destination = null;
        if (fault.Kind == FaultKind.VmMigrate && (destination = resolver.Host(fault.Destination, out problem)) is null)
        {
            return problem;
        }

        string? refusal = vms.Apply(fault, vm, destination);
        return refusal ?? PlanEnd(fault, vm.Tokens, () => vms.Apply(fault with { End = true }, vm, null));
    }

    private string? ApplyToHost(Fault fault)
    {
        SimHost? host = resolver.Host(fault.Host, out string problem);
        if (host is null)
        {
            return problem;
        }

        string? refusal = HostObstacle(fault, host);
        if (refusal is null)
        {
            ActOnHost(fault, host);
        }

        return refusal ?? PlanEnd(fault, host.Tokens, () => Apply(fault with { End = true, For = null }));
    }

    private static string? HostObstacle(Fault fault, SimHost host)
    {
        bool? holds = fault.Kind switch
        {
            FaultKind.HostLoss => host.Dead,
            FaultKind.AgentLoss => host.AgentDead,
            FaultKind.HypervisorLoss => host.HypervisorLost,
            FaultKind.Partition => host.Partitioned,
            _ => null,
        };

        // What began before the host was lost may end while it is.
        return fault.Kind != FaultKind.HostLoss && host.Dead && !fault.End ? $"host {host.Name} is lost"
            : holds is bool held && held != fault.End ? $"{FaultNames.NameOf(fault.Kind)} of host {host.Name} {(held ? "holds already" : "does not hold")}"
            : null;
    }

    private void ActOnHost(Fault fault, SimHost host)
    {
        switch (fault.Kind, fault.End)
        {
            case (FaultKind.HostLoss, false): hosts.LoseHost(host); break;
            case (FaultKind.HostLoss, true): hosts.ReturnHost(host); break;
            case (FaultKind.AgentLoss, false): hosts.LoseAgent(host); break;
            case (FaultKind.AgentLoss, true): hosts.ReturnAgent(host); break;
            case (FaultKind.HypervisorLoss, false): hosts.LoseHypervisor(host); break;
            case (FaultKind.HypervisorLoss, true): hosts.RestoreHypervisor(host); break;
            case (FaultKind.Partition, _): hosts.Cut(host, !fault.End); break;
            default: hosts.Skew(host, fault.End ? -fault.By : fault.By); break;
        }
    }

    private string? ApplyToPool(Fault fault)
    {
        SimPool? pool = resolver.Pool(fault.Pool, fault.Host, out string problem);
        if (pool is null)
        {
            return problem;
        }

        bool holds = fault.Kind switch
        {
            FaultKind.PoolFull => pool.Filled,
            FaultKind.PoolGone => pool.Gone,
            _ => pool.SlowFactor > 1,
        };
        if (holds != fault.End)
        {
            return $"{FaultNames.NameOf(fault.Kind)} of pool {pool.Name} {(holds ? "holds already" : "does not hold")}";
        }

        switch (fault.Kind)
        {
            case FaultKind.PoolFull: storage.SetFilled(pool, !fault.End); break;
            case FaultKind.PoolGone: storage.SetGone(pool, !fault.End); break;
            default: storage.SetSlow(pool, fault.End ? 1 : Math.Max(1, fault.Factor)); break;
        }

        return PlanEnd(fault, pool.Tokens, () => Apply(fault with { End = true, For = null }));
    }

    private string? ApplyToInterface(Fault fault)
    {
        string problem;
        SimVm? vm = fault.Vm is null ? null : resolver.Vm(fault.Vm, out problem);
        SimHost? host = fault.Vm is null ? resolver.Host(fault.Host, out problem) : vm?.Host;
        if (host is null)
        {
            return fault.Vm is null ? $"there is no host '{fault.Host}'" : $"there is no {fault.Vm}";
        }

        SimInterface? card = vm is null
            ? FaultResolver.InterfaceOf(host, fault.Device, out problem)
            : FaultResolver.InterfaceOf(vm, fault.Device, out problem);
        if (card is null)
        {
            return problem;
        }

        if (card.LinkDown != fault.End)
        {
            return $"the link of {card.Name} is {(card.LinkDown ? "down" : "up")} already";
        }

        network.SetDown(host, card, !fault.End);
        return PlanEnd(fault, card.Tokens, () => Apply(fault with { End = true, For = null }));
    }

    /// <summary>Always null: the fault itself has been carried out.</summary>
    private string? PlanEnd(Fault fault, FaultTokens tokens, Action end)
    {
        int token = tokens.Renew(fault.Kind);
        if (fault.For is TimeSpan length)
        {
            world.Agenda.Add(world.NowMs + Math.Max(1, (long)length.TotalMilliseconds), () =>
            {
                if (tokens.Current(fault.Kind) == token)
                {
                    end();
                }
            });
        }

        return null;
    }
}
