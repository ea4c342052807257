using VirtAgents.Simulation.Workloads;

namespace VirtAgents.Simulation.Tests;

public sealed class WorkloadTests
{
    private const long Day = 86_400;

    [Fact]
    public void Constant_Always_WithinAFewPercent() =>
        Assert.All(Cpu(new(WorkloadKind.Constant, 50, 50, 0, 0, 0, 0), Day), cpu => Assert.InRange(cpu, 0.48, 0.52));

    [Fact]
    public void Diurnal_OneDay_BroadPeakAndQuietTime()
    {
        double[] cpu = Cpu(new(WorkloadKind.Diurnal, 80, 50, 0, 0, 0, 0), Day);
        double[] hours = [.. cpu.Chunk(3600).Select(hour => hour.Average())];
        Assert.InRange(hours.Max(), 0.75, 0.81);
        Assert.InRange(hours.Min(), 0.19, 0.21);
        Assert.InRange(Array.IndexOf(hours, hours.Max()), 9, 13);
    }

    [Fact]
    public void Bursty_OneDay_MostlyIdleWithBurstsNowAndThen()
    {
        double[] cpu = Cpu(new(WorkloadKind.Bursty, 100, 50, 0, 0, 0, 0), Day);
        Assert.InRange(cpu.Count(value => value > 0.5) / (double)Day, 0.14, 0.22);
        Assert.InRange(cpu.Count(value => value < 0.1) / (double)Day, 0.78, 0.86);
    }

    [Fact]
    public void Batch_OneDay_ThreeTenthsBusy()
    {
        double[] cpu = Cpu(new(WorkloadKind.Batch, 90, 50, 0, 0, 0, 0), Day);
        Assert.Equal(0.3, cpu.Count(value => value > 0.8) / (double)Day, 2);
        Assert.Equal(0.7, cpu.Count(value => value < 0.05) / (double)Day, 2);
    }

    [Fact]
    public void NoisyNeighbour_Noisy_TakesAllItsVcpus()
    {
        double[] cpu = Cpu(new(WorkloadKind.NoisyNeighbour, 60, 50, 0, 0, 0, 0), 6_000);
        Assert.Equal(0.3, cpu.Count(value => value == 1) / 6_000.0, 2);
        Assert.All(cpu.Where(value => value != 1), value => Assert.InRange(value, 0, 0.05));
    }

    [Fact]
    public void Leak_SinceBoot_GrowsToTheEndOfItsPeriodThenAnew()
    {
        Workload leak = Workload.Create(new(WorkloadKind.Leak, 10, 30, 0, 0, 0, 0, TimeSpan.FromHours(1)), 1);
        double[] memory = [.. Enumerable.Range(0, 3_600).Select(second => leak.At(second, second).Memory)];
        Assert.Equal(memory.Order(), memory);
        Assert.Equal((0.3, 0.99), (Math.Round(memory[0], 2), Math.Round(memory[^1], 2)));
        Assert.Equal(0.3, leak.At(5, 3_600).Memory, 2);
    }

    [Fact]
    public void Phase_TwoVms_NotInStep()
    {
        WorkloadDefinition batch = new(WorkloadKind.Batch, 90, 50, 0, 0, 0, 0);
        Assert.NotEqual(Cpu(batch, 3_600, seed: 1).Select(v => v > 0.5), Cpu(batch, 3_600, seed: 2).Select(v => v > 0.5));
    }

    [Fact]
    public void Trace_Replayed_HoldsEachLineAndBeginsAnew()
    {
        Assert.True(WorkloadTrace.TryParse(["cpu_percent, seconds", "10,0", "", "50,10", "30,15"], out WorkloadTrace? trace, out _));
        Workload workload = Workload.Create(new(WorkloadKind.Trace, 0, 0, 0, 0, 0, 0, Trace: trace), 1);
        Assert.Equal([0.1, 0.1, 0.5, 0.5, 0.3, 0.3, 0.1], ((long[])[0, 9, 10, 14, 15, 19, 20]).Select(second => workload.At(0, second).Cpu));
    }

    [Fact]
    public void TryParse_BadTrace_EveryErrorNamed()
    {
        Assert.False(WorkloadTrace.TryParse(["seconds,cpu_percent", "1,5", "2", "2,x", "1,200"], out WorkloadTrace? trace, out IReadOnlyList<string> errors));
        Assert.Null(trace);
        Assert.Equal(
            [
                "line 2: seconds must be whole, 0 in the first line and greater than before in the others",
                "line 3: has 1 values, but there are 2 columns",
                "line 4: cpu_percent is 'x', but must be 0 to 100",
                "line 5: cpu_percent is '200', but must be 0 to 100",
                "line 5: seconds must be whole, 0 in the first line and greater than before in the others",
            ],
            errors);
    }

    [Theory]
    [InlineData("cpu_percent", "line 1: the column 'seconds' is missing")]
    [InlineData("seconds,cpu", "line 1: 'cpu' is not a column")]
    [InlineData("seconds", "there are no figures")]
    public void TryParse_BadHeader_Named(string header, string expected)
    {
        Assert.False(WorkloadTrace.TryParse([header], out _, out IReadOnlyList<string> errors));
        Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static double[] Cpu(WorkloadDefinition definition, long seconds, ulong seed = 1)
    {
        Workload workload = Workload.Create(definition, seed);
        return [.. Enumerable.Range(0, (int)seconds).Select(second => workload.At(second, second).Cpu)];
    }
}
