using System.Collections.Concurrent;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Ingest;

/// <summary>Sample sets that are used again, so that a report allocates nothing per value once buffers have grown.</summary>
internal sealed class SampleSetPool
{
    private const int Most = 2_048;

    private readonly ConcurrentQueue<SampleSet> _free = new();

    public SampleSet Take() => _free.TryDequeue(out SampleSet? free) ? free : new SampleSet();

    public void ReturnOf(IngestItem item)
    {
        if (item.Report is not null)
        {
            Return(item.Report.Samples);
        }
    }

    public void Return(SampleSet used)
    {
        used.Reset();
        if (_free.Count < Most)
        {
            _free.Enqueue(used);
        }
    }
}
