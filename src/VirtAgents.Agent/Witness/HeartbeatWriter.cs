using Microsoft.Extensions.Logging;

namespace VirtAgents.Agent.Witness;

/// <summary>Writes the heartbeat of this host into one shared directory, again and again.</summary>
internal sealed partial class HeartbeatWriter(HeartbeatDirectory directory, WitnessLine line, TimeProvider time, ILogger logger)
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Rhythm = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private long _sequence;
    private long _leftOut;
    private long _written;

    /// <summary>Beats that could not be written in a row.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Sequence of the newest beat that is known to be written; 0 = none is.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Writes until cancelled. Whatever the storage does, nothing but the beats suffers.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Rhythm, time);
        do
        {
            await BeatAsync(stop);
        }
        while (await timer.WaitForNextTickAsync(stop));
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        try
        {
            // The clock makes it grow over restarts; where the clock was set back, what stands there does.
            long last = _sequence > 0 ? _sequence : await directory.ReadAsync(line.Host, Patience, stop);
            _sequence = Math.Max(last + 1, time.GetUtcNow().ToUnixTimeMilliseconds());
            await directory.WriteAsync(new Heartbeat(line, _sequence), Patience, stop);
            Interlocked.Exchange(ref _written, _sequence);
            if (LeftOut > 0)
            {
                LogWrittenAgain(directory.Path, LeftOut);
                Interlocked.Exchange(ref _leftOut, 0);
            }
        }
        catch (Exception e) when (PatientStorage.IsTrouble(e))
        {
            if (Interlocked.Increment(ref _leftOut) == 1)
            {
                LogNotWritten(directory.Path, e.Message);
            }
        }
    }

    [LoggerMessage(1434, LogLevel.Error, "The heartbeat in {Directory} cannot be written, it is tried again: {Problem}")]
    private partial void LogNotWritten(string directory, string problem);

    [LoggerMessage(1435, LogLevel.Information, "The heartbeat in {Directory} is written again; {Count} were left out.")]
    private partial void LogWrittenAgain(string directory, long count);
}
