using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Sessions;

namespace VirtAgents.Collector.Tests.Sessions;

public sealed class StreamSilenceTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StreamSilence _stream;

    public StreamSilenceTests() => _stream = new(_clock, TimeSpan.FromSeconds(15));

    private long Now => StreamSilence.Milliseconds(_clock, _clock.GetTimestamp());

    [Fact]
    public void Hearing_RegularStream_KnowsItsRhythmAndItsSilence()
    {
        Hear(20);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((9_000, 2_000, false), (_stream.Hearing(Now).SilenceMs, _stream.Hearing(Now).Rhythm.MeanMs, _stream.Hearing(Now).IsHeldBack));
    }

    [Fact]
    public void Hearing_HeldBackForLong_IsNoSilenceAndNotLearnt()
    {
        Hear(20);
        _stream.TryClear();
        _stream.HoldBack();
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(_stream.Hearing(Now).IsHeldBack);
        _stream.Listen();
        Assert.Equal((0, false), (_stream.Hearing(Now).SilenceMs, _stream.Hearing(Now).IsHeldBack));
        Hear(1);
        Assert.Equal(2_000, _stream.Hearing(Now).Rhythm.MeanMs);
    }

    [Fact]
    public void Excuse_CollectorWasAsleep_CountsFromThere()
    {
        Hear(20);
        _clock.Advance(TimeSpan.FromMinutes(1));
        _stream.Excuse(Now);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3_000, _stream.Hearing(Now).SilenceMs);
    }

    [Fact]
    public void TrySuspect_OneSilence_IsToldOnceAndClearedOnce()
    {
        Assert.Equal((true, false), (_stream.TrySuspect(), _stream.TrySuspect()));
        Assert.Equal((true, false), (_stream.TryClear(), _stream.TryClear()));
        Assert.True(_stream.TrySuspect());
    }

    // As a session does with each message.
    private void Hear(int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            _stream.TryClear();
            _stream.HoldBack();
            _stream.Listen();
        }
    }
}
