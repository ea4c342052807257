using VirtAgents.Core.Detection.Patterns;
using VirtAgents.Core.Metrics;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Detection.Anomalies;

/// <content>What windows are judged by, and what they teach.</content>
public sealed partial class VmBaseline
{
    /// <summary>Judges and learns a window. Nothing when another host holds it by now.</summary>
    internal AnomalyNews Observe(HostId host, long startUnixMs, long endUnixMs, ReadOnlySpan<double> means, double threshold)
    {
        lock (_lock)
        {
            if (_holder != host)
            {
                return default;
            }

            _known = MaskOf(means);
            Newest = _detector.Observe(startUnixMs, means);
            SeenUnixMs = Math.Max(SeenUnixMs, endUnixMs);
            _learntMs += endUnixMs - startUnixMs;
            _unsaved++;
            return Step(Newest, startUnixMs, threshold);
        }
    }

    /// <summary>Judges the memory of a window that was just learnt.</summary>
    internal PatternNews ObserveLeak(HostId host, long startUnixMs, long endUnixMs, ReadOnlySpan<double> means)
    {
        lock (_lock)
        {
            return _holder == host ? _leak.Observe(startUnixMs, endUnixMs - startUnixMs, means[VmSignals.Memory], _learntMs > LearningMs) : default;
        }
    }

    /// <summary>Judges what the VM did with its memory in a window that was just learnt.</summary>
    internal PatternNews ObserveMemory(HostId host, long startUnixMs, in MemoryUse use)
    {
        lock (_lock)
        {
            return _holder == host ? _thrash.Observe(startUnixMs, use) : default;
        }
    }

    /// <summary>Judges what the balloon left to the VM in a window that was just learnt.</summary>
    internal PatternNews ObserveBalloon(HostId host, long startUnixMs, in BalloonUse use)
    {
        lock (_lock)
        {
            return _holder == host ? _starvation.Observe(startUnixMs, use) : default;
        }
    }

    /// <summary>Judges the CPU of a window that was just learnt.</summary>
    internal PatternNews ObserveSpikes(HostId host, long startUnixMs, long endUnixMs, ReadOnlySpan<double> means)
    {
        lock (_lock)
        {
            return _holder == host ? _spikes.Observe(startUnixMs, endUnixMs - startUnixMs, means[VmSignals.Cpu]) : default;
        }
    }

    /// <summary>Takes what the VM used in a window, whether that was learnt or the VM has just begun to run.</summary>
    /// <param name="host">Who sees it.</param>
    /// <param name="window">Number of the window.</param>
    /// <param name="use">What it used.</param>
    /// <param name="startedUnixMs">When it began to run; milliseconds since 1970 UTC, 0 = unknown.</param>
    /// <param name="isSettling">Whether it has just begun.</param>
    internal void ObserveUse(HostId host, long window, in VmUse use, long startedUnixMs, bool isSettling)
    {
        lock (_lock)
        {
            if (_holder == host)
            {
                _use.Add(window, use);
                (_startedUnixMs, _isSettling) = (startedUnixMs, isSettling);
            }
        }
    }

    // A level that was learnt long ago says nothing of now.
    private static uint MaskOf(ReadOnlySpan<double> means)
    {
        uint known = 0;
        for (int i = 0; i < means.Length; i++)
        {
            known |= double.IsNaN(means[i]) ? 0 : 1u << i;
        }

        return known;
    }

    // Evidence e scores e / (e + 1), so that of a threshold t is t / (1 - t).
    private AnomalyNews Step(in AnomalyVerdict verdict, long startUnixMs, double threshold)
    {
        bool isCalm = verdict.Evidence < threshold / (1 - threshold) / 2;
        _calm = isCalm ? Math.Min(_calm + 1, CalmWindows) : 0;
        bool isOver = _sinceUnixMs > 0 && _calm == CalmWindows;
        long since = _sinceUnixMs;
        if (isOver)
        {
            (bool wasTold, _isTold, _sinceUnixMs) = (_isTold, false, 0);
            return wasTold ? new(AnomalyChange.Ended, verdict, since) : default;
        }

        bool isNew = _sinceUnixMs == 0 && _learntMs > LearningMs && verdict.Score >= threshold;
        _sinceUnixMs = isNew ? startUnixMs : _sinceUnixMs;
        bool isToTell = _sinceUnixMs > 0 && !_isTold && (isNew || !isCalm);
        _isTold |= isToTell;
        return isToTell ? new(AnomalyChange.Began, verdict, _sinceUnixMs) : default;
    }
}
