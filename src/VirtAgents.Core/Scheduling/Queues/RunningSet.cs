using System.Runtime.InteropServices;

namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>What runs, in order of estimated ends, and what is free beside it. Not thread-safe.</summary>
internal sealed class RunningSet(Resources free)
{
    private readonly List<RunningRequest> _byEnd = [];

    public Resources Free { get; private set; } = free;

    /// <summary>Adds one that ran before; what it takes is not free already.</summary>
    public void Add(RunningRequest running) => _byEnd.Insert(~_byEnd.BinarySearch(running), running);

    public void Start(QueuedRequest request, double nowSeconds)
    {
        Add(new RunningRequest(request.Id, nowSeconds + request.EstimateSeconds, request.Need, request.Tenant));
        Free -= request.Need;
    }

    /// <summary>Ends one that was started at the given time.</summary>
    public void End(QueuedRequest request, double startedSeconds)
    {
        _byEnd.RemoveAt(_byEnd.BinarySearch(new RunningRequest(request.Id, startedSeconds + request.EstimateSeconds, default)));
        Free += request.Need;
    }

    /// <summary>When the estimates say that so much will be free, and what else will be then.</summary>
    public Reservation Reserve(Resources need)
    {
        Resources free = Free;
        foreach (ref readonly RunningRequest running in CollectionsMarshal.AsSpan(_byEnd))
        {
            free += running.Need;
            if (need.FitsIn(free))
            {
                return new Reservation(running.EstimatedEndSeconds, free - need);
            }
        }

        return new Reservation(double.PositiveInfinity, free);
    }
}
