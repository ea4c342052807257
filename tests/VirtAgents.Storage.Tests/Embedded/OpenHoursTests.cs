using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;
using VirtAgents.Storage.Embedded.Rollups;
using VirtAgents.Storage.Embedded.Sealing;

namespace VirtAgents.Storage.Tests.Embedded;

/// <summary>Samples are written and queries ask while hours are gone on with: nothing may be told that lacks what was written.</summary>
public sealed class OpenHoursTests
{
    private const long HourMs = RollupSegments.HourMs;
    private static readonly HashSet<int> Streams = [1, 2];
    private readonly OpenHours _hours = new(1_000);

    [Theory]
    [InlineData(1, 600_000, true)]
    [InlineData(1, 599_999, false)]
    [InlineData(2, 0, true)]
    public void Publish_AfterAWriteDuringThePass_TellsOnlyWhatLacksNothing(int stream, long timeMs, bool told)
    {
        OpenHour open = Begin(1);

        _hours.NoteWrite(7, stream, (7 * HourMs) + timeMs);
        RollUp(open, 600_000);

        Assert.Equal(told, _hours.ViewsOf(Streams, 7, 7).Count == 1);
        Assert.Equal(told, _hours.Find(7, 1) is not null);
    }

    [Fact]
    public void Publish_WriteOfAStreamBeforeItsHourWasBegun_TellsOnlyWhatLacksNothing()
    {
        _hours.Begin(7);
        _hours.NoteWrite(7, 1, 7 * HourMs);
        OpenHour open = Assert.Single(_hours.Continue(7, [1], (7 * HourMs) + 600_000));

        RollUp(open, 600_000);

        Assert.Empty(_hours.ViewsOf(Streams, 7, 7));
        Assert.Empty(_hours.Continue(7, [1], (7 * HourMs) + 1_200_000));
    }

    [Fact]
    public void NoteWrite_ForAMinuteThatIsTold_TakesTheHourOfThatStreamBack()
    {
        RollUp(Begin(1), 600_000);
        RollUp(Begin(2), 600_000);

        _hours.NoteWrite(7, 2, (7 * HourMs) + 600_000);
        Assert.Equal(2, _hours.ViewsOf(Streams, 7, 7).Count);
        _hours.NoteWrite(7, 2, (7 * HourMs) + 599_999);

        Assert.Equal(1, Assert.Single(_hours.ViewsOf(Streams, 7, 7)).Stream);
    }

    [Fact]
    public void Begin_StreamsThatCameDifferentlyFar_TellsWhereToReadOnAndHowFarThePassWent()
    {
        Assert.Equal((long.MinValue, long.MinValue), _hours.Begin(7));
        List<OpenHour> open = _hours.Continue(7, [1, 2], (7 * HourMs) + 600_000);
        RollUp(open[0], 600_000, readTo: 12);
        RollUp(open[1], 600_000, readTo: 9);

        Assert.Equal((9, (7 * HourMs) + 600_000), _hours.Begin(7));
        _hours.Forget(7);
        Assert.Equal((long.MinValue, long.MinValue), _hours.Begin(7));
    }

    [Fact]
    public void OpenHour_WithoutSamples_TakesNextToNoMemory()
    {
        // A collector has one for each of thousands of hosts.
        long before = GC.GetAllocatedBytesForCurrentThread();
        var open = new OpenHour(7, 1);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(1, open.Stream);
        Assert.InRange(taken, 1, 1_000);
    }

    [Fact]
    public void SeriesStates_OfManySeries_TellTheMemoryTheyTake()
    {
        var states = new SeriesStates();
        _ = new SeriesStates().Of(0, FigureCatalogue.Of(SubjectKind.Vm)[0]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int subject = 0; subject < 200; subject++)
        {
            foreach (Figure figure in FigureCatalogue.Of(SubjectKind.Vm))
            {
                states.Of(subject, figure);
            }
        }

        // A dictionary that grows leaves its smaller self behind.
        Assert.InRange((double)(GC.GetAllocatedBytesForCurrentThread() - before) / states.Bytes, 1, 1.2);
    }

    private OpenHour Begin(int stream)
    {
        _hours.Begin(7);
        return Assert.Single(_hours.Continue(7, [stream], (7 * HourMs) + 600_000));
    }

    private void RollUp(OpenHour open, long toMs, long readTo = 10)
    {
        using var nothing = new HourCells(open.ToMs, (7 * HourMs) + toMs);
        open.Add(new PartFolder(), (7 * HourMs) + toMs, seenTo: 20, readTo, null, nothing);
        _hours.Publish(open);
    }
}
