namespace VirtAgents.Testbed;

/// <summary>A VictoriaMetrics of the test's own, which takes line protocol and answers its own API.</summary>
public sealed class VictoriaMetricsServer : DatabaseServer
{
    private VictoriaMetricsServer()
    {
    }

    private protected override string Program => "/usr/bin/victoria-metrics";

    // Without the last setting it keeps what is written twice twice.
    private protected override string[] Arguments =>
        [$"-storageDataPath={Directory}/data", $"-httpListenAddr=127.0.0.1:{Url.Port}", "-retentionPeriod=100y", "-dedup.minScrapeInterval=1ms"];

    private protected override string HealthPath => "/health";

    /// <summary>Starts a server and waits until it answers.</summary>
    public static Task<VictoriaMetricsServer> StartAsync(CancellationToken cancellationToken) => StartAsync(new VictoriaMetricsServer(), cancellationToken);

    /// <summary>Makes everything that was written visible, and durable when asked; it does both by itself some seconds later.</summary>
    public async Task FlushAsync(bool durable)
    {
        await AskAsync("/internal/force_flush");
        if (durable)
        {
            await AskAsync("/snapshot/create");
        }
    }

    /// <summary>Asks a path and returns the answer as the server gives it.</summary>
    public async Task<string> AskAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(new Uri(Url, path));
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new TestbedException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
