using System.Net;
using System.Text.Json;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>A Prometheus of the test's own, with a directory and a loopback port of its own, that scrapes one target each second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/prometheus";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("va-prometheus-");
    private readonly HttpClient _http;
    private readonly RunningProgram _server;

    private PrometheusServer(string configuration)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Installation.FreePort(IPAddress.Loopback)}"), Timeout = Patience };
        string file = Path.Combine(_directory.FullName, "prometheus.yml");
        File.WriteAllText(file, configuration);
        _server = RunningProgram.Start(
            Program, $"--config.file={file}", $"--storage.tsdb.path={_directory.FullName}/data", $"--web.listen-address=127.0.0.1:{_http.BaseAddress.Port}", "--log.level=warn");
    }

    /// <summary>What it complained about.</summary>
    public string Log => _server.Output;

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="configuration">Its configuration file.</param>
    public static async Task<PrometheusServer> StartAsync(string configuration)
    {
        Assert.True(File.Exists(Program), $"{Program} is not there: tests/testbed/install.sh installs it");
        var server = new PrometheusServer(configuration);
        try
        {
            await Eventually.HoldsAsync(Patience, server.NotReadyAsync);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Evaluates an expression now: the labels and the value of each series.</summary>
    public async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Labels, double Value)>> QueryAsync(string expression)
    {
        using HttpResponseMessage answer = await _http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{expression}: {text}");
        return
        [
            .. JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(series => (
                (IReadOnlyDictionary<string, string>)series.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!),
                double.Parse(series.GetProperty("value")[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture))),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task<string?> NotReadyAsync()
    {
        if (_server.HasExited)
        {
            throw new InvalidOperationException($"prometheus ended with {_server.ExitCode}:\n{Log}");
        }

        try
        {
            using HttpResponseMessage answer = await _http.GetAsync("/-/ready");
            return answer.IsSuccessStatusCode ? null : $"prometheus answers {answer.StatusCode}";
        }
        catch (HttpRequestException problem)
        {
            return problem.Message;
        }
    }
}
