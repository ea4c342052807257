using VirtAgents.Core.Model;

namespace VirtAgents.Simulation.Worlds;

/// <summary>Reads a host as its agent would. Reads only, so that sampling does not change the run.</summary>
internal sealed class WorldSampler(WorldState world)
{
    public void Sample(SimHost host, SampleTier tier, SampleSet target)
    {
        target.TimeUnixMs = world.ClockOf(host);
        target.Tier = tier;
        target.InventoryVersion = host.Inventory.Version;
        if (!host.AgentAlive)
        {
            return;
        }

        long elapsedMs = world.NowMs - host.SettledMs;
        if (tier == SampleTier.Fast)
        {
            HostRows.Add(host, target, elapsedMs, world.NowMs);
            VmRows.AddFast(host, target, elapsedMs);
            VmInterfaceRows.Add(host, target, elapsedMs);
        }
        else if (!host.HypervisorLost)
        {
            VmRows.AddSlow(host, target, elapsedMs, world);
            VmDiskRows.Add(host, target, elapsedMs);
            PoolRows.Add(host, target);
        }
    }

    public static void SampleVolumes(SimHost host, SampleSet target)
    {
        if (host is { AgentAlive: true, HypervisorLost: false })
        {
            VolumeRows.Add(host, target);
        }
    }
}
