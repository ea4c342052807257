namespace VirtAgents.Core.Scheduling.Queues;

/// <summary>Runs the jobs of a trace through a queue on so many processors, as fast as it can.</summary>
/// <remarks>
/// Decisions are taken at every submission and every end; at one instant first what ends is freed, then what comes is queued,
/// then the queue is served once. Jobs are rigid, start whole and run without pause.
/// </remarks>
/// <param name="capacity">All that there is.</param>
/// <param name="discipline">Order of the queue.</param>
/// <param name="backfilling">What may pass a head that does not fit.</param>
public sealed class QueueReplay(Resources capacity, IQueueDiscipline discipline, Backfilling backfilling)
{
    private readonly RunningSet _running = new(capacity);
    private readonly WaitingQueue _waiting = new(discipline);
    private readonly PriorityQueue<int, double> _ends = new();
    private readonly List<int> _places = [];

    /// <summary>Told after each round, when set: the instant, and the decision for every request that waited.</summary>
    public Action<double, IReadOnlyList<QueueDecision>>? Told { get; init; }

    /// <summary>When each job starts, on the clock of the queue. To be called once.</summary>
    /// <param name="jobs">Jobs in order of submission, numbered from 0.</param>
    /// <exception cref="ArgumentException">A job needs more than there is, and would block the queue for ever.</exception>
    public double[] Run(IReadOnlyList<ReplayedJob> jobs)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        if (jobs.FirstOrDefault(j => !j.Request.Need.FitsIn(capacity)) is { } tooLarge)
        {
            throw new ArgumentException($"job {tooLarge.Request.Id} needs more than there is", nameof(jobs));
        }

        double[] starts = new double[jobs.Count];
        DispatchRound round = new(backfilling, _running);
        int next = 0;
        while (next < jobs.Count || _waiting.Count > 0)
        {
            double now = NextInstant(jobs, next);
            Free(jobs, starts, now);
            for (; next < jobs.Count && jobs[next].Request.SubmittedSeconds <= now; next++)
            {
                _waiting.Add(jobs[next].Request, now);
            }

            Serve(round, jobs, starts, now);
        }

        return starts;
    }

    private double NextInstant(IReadOnlyList<ReplayedJob> jobs, int next)
    {
        double submission = next < jobs.Count ? jobs[next].Request.SubmittedSeconds : double.PositiveInfinity;
        return _ends.TryPeek(out _, out double end) ? Math.Min(submission, end) : submission;
    }

    private void Free(IReadOnlyList<ReplayedJob> jobs, double[] starts, double now)
    {
        while (_ends.TryPeek(out int job, out double end) && end <= now)
        {
            _ends.Dequeue();
            _running.End(jobs[job].Request, starts[job]);
        }
    }

    private void Serve(DispatchRound round, IReadOnlyList<ReplayedJob> jobs, double[] starts, double now)
    {
        // Without a free processor nothing starts, whatever the order is.
        if (_running.Free.Processors <= 0 && Told is null)
        {
            return;
        }

        _places.Clear();
        List<QueueDecision>? told = Told is null ? null : [];
        ReadOnlySpan<WaitingEntry> waiting = _waiting.Arrange(now);
        round.Run(waiting, now, _places, told);
        foreach (int place in _places)
        {
            int job = (int)waiting[place].Request.Id;
            starts[job] = now;
            _ends.Enqueue(job, now + jobs[job].RunSeconds);
        }

        _waiting.Remove(_places);
        if (told is { Count: > 0 })
        {
            Told!(now, told);
        }
    }
}
