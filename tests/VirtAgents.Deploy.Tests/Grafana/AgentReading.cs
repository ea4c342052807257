using System.Collections.Immutable;
using VirtAgents.Core.Model;
using VirtAgents.Simulation;

namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>What the agent of a simulated host reads at a second, in the rhythms of real ones.</summary>
internal static class AgentReading
{
    private const int PoolSeconds = 60;
    private const double NanosecondsPerPercent = 1e7;

    /// <summary>A sample with pools and volumes once a minute, and with figures of the agent, which simulated hosts do not have.</summary>
    public static SampleSet Of(World world, int host, SampleTier tier, int second)
    {
        SampleSet all = new();
        world.Sample(host, tier, all);
        if (tier == SampleTier.Fast || all.TableCount == 0)
        {
            return all;
        }

        SampleSet samples = new() { TimeUnixMs = all.TimeUnixMs, Tier = tier, InventoryVersion = all.InventoryVersion };
        bool hasPools = second % PoolSeconds == 0;
        for (int i = 0; i < all.TableCount; i++)
        {
            if (hasPools || all[i].Kind != SubjectKind.Pool)
            {
                Copy(all[i], samples.Add(all[i].Kind, all[i].Metrics));
            }
        }

        if (hasPools)
        {
            world.SampleVolumes(host, samples);
        }

        AddAgent(samples, second);
        return samples;
    }

    private static void Copy(SampleTable from, SampleTable to)
    {
        for (int row = 0; row < from.RowCount; row++)
        {
            to.AddRow(from.Subjects[row]);
            for (int column = 0; column < from.Metrics.Length; column++)
            {
                if (from.TryGet(row, column, out long value))
                {
                    to.Set(row, column, value);
                }
            }
        }
    }

    private static void AddAgent(SampleSet samples, int second)
    {
        ImmutableArray<MetricId> columns = MetricCatalogue.ColumnsOf(SubjectKind.Agent, SampleTier.Slow);
        SampleTable table = samples.Add(SubjectKind.Agent, columns.AsSpan());
        int row = table.AddRow(Inventory.HostIndex);
        table.Set(row, Metric.AgentCpu, (long)(second * SimulatedData.AgentCpuPercent * NanosecondsPerPercent));
        table.Set(row, Metric.AgentRss, 40L << 20);
        table.Set(row, Metric.AgentFastDuration, 2_000);
        table.Set(row, Metric.AgentSlowDuration, 15_000);
        table.Set(row, Metric.AgentSpoolBytes, 4096);
        table.Set(row, Metric.AgentSpoolDropped, 0);
        table.Set(row, Metric.AgentTicksSkipped, 0);
        table.Set(row, Metric.AgentHypervisorCalls, second);
    }
}
