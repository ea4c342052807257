using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace VirtAgents.Benchmarks;

/// <summary>The built collector as a process of its own, on the embedded store unless settings name another, in a directory that is gone afterwards.</summary>
internal sealed class BenchCollector : IAsyncDisposable
{
    private readonly Process _process;

    private BenchCollector(string directory, Process process, int grpcPort, int httpPort)
    {
        (Directory, _process) = (directory, process);
        Endpoint = $"http://127.0.0.1:{grpcPort}";
        Metrics = new Uri($"http://127.0.0.1:{httpPort}/metrics");
    }

    public string Directory { get; }

    public string Endpoint { get; }

    public Uri Metrics { get; }

    public double StoreBytes =>
        System.IO.Directory.GetFiles(Path.Combine(Directory, "store"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);

    /// <summary>CPU time it used so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 20;
        }
    }

    /// <summary>Starts it; it listens when this returns.</summary>
    public static async Task<BenchCollector> StartAsync(params string[] settings)
    {
        string directory = System.IO.Directory.CreateTempSubdirectory("virtagents-bench-").FullName;
        int grpcPort = FreePort(), httpPort = FreePort();
        string program = Path.Combine(AppContext.BaseDirectory, "..", "..", "VirtAgents.Collector", "release", "virtcollector");
        Process process = Process.Start(new ProcessStartInfo(program,
        [
            "--insecure", "--ready-file", Path.Combine(directory, "ready"), $"--Listen:Grpc=127.0.0.1:{grpcPort}",
            $"--Listen:Http=127.0.0.1:{httpPort}", $"--Store:Embedded:Path={Path.Combine(directory, "store", "virtagents.db")}", .. settings,
        ])
        { RedirectStandardOutput = true }) ?? throw new InvalidOperationException($"{program} did not start");
        var collector = new BenchCollector(directory, process, grpcPort, httpPort);
        collector.ShowComplaints();
        await collector.WaitAsync(() => File.Exists(Path.Combine(directory, "ready")));
        return collector;
    }

    /// <summary>One of its own figures at /metrics, all label values together; 0 when it has not counted it yet.</summary>
    public async Task<double> FigureAsync(string name)
    {
        using var http = new HttpClient();
        string text = await http.GetStringAsync(Metrics);
        return text.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') is > 0 and var labels ? labels + 1 : name.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Shows what the collector complains about: a figure of a collector with errors is worth nothing.</summary>
    private void ShowComplaints()
    {
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && (text.Contains("warn", StringComparison.Ordinal) || text.Contains("fail", StringComparison.Ordinal)))
            {
                Console.Error.WriteLine($"collector: {text}");
            }
        };
        _process.BeginOutputReadLine();
    }

    private async Task WaitAsync(Func<bool> condition)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 600 && !condition(); i++)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"the collector ended with {_process.ExitCode}");
            }

            await ticks.WaitForNextTickAsync();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
