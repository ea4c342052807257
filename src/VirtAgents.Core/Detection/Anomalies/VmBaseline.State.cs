using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;

namespace VirtAgents.Core.Detection.Anomalies;

/// <content>What is kept across restarts.</content>
public sealed partial class VmBaseline
{
    // To be raised with whatever changes the order, number or meaning of what is written, the signals included.
    private const byte StateVersion = 2;

    // Before leaks were watched; what was learnt then is as good as ever.
    private const byte StateWithoutLeak = 1;

    /// <summary>Restores what <see cref="Write"/> has kept.</summary>
    /// <param name="state">The bytes.</param>
    /// <param name="baseline">What was learnt; null when the bytes are no state of this version.</param>
    public static bool TryRead(ReadOnlySpan<byte> state, [NotNullWhen(true)] out VmBaseline? baseline)
    {
        baseline = null;
        var reader = new StateReader(state);
        int version = reader.Int32(StateVersion);
        if (version is not (StateVersion or StateWithoutLeak))
        {
            return false;
        }

        (long seen, long learnt, long since, int calm) = (reader.Int64(), reader.Int64(), reader.Int64(), reader.Int32(CalmWindows));
        LeakWatch leak = new();
        if (version != StateWithoutLeak)
        {
            leak.Read(ref reader);
        }

        if (reader.IsFailed || !AnomalyDetector.TryRead(reader.Rest, out AnomalyDetector? detector) || detector.Signals != VmSignals.Count)
        {
            return false;
        }

        baseline = new(detector, leak) { SeenUnixMs = seen, _learntMs = learnt, _sinceUnixMs = since, _calm = calm };
        return true;
    }

    /// <summary>Writes everything that was learnt, for <see cref="TryRead"/>; at most 14 KB.</summary>
    /// <returns>For <see cref="MarkSaved"/>, once it is safe.</returns>
    public int Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        lock (_lock)
        {
            var state = new StateWriter(output);
            state.Int32(StateVersion);
            state.Int64(SeenUnixMs);
            state.Int64(_learntMs);
            state.Int64(_sinceUnixMs);
            state.Int32(_calm);
            _leak.Write(state);
            _detector.Write(output);
            return _unsaved;
        }
    }

    /// <summary>What was written is safe.</summary>
    /// <param name="windows">What <see cref="Write"/> returned.</param>
    public void MarkSaved(int windows)
    {
        lock (_lock)
        {
            _unsaved -= windows;
        }
    }
}
