using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Exposition;
using VirtAgents.Collector.Ingest;
using VirtAgents.Collector.Tests.Query;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Tests.Exposition;

/// <summary>The endpoint alone, on a store that answers as the test wants.</summary>
internal sealed class PageUnderTest : ILogger<MetricsPage>, IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CollectorMetrics _metrics;
    private readonly MetricsPage _page;

    public PageUnderTest()
    {
        _metrics = new CollectorMetrics(_services.GetRequiredService<IMeterFactory>());
        _page = new MetricsPage(new FleetDouble { Hosts = SampleFleet.Hosts }, Store, _metrics, Clock, this);
    }

    public ListStore Store { get; } = new ListStore().Add(new Subject(SubjectKind.Host, SampleFleet.Alpha.Value, ""), Metric.HostMemoryTotal, (QueryServer.Now, 1));

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(QueryServer.Now));

    public List<string> Log { get; } = [];

    public async Task<(int Status, string Text)> GetAsync()
    {
        using var text = new MemoryStream();
        int status = await GetAsync(text);
        return (status, Encoding.UTF8.GetString(text.ToArray()));
    }

    public async Task<int> GetAsync(Stream body)
    {
        var call = new DefaultHttpContext { Response = { Body = body } };
        await _page.AnswerAsync(call, new OwnFigures(own => own.Response.WriteAsync("# TYPE virtcollector_x gauge\nvirtcollector_x 1\n")));
        return call.Response.StatusCode;
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Log.Add($"{logLevel}: {formatter(state, exception)}");

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }
}
