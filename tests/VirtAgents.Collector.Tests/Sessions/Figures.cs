using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace VirtAgents.Collector.Tests.Sessions;

/// <summary>
/// Figures of one collector. Its /metrics page is no use for that: collectors that share a process share the meter's
/// name, and the one that ends takes the figures of the others with it.
/// </summary>
internal sealed class Figures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Label), long> _sums = [];

    public Figures(IMeterFactory collector)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, collector))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _sums.AddOrUpdate((instrument.Name, tags.Length > 0 ? $"{tags[0].Value}" : ""), value, (_, sum) => instrument.IsObservable ? value : sum + value));
        _listener.Start();
    }

    public long Sum(string name, string label) => _sums.GetValueOrDefault((name, label));

    /// <summary>A gauge as it is now.</summary>
    public long Gauge(string name)
    {
        _listener.RecordObservableInstruments();
        return _sums[(name, "")];
    }

    public void Dispose() => _listener.Dispose();
}
