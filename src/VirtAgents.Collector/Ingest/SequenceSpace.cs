using VirtAgents.Core.Model;
using VirtAgents.Storage;

namespace VirtAgents.Collector.Ingest;

/// <summary>What became of a number that arrived.</summary>
internal enum Arrival
{
    /// <summary>It is the first time.</summary>
    New = 0,

    /// <summary>It was received before.</summary>
    Duplicate = 1,

    /// <summary>It leaves more holes than an agent can have.</summary>
    TooManyHoles = 2,
}

/// <summary>
/// Which messages of one sequence space arrived, and which of them are durable. Outlives the stream, so that a message
/// that was received but is not durable yet is not taken twice after a reconnect. Thread-safe.
/// </summary>
internal sealed class SequenceSpace(HostId host, BootId boot, StreamPosition? stored)
{
    /// <summary>An agent has at most one hole for each event that overtook; this is far beyond.</summary>
    public const int MostHoles = 10_000;

    private readonly Lock _lock = new();
    private readonly SequenceSet _received = new(stored?.Contiguous ?? 0, stored?.Beyond ?? []);
    private readonly SequenceSet _durable = new(stored?.Contiguous ?? 0, stored?.Beyond ?? []);
    private long _pending;
    private IAckTarget? _target;

    public HostId Host => host;

    public BootId Boot => boot;

    /// <summary>Whether messages of it were received before.</summary>
    public bool Known => DurableContiguous > 0;

    public long DurableContiguous
    {
        get
        {
            lock (_lock)
            {
                return _durable.Contiguous;
            }
        }
    }

    /// <summary>Whether everything that was received is durable.</summary>
    public bool Settled
    {
        get
        {
            lock (_lock)
            {
                return _pending == 0;
            }
        }
    }

    /// <summary>Takes a message, or a run of missing ones; the caller then owes its durability.</summary>
    public Arrival Receive(long first, long last)
    {
        lock (_lock)
        {
            if (_received.Runs > MostHoles)
            {
                return Arrival.TooManyHoles;
            }

            if (!_received.Add(first, last))
            {
                return Arrival.Duplicate;
            }

            _pending++;
            return Arrival.New;
        }
    }

    /// <summary>Where acknowledgements go from now on; null = nowhere.</summary>
    public void Attach(IAckTarget? target)
    {
        lock (_lock)
        {
            _target = target;
        }
    }

    /// <summary>Stops sending acknowledgements to a target, unless another one took its place.</summary>
    public void Detach(IAckTarget target)
    {
        lock (_lock)
        {
            _target = _target == target ? null : _target;
        }
    }

    /// <summary>A message, or a run of missing ones, is durable.</summary>
    public void MarkDurable(long first, long last)
    {
        lock (_lock)
        {
            _durable.Add(first, last);
            _pending--;
        }
    }

    /// <summary>Tells the attached stream how far everything is durable.</summary>
    public void Acknowledge()
    {
        IAckTarget? target;
        long contiguous;
        lock (_lock)
        {
            (target, contiguous) = (_target, _durable.Contiguous);
        }

        target?.Acknowledge(contiguous);
    }
}
