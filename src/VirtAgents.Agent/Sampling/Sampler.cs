using Google.Protobuf;
using VirtAgents.Agent.Spool;
using VirtAgents.Core.Model;
using VirtAgents.Hypervisors;
using VirtAgents.Protocol;
using V1Report = VirtAgents.Protocol.V1.Report;

namespace VirtAgents.Agent.Sampling;

/// <summary>
/// Takes one sample at a time per tier and puts it into the spool. Buffers are kept, so a tick allocates per message only.
/// A host that a simulated fault has killed samples nothing.
/// </summary>
internal sealed class Sampler(IHypervisor hypervisor, MessageSpool spool, InventoryDesk desk, AgentCounters counters, Func<bool> isAlive, TimeProvider time)
{
    private readonly Lane _fast = new();
    private readonly Lane _slow = new();
    private readonly Lock _keeping = new();
    private readonly AgentTable _agentTable = new(counters, spool, hypervisor);

    /// <summary>Samples one tier. The two tiers may run at the same time.</summary>
    public async ValueTask TickAsync(SampleTier tier, CancellationToken cancellationToken)
    {
        if (!isAlive())
        {
            return;
        }

        Lane lane = tier == SampleTier.Fast ? _fast : _slow;
        SampleSet samples = lane.Samples;
        samples.Reset();
        samples.Tier = tier;
        samples.TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        long started = time.GetTimestamp();
        await (tier == SampleTier.Fast
            ? hypervisor.SampleFastAsync(samples, cancellationToken)
            : hypervisor.SampleSlowAsync(samples, cancellationToken));
        samples.DurationMicroseconds = (long)time.GetElapsedTime(started).TotalMicroseconds;
        counters.CountSample(tier, samples.DurationMicroseconds);
        if (tier == SampleTier.Slow)
        {
            _agentTable.AddTo(samples);
        }

        if (samples.TableCount > 0)
        {
            Keep(lane);
        }
    }

    /// <summary>Takes over the newest inventory also when nothing is sampled yet.</summary>
    public void RefreshInventory()
    {
        lock (_keeping)
        {
            desk.Refresh();
        }
    }

    private void Keep(Lane lane)
    {
        // One tier at a time: the inventory in force and the reports that name it must lie in the spool in order.
        lock (_keeping)
        {
            // The spool numbers its records itself; the number inside the message is set when it is sent.
            V1Report report = lane.Encoder.Encode(desk.Fit(lane.Samples), sequence: 1, keyframe: true);
            spool.Append(RecordKind.Report, lane.Serialize(report));
        }
    }

    private sealed class Lane
    {
        private byte[] _buffer = new byte[4 << 10];

        public SampleSet Samples { get; } = new();

        public ReportEncoder Encoder { get; } = new();

        public ReadOnlySpan<byte> Serialize(V1Report report)
        {
            int size = report.CalculateSize();
            if (_buffer.Length < size)
            {
                _buffer = new byte[size * 2];
            }

            report.WriteTo(_buffer.AsSpan(0, size));
            return _buffer.AsSpan(0, size);
        }
    }
}
