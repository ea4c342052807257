using CsCheck;
using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Tests.Detection.Liveness;

public sealed class SilenceJudgeTests
{
    private static readonly SilenceLimits Limits = new(15_000, 8);
    private static readonly StreamRhythm Usual = new(2_000, 3_750);

    private static readonly Gen<StreamHearing> AnyStream = Gen.Select(Gen.Double[0, 200_000], Gen.Double[0, 15_000], Gen.Double[1, 15_000], Gen.Bool)
        .Select((silence, mean, deviation, heldBack) => new StreamHearing(silence, new(mean, deviation), heldBack));

    [Theory]
    [InlineData(15_000, 1, false)] // phi 8 of the usual rhythm takes 23 s
    [InlineData(23_000, 1, false)]
    [InlineData(23_100, 1, true)]
    [InlineData(23_100, 1.5, false)]
    [InlineData(30_000, 1.5, true)]
    public void Suspects_OneOfTwenty_NeedsSilenceAndPhiWidened(double silenceMs, double widening, bool suspected) =>
        Assert.Equal(suspected, Judge(Fleet(1, 20, silenceMs), widening).Suspects(Silent(silenceMs)));

    [Fact]
    public void Suspects_AnyFleet_NeverSoonerThanTheLimitNorWhileHeldBack() =>
        Gen.Select(AnyStream.Array[0, 30], Gen.Double[1, 3], Gen.Bool).Sample((streams, widening, wasMass) =>
        {
            SilenceVerdict verdict = SilenceJudge.Judge(Limits, streams, widening, wasMass ? new(9, 10, null) : MassSilence.None, 0);
            foreach (StreamHearing stream in streams)
            {
                Assert.False(verdict.Suspects(stream) && (stream.IsHeldBack || stream.SilenceMs <= 15_000 * widening || stream.Rhythm.Phi(stream.SilenceMs) < 8 * widening));
                Assert.False(verdict.Mass.Holds && verdict.Suspects(stream) && stream.SilenceMs <= 30_000 * widening);
            }
        });

    [Fact]
    public void Suspects_MoreWidening_SuspectsNobodyMore() =>
        Gen.Select(AnyStream.Array[1, 30], Gen.Double[1, 3], Gen.Double[0, 2]).Sample((streams, widening, more) =>
        {
            // Whether it is a mass changes with the widening as well, so it is held here.
            MassSilence mass = new(9, 10, null);
            SilenceVerdict narrow = SilenceJudge.Judge(Limits, streams, widening, mass, 0), wide = SilenceJudge.Judge(Limits, streams, widening + more, mass, 0);
            Assert.DoesNotContain(streams, s => wide.Suspects(s) && !narrow.Suspects(s));
        });

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(3, 3, true)]
    [InlineData(9, 20, false)]
    [InlineData(10, 20, true)]
    public void Judge_SilentStreams_AreAMassFromThreeAndHalf(int silent, int open, bool isMass) =>
        Assert.Equal(isMass, Judge(Fleet(silent, open, 7_600), 1).Mass.Holds);

    [Fact]
    public void Judge_HeldBackStreams_AreNotSilent() =>
        Assert.False(Judge([.. Fleet(10, 10, 60_000).Select(s => s with { IsHeldBack = true })], 1).Mass.Holds);

    [Fact]
    public void Suspects_Mass_TellsTheHostAfterTwiceTheLimit()
    {
        Assert.False(Judge(Fleet(10, 20, 29_000), 1).Suspects(Silent(29_000)));
        Assert.True(Judge(Fleet(10, 20, 30_100), 1).Suspects(Silent(30_100)));
    }

    [Fact]
    public void Explain_SaysSilencePhiRhythmWideningAndMass()
    {
        Assert.Equal(
            "nothing heard for 24 s; the stream is still open; phi 8.4, usually heard every 2.0 s",
            Judge(Fleet(1, 20, 23_700), 1.01).Explain(Silent(23_700)));
        Assert.Equal(
            "nothing heard for 60 s; the stream is still open; phi 53.5, usually heard every 2.0 s; limits are 1.5 times as long, as the collector was late itself; "
            + "12 of 20 streams fell silent at once, so the collector or its network is probably at fault",
            Judge(Fleet(12, 20, 60_000), 1.5).Explain(Silent(60_000)));
    }

    [Fact]
    public void Mass_FewerForTenSeconds_Ends()
    {
        MassSilence mass = MassSilence.None.Observe(10, 20, 0);
        mass = mass.Observe(12, 20, 1_000).Observe(9, 20, 2_000).Observe(0, 20, 11_900);
        Assert.Equal((true, 10, 20), (mass.Holds, mass.Silent, mass.Open));
        Assert.Same(MassSilence.None, mass.Observe(0, 20, 12_000));
    }

    [Fact]
    public void Mass_AsManyAgainMeanwhile_WaitsAnew()
    {
        MassSilence mass = MassSilence.None.Observe(10, 20, 0).Observe(2, 20, 1_000).Observe(10, 20, 9_000).Observe(2, 20, 10_000);
        Assert.True(mass.Observe(2, 20, 19_900).Holds);
        Assert.False(mass.Observe(2, 20, 20_000).Holds);
    }

    [Fact]
    public void Lateness_OnTime_DoesNotWiden() => Assert.Equal(1, default(OwnLateness).Observe(1_000, 1_000, 15_000).Widening(15_000));

    [Fact]
    public void Lateness_LateRound_WidensAndFades()
    {
        OwnLateness late = default(OwnLateness).Observe(6_000, 1_000, 15_000);
        Assert.Equal(1 + (2 / 3.0), late.Widening(15_000), 1e-9);
        for (int i = 0; i < 15; i++)
        {
            late = late.Observe(1_000, 1_000, 15_000);
        }

        Assert.Equal(1 + (1 / 3.0), late.Widening(15_000), 1e-9);
        Assert.Equal(3, late.Observe(100_000, 1_000, 15_000).Widening(15_000));
    }

    private static StreamHearing Silent(double silenceMs) => new(silenceMs, Usual, false);

    private static StreamHearing[] Fleet(int silent, int open, double silenceMs) =>
        [.. Enumerable.Range(0, open).Select(i => Silent(i < silent ? silenceMs : 100))];

    private static SilenceVerdict Judge(StreamHearing[] streams, double widening) => SilenceJudge.Judge(Limits, streams, widening, MassSilence.None, 0);
}
