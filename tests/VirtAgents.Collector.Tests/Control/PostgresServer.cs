using System.Diagnostics;
using Npgsql;

namespace VirtAgents.Collector.Tests.Control;

/// <summary>A PostgreSQL server of the test's own, in a directory of its own, reachable by a socket only.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _directory;
    private readonly Process _server;

    private PostgresServer(string directory, Process server) => (_directory, _server) = (directory, server);

    public string ConnectionString => $"Host={_directory};Username=virtagents;Database=postgres;Pooling=false";

    /// <summary>Directory of the server's programs; null = it is not installed.</summary>
    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public static async Task<PostgresServer> StartAsync()
    {
        string directory = Directory.CreateTempSubdirectory("va-pg-").FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        using (Process made = Start("initdb", "--no-sync", "-A", "trust", "-U", "virtagents", "-D", Path.Combine(directory, "data")))
        {
            await made.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);
            Assert.Equal(0, made.ExitCode);
        }

        Process server = Start("postgres", "-D", Path.Combine(directory, "data"), "-k", directory, "-c", "listen_addresses=", "-F");
        PostgresServer started = new(directory, server);
        try
        {
            await Sessions.RunningCollector.UntilAsync(started.AnswersAsync);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    // Stopped by its own program, it takes its children and shared memory with it.
    public async ValueTask DisposeAsync()
    {
        using (Process stop = Start("pg_ctl", "stop", "-m", "immediate", "-D", Path.Combine(_directory, "data")))
        {
            await stop.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }

        await _server.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // The server refuses to run as root.
    private static Process Start(string program, params string[] arguments)
    {
        string file = Path.Combine(Programs ?? throw new InvalidOperationException("PostgreSQL is not installed: there is no /usr/lib/postgresql"), program);
        ProcessStartInfo info = Environment.IsPrivilegedProcess
            ? new("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", file, .. arguments])
            : new(file, arguments);
        (info.RedirectStandardOutput, info.RedirectStandardError, info.WorkingDirectory) = (true, true, "/");
        Process process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_server.HasExited, "the server ended");
        try
        {
            await using NpgsqlConnection connection = new(ConnectionString);
            await connection.OpenAsync(Cancel);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
