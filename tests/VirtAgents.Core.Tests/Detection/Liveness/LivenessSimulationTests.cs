namespace VirtAgents.Core.Tests.Detection.Liveness;

public sealed class LivenessSimulationTests
{
    private const long HourMs = 3_600_000;

    [Fact]
    public void TwoHundredHours_LossPausesAndStops_NobodyIsSuspectedNorLost()
    {
        LivenessWorld world = new(seed: 1, streams: 20);
        world.RunUntil(200 * HourMs);
        Assert.All(world.SuspectedMs, s => Assert.Null(s));
        Assert.Equal(0, world.MassRounds);

        // The limit alone would have suspected somebody, so this world is hard enough.
        Assert.True(world.BeyondLimit > 10, $"{world.BeyondLimit} silences beyond the limit");
        Assert.Equal(0, world.Inquiries.Lost);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TwoHundredHours_OtherSeeds_NobodyIsLostWhoeverIsSuspected(int seed)
    {
        LivenessWorld world = new(seed, streams: 20);
        world.RunUntil(200 * HourMs);
        Assert.Equal(0, world.Inquiries.Lost);
    }

    [Fact]
    public void LivingHosts_AskedAfterAllTheTime_AreNeverLostThoughSomeRoundsSeeNothing()
    {
        LivenessWorld world = new(seed: 5, streams: 20);
        world.Inquiries.AskAlways = true;
        world.RunUntil(100 * HourMs);
        Assert.Equal(0, world.Inquiries.Lost);

        TestContext.Current.SendDiagnosticMessage($"{world.Inquiries.Unseen} of {world.Inquiries.Rounds} rounds saw nothing of a living host");

        // One round alone would have lost somebody, so asking twice is not for nothing.
        Assert.True(world.Inquiries.Unseen > 0 && world.Inquiries.Rounds > 100_000, $"{world.Inquiries.Unseen} of {world.Inquiries.Rounds} rounds");
    }

    [Fact]
    public void DeadHosts_InTheSameWorld_AreSuspectedWithinTwiceTheLimitAndLostWithinThreeAtTheMedian()
    {
        List<long> delays = [], losses = [];
        for (int seed = 0; seed < 100; seed++)
        {
            LivenessWorld world = new(seed, streams: 20);
            for (int i = 0; i < 5; i++)
            {
                world.Streams[i].DiesMs = 1_200_000 + (seed * 37) + (i * 60_000);
            }

            world.RunUntil(1_800_000);
            delays.AddRange(Enumerable.Range(0, 5).Select(i => world.SuspectedMs[i]!.Value - world.Streams[i].DiesMs));
            Assert.All(world.SuspectedMs.Skip(5), s => Assert.Null(s));
            losses.AddRange(Enumerable.Range(0, 5).Select(i => world.Inquiries.LostMs[i]!.Value - world.Streams[i].DiesMs));
            Assert.Equal(5, world.Inquiries.Lost);
        }

        delays.Sort();
        losses.Sort();
        TestContext.Current.SendDiagnosticMessage($"lost after {losses[losses.Count / 2]} ms at the median, {losses[^1]} ms at most");
        Assert.InRange(losses[losses.Count / 2], LivenessWorld.LimitMs, 3 * LivenessWorld.LimitMs);
        Assert.InRange(losses[^1], LivenessWorld.LimitMs, 8 * LivenessWorld.LimitMs);
        Assert.InRange(delays[delays.Count / 2], LivenessWorld.LimitMs, 2 * LivenessWorld.LimitMs);
        Assert.InRange(delays[^1], LivenessWorld.LimitMs, 4 * LivenessWorld.LimitMs);
    }

    [Fact]
    public void CutNetwork_HalfOfTheHosts_IsMassSilenceBeforeAnybodyIsSuspected()
    {
        LivenessWorld world = new(seed: 3, streams: 20);
        foreach (LossyStream stream in world.Streams.Take(12))
        {
            stream.DiesMs = 600_000;
        }

        world.RunUntil(600_000 + LivenessWorld.LimitMs);
        Assert.True(world.MassRounds > 0);
        Assert.All(world.SuspectedMs, s => Assert.Null(s));

        world.RunUntil(700_000);
        long[] told = [.. world.SuspectedMs.Take(12).Select(s => s!.Value - 600_000).Order()];
        Assert.InRange(told[6], (2 * LivenessWorld.LimitMs) - 2_500, 3 * LivenessWorld.LimitMs);
        Assert.Equal(0, world.Inquiries.Lost);
        Assert.All(world.SuspectedMs.Skip(12), s => Assert.Null(s));
    }
}
