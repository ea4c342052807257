using System.Collections.Immutable;
using CsCheck;
using VirtAgents.Core.Detection.Anomalies;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Detection.Pools;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Tests.Detection.Pools;

public sealed class PoolFillReplayTests
{
    private const long HourMs = RecordedPools.HourMs, Start = 486_000 * HourMs;
    private static readonly HostId First = new(new Guid(1, 1, 1, new byte[8])), Second = new(new Guid(2, 1, 1, new byte[8]));
    private static readonly PoolInfo San = new(50, "san", "netfs", "/san");
    private static readonly Topology Topology = Topology.Of([new(First, "h1", "lab", [], [San]), new(Second, "h2", "lab", [], [San])]);
    private static readonly Dictionary<(HostId, string), double> Sizes = new() { [(Second, "san")] = 100L << 30 };

    // Two days without growth, then it fills, is cleared, and fills again.
    private static readonly double[] Used = [.. Enumerable.Range(0, 110).Select(h => h < 48 ? 40 : h < 80 ? 40 + ((h - 48) * 1.5) : h < 95 ? 40 : 40 + ((h - 95) * 3.0))];

    [Fact]
    public void Look_PoolThatFillsAndIsCleared_TellsWhatWasToldLiveInTheSameHours()
    {
        RecordedPools recorded = Recorded(Used);
        string[] replayed = Replay(recorded);

        Assert.Equal(Live(recorded, 10), replayed);
        Assert.Contains(replayed, t => t.Contains("PoolFillsSoon", StringComparison.Ordinal));
        Assert.Contains(replayed, t => t.Contains("PoolFillingEnded", StringComparison.Ordinal));
        Assert.All(replayed, t => Assert.Contains("h2 ", t, StringComparison.Ordinal));
    }

    [Fact]
    public void Look_AnyCourseWithUnknownHoursAndAnyMomentOfTheHour_TellsWhatWasToldLive() =>
        Gen.Select(Gen.Int[0, 100].Array[36], Gen.Int[0, 29]).Sample(
            (levels, minute) =>
            {
                RecordedPools recorded = Recorded([.. levels.Select((l, h) => l < 10 ? double.NaN : 30 + h + (l / 20.0))]);
                Assert.Equal(Live(recorded, minute, levels.Length), Replay(recorded, levels.Length));
            },
            iter: 10);

    [Fact]
    public void Look_NothingIsKnown_TellsNothing() => Assert.Empty(Replay(new RecordedPools(Start, 200)));

    [Fact]
    public void Until_AnyHour_AreTheNewestThatAreOver()
    {
        RecordedPools recorded = new(Start, 400);
        recorded.Add(First, "san", Start, 1);
        recorded.Add(First, "san", Start + (399 * HourMs), 2);

        Assert.Equal(1, Assert.Single(recorded.Until(First, "san", Start + HourMs)));
        ImmutableArray<double> last = recorded.Until(First, "san", Start + (400 * HourMs));
        Assert.Equal((PoolFillJudge.LongHours, 2, double.NaN), (last.Length, last[^1], last[0]));
        Assert.Empty(recorded.Until(First, "nas", Start + HourMs));
        Assert.Equal((First, "san", Start), Assert.Single(recorded.First()));
    }

    private static RecordedPools Recorded(double[] used)
    {
        RecordedPools recorded = new(Start, used.Length + 1);
        foreach ((int hour, double percent) in used.Index())
        {
            recorded.Add(Second, "san", Start + (hour * HourMs), percent);
        }

        return recorded;
    }

    private static string[] Replay(RecordedPools recorded, int hours = 110)
    {
        PoolFillReplay replay = new(Topology, recorded, Sizes);
        return [.. Enumerable.Range(1, hours).SelectMany(h => replay.Look(Start + (h * HourMs))).Select(Text)];
    }

    // As a collector does it: twice an hour.
    private static string[] Live(RecordedPools recorded, int minute, int hours = 110)
    {
        PoolFillWatch watch = new();
        List<string> told = [];
        for (long now = Start + HourMs + (minute * 60_000L); now < Start + ((hours + 1) * HourMs); now += HourMs / 2)
        {
            told.AddRange(watch.Observe(now, PoolPast.Of(Topology, recorded, Sizes, now / HourMs * HourMs)).ToLines(Topology, now).Select(Text));
        }

        return [.. told];
    }

    private static string Text(FleetEvent line) => $"{line.ReceivedUnixMs / HourMs} {line.HostName} {line.Event.Kind} {line.Event.Device} {line.Event.Evidence}";
}
