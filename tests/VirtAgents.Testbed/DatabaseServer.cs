using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VirtAgents.Testbed;

/// <summary>A database server of the test's own: a directory of its own, a loopback port of its own, and it can be killed and started again.</summary>
public abstract class DatabaseServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly DirectoryInfo _directory = System.IO.Directory.CreateTempSubdirectory("va-database-");
    private readonly StringBuilder _log = new();
    private Process? _server;

    private protected DatabaseServer()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
    }

    /// <summary>Where it listens, also after it was started again.</summary>
    public Uri Url { get; }

    /// <summary>Its process; it changes with each start.</summary>
    public int Pid => _server?.Id ?? throw new InvalidOperationException("it does not run");

    /// <summary>CPU time that its process used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _server!.Refresh();
            return _server.TotalProcessorTime;
        }
    }

    private protected HttpClient Http { get; } = new() { Timeout = Patience };

    private protected string Directory => _directory.FullName;

    private protected abstract string Program { get; }

    private protected abstract string[] Arguments { get; }

    private protected abstract string HealthPath { get; }

    /// <summary>Starts it after a kill, with the same data at the same address, and waits until it answers.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program, Arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["HOME"] = Directory;
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
                throw new TestbedException($"{Program} ended with {_server.ExitCode}:\n{Log()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    /// <summary>Kills it as a power cut would, and waits until it is gone.</summary>
    public Task KillAsync() => EndAsync(server =>
    {
        server.Kill();
        return Task.CompletedTask;
    });

    /// <summary>Stops it as its administrator would, and waits until it is gone.</summary>
    public Task StopAsync() => EndAsync(server => Command.RunAsync(["kill", "-TERM", $"{server.Id}"], CancellationToken.None));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Http.Dispose();
        _directory.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts it for the first time; it is disposed when that fails.</summary>
    private protected static async Task<T> StartAsync<T>(T server, CancellationToken cancellationToken)
        where T : DatabaseServer
    {
        try
        {
            if (!File.Exists(server.Program))
            {
                throw new TestbedException($"{server.Program} is not there: tests/testbed/install.sh installs it");
            }

            await server.StartAgainAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task EndAsync(Func<Process, Task> end)
    {
        if (_server is Process server)
        {
            await end(server);
            await server.WaitForExitAsync().WaitAsync(Patience);
            server.Dispose();
            _server = null;
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await Http.GetAsync(new Uri(Url, HealthPath), cancellationToken);
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
