using VirtAgents.Core.Model;
using VirtAgents.Simulation;
using VirtAgents.Storage;

namespace VirtAgents.Benchmarks;

/// <summary>What agents on the hosts of a simulated world would send, for the store. Inventories stay as they are at first.</summary>
internal sealed class WorldReports(World world)
{
    private readonly Subject?[][] _subjects = [.. Enumerable.Range(0, world.HostCount).Select(host => InventorySubjects.Of(world.InventoryOf(host)))];

    /// <summary>Samples a host.</summary>
    /// <param name="host">Number of the host.</param>
    /// <param name="tier">Which samples.</param>
    /// <param name="samples">Where they go.</param>
    /// <param name="sequence">Number of the message.</param>
    public ReportRecord Of(int host, SampleTier tier, SampleSet samples, long sequence)
    {
        samples.Reset();
        world.Sample(host, tier, samples);
        HostId id = world.HostOf(host).Id;
        return new(id, new BootId(id.Value), sequence, samples, _subjects[host]);
    }
}
