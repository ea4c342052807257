namespace VirtAgents.Core.Metrics;

/// <summary>Why a figure cannot be told. The numbers are those of the API: never reuse one.</summary>
public enum UnknownReason : byte
{
    /// <summary>It is known, or nobody noted why it is not.</summary>
    None = 0,

    /// <summary>Growth needs two readings and this is the first one.</summary>
    FirstReading = 1,

    /// <summary>The counter got smaller: it started anew in between.</summary>
    CounterReset = 2,

    /// <summary>The reading before came from another host or another start of its agent, so they are not comparable.</summary>
    OtherEpoch = 3,

    /// <summary>The clock of the host did not move forward between the readings.</summary>
    ClockWentBack = 4,

    /// <summary>Too much time between the readings to say something about either.</summary>
    GapTooLong = 5,

    /// <summary>The newest sample does not have what it needs.</summary>
    NotSampled = 6,

    /// <summary>The guest no longer tells it; what is left is of old.</summary>
    Stale = 7,

    /// <summary>It is a part of something of which there was none: no requests, no swap space.</summary>
    ZeroDenominator = 8,

    /// <summary>What was read contradicts itself, such as more free than there is.</summary>
    Contradiction = 9,

    /// <summary>The agent of the host is not connected, so nothing is told of the present.</summary>
    AgentAway = 10,
}
