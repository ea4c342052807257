using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace VirtAgents.Testbed;

/// <summary>An InfluxDB 1 of the test's own: directories of its own, loopback ports of its own, and it can be killed and started again.</summary>
public sealed class InfluxServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/influxd";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("va-influx-");
    private readonly HttpClient _http = new() { Timeout = Patience };
    private readonly StringBuilder _log = new();
    private Process? _server;

    private InfluxServer(string settings)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }

        File.WriteAllText(ConfigFile, Config(settings));
    }

    /// <summary>Where it listens, also after it was started again.</summary>
    public Uri Url { get; }

    private string ConfigFile => Path.Combine(_directory.FullName, "influxdb.conf");

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="settings">More lines for the section <c>[http]</c> of its configuration.</param>
    public static async Task<InfluxServer> StartAsync(CancellationToken cancellationToken, string settings = "")
    {
        if (!File.Exists(Program))
        {
            throw new TestbedException($"{Program} is not there: tests/testbed/install.sh installs it");
        }

        var server = new InfluxServer(settings);
        try
        {
            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it after a kill, with the same data at the same address.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program, ["-config", ConfigFile]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["HOME"] = _directory.FullName;
        _server = Process.Start(start)!;
        _server.OutputDataReceived += (_, line) => Note(line.Data);
        _server.ErrorDataReceived += (_, line) => Note(line.Data);
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        while (!await AnswersAsync(limit.Token))
        {
            if (_server.HasExited)
            {
                throw new TestbedException($"influxd ended with {_server.ExitCode}:\n{Log()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Kills it as a power cut would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (_server is Process server)
        {
            server.Kill();
            await server.WaitForExitAsync().WaitAsync(Patience);
            server.Dispose();
            _server = null;
        }
    }

    /// <summary>Carries InfluxQL out and returns the answer as the server gives it.</summary>
    public async Task<string> QueryAsync(string query, string database = "", string user = "", string password = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, "/query"))
        {
            Content = new FormUrlEncodedContent([new("q", query), new("db", database), new("epoch", "ms")]),
        };
        if (user.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }

        using HttpResponseMessage answer = await _http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        _directory.Delete(recursive: true);
    }

    private string Config(string settings) => $"""
        reporting-enabled = false
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
        dir = "{_directory.FullName}/meta"
        [data]
        dir = "{_directory.FullName}/data"
        wal-dir = "{_directory.FullName}/wal"
        index-version = "tsi1"
        query-log-enabled = false
        [monitor]
        store-enabled = false
        [http]
        bind-address = "127.0.0.1:{Url.Port}"
        log-enabled = false
        {settings}
        """;

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(new Uri(Url, "/ping"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Note(string? line)
    {
        lock (_log)
        {
            _log.AppendLine(line);
        }
    }

    private string Log()
    {
        lock (_log)
        {
            return _log.ToString();
        }
    }
}
