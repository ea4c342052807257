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

    /// <summary>
    /// Starts it after a kill, so that it can be seen to be another one: its own word of when it was started is in whole seconds, so one that lived for
    /// less is started anew until that word differs.
    /// </summary>
    /// <param name="before">What <see cref="StartedAsync"/> said before the kill.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task StartAfterAsync(string before, CancellationToken cancellationToken)
    {
        await StartAgainAsync(cancellationToken);
        while (await StartedAsync() == before)
        {
            await KillAsync();
            await StartAgainAsync(cancellationToken);
        }
    }

    /// <summary>When it was started, by its own word.</summary>
    public async Task<string> StartedAsync() =>
        (await AskAsync("/metrics")).Split('\n').Single(line => line.StartsWith("process_start_time_seconds ", StringComparison.Ordinal));

    /// <summary>Makes everything that was written visible; it does so by itself a second later.</summary>
    public Task FlushAsync() => AskAsync("/internal/force_flush");

    /// <summary>Asks a path and returns the answer as the server gives it.</summary>
    public async Task<string> AskAsync(string path)
    {
        using HttpResponseMessage answer = await Http.GetAsync(new Uri(Url, path));
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new TestbedException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
