using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Losses and returns of hosts, agents and hypervisors.</summary>
internal sealed class HostLife(WorldState world, Physics physics, VmLife vms, Conditions conditions)
{
    private const long FirstAutostartMs = 2_000;
    private const long BetweenAutostartsMs = 500;

    public void LoseHost(SimHost host)
    {
        host.Settle(world.NowMs);
        host.Dead = true;
        host.AgentDead = false;
        host.HypervisorLost = false;
        host.Autostart.Clear();
        host.Autostart.AddRange(host.Vms.Where(vm => vm.InMemory));
        host.Vms.ForEach(VmLife.Vanish);
        physics.Refresh(host);
        world.TellLink(host);
    }

    public void ReturnHost(SimHost host)
    {
        host.Settle(world.NowMs);
        host.Dead = false;
        host.BootedMs = world.NowMs;
        host.ResetCounters();
        physics.Refresh(host);
        world.TellLink(host);
        Look(host);
        long after = FirstAutostartMs;
        foreach (SimVm vm in host.Autostart)
        {
            world.PlanFor(vm, after, () => StartIfUp(vm));
            after += BetweenAutostartsMs;
        }
    }

    public void LoseAgent(SimHost host)
    {
        host.AgentDead = true;
        host.Vms.ForEach(ForgetDiscoveries);
        world.TellLink(host);
    }

    public void ReturnAgent(SimHost host)
    {
        host.AgentDead = false;
        world.TellLink(host);
        if (host.HypervisorLost)
        {
            host.Told.Clear();
            TellLost(host);
        }
        else
        {
            Look(host);
        }
    }

    public void LoseHypervisor(SimHost host)
    {
        host.HypervisorLost = true;
        host.Vms.ForEach(ForgetDiscoveries);
        TellLost(host);
    }

    public void RestoreHypervisor(SimHost host)
    {
        host.HypervisorLost = false;
        InventoryBuilder.Renew(host);
        Observe(host, tellUntold: true);
        TellRestored(host);
        conditions.Tell(host);
    }

    /// <summary>What an agent does whose events were lost on the way: it says again what it knows, and learns nothing new.</summary>
    public void Repeat(SimHost host)
    {
        foreach (SimVm vm in host.Vms)
        {
            (VmState state, VmStateReason reason) = host.HypervisorLost ? (VmState.Unknown, VmStateReason.HypervisorLost) : vm.Observed;
            world.Tell(host, new(
                HostEventKind.VmObserved, world.ClockOf(host), vm.Definition.Id, vm.Name, "", state, reason, "simulated repetition of what is known"));
        }

        if (host.HypervisorLost)
        {
            TellLost(host);
        }
        else
        {
            TellRestored(host);
        }
    }

    public void Cut(SimHost host, bool cut)
    {
        host.Partitioned = cut;
        world.TellLink(host);
    }

    public void Skew(SimHost host, TimeSpan by)
    {
        host.ClockSkewMs += (long)by.TotalMilliseconds;
        string evidence = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"simulated jump by {by.TotalSeconds:+0.###;-0.###} s");
        world.Tell(host, new(HostEventKind.ClockJumped, world.ClockOf(host), Evidence: evidence));
    }

    /// <summary>What an agent does that has just been started: it knows nothing, so it looks at everything.</summary>
    public void Look(SimHost host)
    {
        host.Told.Clear();
        InventoryBuilder.Renew(host);
        Observe(host, tellUntold: false);
        conditions.Tell(host);
    }

    /// <summary>An agent that knew a VM before tells what has changed since, then its state; a new one only the state.</summary>
    private void Observe(SimHost host, bool tellUntold)
    {
        foreach (SimVm vm in host.Vms)
        {
            if (tellUntold && vm.Untold is HostEventKind untold)
            {
                world.TellOfVm(vm, untold, vm.State, vm.Reason, "found by the simulated look at all VMs");
            }

            vm.Untold = null;
            (VmState state, VmStateReason reason) = vm.Observed;
            world.TellOfVm(vm, HostEventKind.VmObserved, state, reason, "simulated look at all VMs");
            if (vm.Hung && !vm.StuckKnown)
            {
                vms.PlanDiscovery(vm);
            }
        }
    }

    /// <summary>Who cannot ask monitors does not know any longer which of them do not answer.</summary>
    private static void ForgetDiscoveries(SimVm vm)
    {
        vm.StuckKnown = false;
        vm.Discoveries++;
    }

    private void StartIfUp(SimVm vm)
    {
        if (vm is { InMemory: false, Host.Dead: false })
        {
            vms.Start(vm);
        }
    }

    public void TellLost(SimHost host) =>
        world.Tell(host, new(HostEventKind.HypervisorLost, world.ClockOf(host), Reason: VmStateReason.HypervisorLost, Evidence: "simulated loss of the hypervisor"));

    private void TellRestored(SimHost host) =>
        world.Tell(host, new(HostEventKind.HypervisorRestored, world.ClockOf(host), Evidence: "simulated return of the hypervisor"));
}
