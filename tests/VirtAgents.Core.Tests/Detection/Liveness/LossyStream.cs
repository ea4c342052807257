using VirtAgents.Core.Detection.Liveness;

namespace VirtAgents.Core.Tests.Detection.Liveness;

/// <summary>An agent behind a network that loses each fifth segment, in virtual milliseconds.</summary>
/// <remarks>
/// A message comes 1 ms after it was sent, or as much later as TCP takes to send its segment again: first after 200 ms,
/// then after twice as long each time (RFC 6298). Nothing overtakes. An agent that has heard nothing for
/// 15 s breaks its connection, waits half a second and makes another one, whose first segments are sent again after 1, 2, 3,
/// 4, 6, 10 and 18 s.
/// </remarks>
internal sealed class LossyStream(Random random, PhiSettings settings)
{
    private const double Loss = 0.2;
    private const int RhythmMs = 2_000;
    private const int GivenUpMs = 15_500;

    private static readonly int[] Connects = [0, 1_000, 2_000, 3_000, 4_000, 6_000, 10_000, 18_000, 34_000];

    private long _sendMs = random.Next(RhythmMs);
    private long _arrivalMs;
    private bool _isNewStream = true;

    public PhiAccrual Heard { get; private set; } = new(settings, 0);

    /// <summary>When its host dies; what was not sent by then never comes.</summary>
    public long DiesMs { get; set; } = long.MaxValue;

    /// <summary>Hands over everything that comes before a time; what came before the collector woke up counts from then.</summary>
    public void HearUntil(long untilMs, long awakeMs)
    {
        while (_arrivalMs < untilMs && _arrivalMs < DiesMs)
        {
            long at = Math.Max(_arrivalMs, awakeMs);
            if (_isNewStream)
            {
                Heard = new(settings, at);
                _isNewStream = false;
            }
            else
            {
                Heard.Heard(at);
            }

            Send(at);
        }
    }

    private void Send(long acknowledgedMs)
    {
        // An agent stalls once in an hour, for up to 8 s.
        _sendMs += RhythmMs + random.Next(50) + (random.Next(1_800) == 0 ? random.Next(8_000) : 0);
        long arrival = Math.Max(_sendMs, _arrivalMs) + Flight();
        long givenUp = acknowledgedMs + GivenUpMs;
        if (arrival > givenUp)
        {
            arrival = givenUp + Connect() + Flight();
            _isNewStream = true;
        }

        _arrivalMs = arrival;
    }

    private long Flight()
    {
        long delay = 1;
        for (long pause = 200; random.NextDouble() < Loss; pause *= 2)
        {
            delay += pause;
        }

        return delay;
    }

    // A try needs a segment there and one back.
    private int Connect()
    {
        int tries = 0;
        while (tries < Connects.Length - 1 && random.NextDouble() > (1 - Loss) * (1 - Loss))
        {
            tries++;
        }

        return Connects[tries];
    }
}
