using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>A program under test: its output line by line, signals by pid, and no process left when the test ends.</summary>
internal sealed partial class RunningProgram : IAsyncDisposable
{
    public const int SigInt = 2, SigKill = 9, SigTerm = 15, SigCont = 18, SigStop = 19;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private RunningProgram(Process process) => _process = process;

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Memory that it has now, MiB.</summary>
    public long ResidentMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 20;
        }
    }

    public IReadOnlyCollection<string> Lines => _lines;

    public string Output => string.Join('\n', _lines);

    /// <summary>Waits until a line of the output has this text: what a program does is often seen before what it says of it.</summary>
    public Task<TimeSpan> SaysAsync(string text, TimeSpan limit) => Eventually.HoldsAsync(limit, () => Task.FromResult(
        _lines.Any(l => l.Contains(text, StringComparison.Ordinal)) ? null : $"nothing says '{text}', but:\n{Output}"));

    public static RunningProgram Start(string program, params IEnumerable<string> arguments) =>
        Start(program, [.. arguments], new Dictionary<string, string?>());

    public static RunningProgram Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Repository.Root,
        };
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var running = new RunningProgram(process);
        process.OutputDataReceived += running.Keep;
        process.ErrorDataReceived += running.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return running;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, TimeSpan limit, params IEnumerable<string> arguments)
    {
        await using RunningProgram running = Start(program, arguments);
        await running.WaitForExitAsync(limit);
        return (running.ExitCode, running.Output);
    }

    public void Signal(int signal)
    {
        if (!_process.HasExited)
        {
            SendSignal(_process.Id, signal);
        }
    }

    /// <summary>Sends a signal to any process, such as a QEMU.</summary>
    public static void SendSignal(int pid, int signal)
    {
        if (Kill(pid, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal} to process {pid} failed with error {Marshal.GetLastPInvokeError()}");
        }
    }

    public async Task WaitForExitAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{_process.StartInfo.FileName} did not end within {limit.TotalSeconds:F0} s. Output:\n{Output}");
        }
    }

    public async Task KillAsync()
    {
        Signal(SigKill);
        await WaitForExitAsync(TimeSpan.FromSeconds(20));
    }

    public async Task<int> StopAsync(TimeSpan limit)
    {
        Signal(SigTerm);
        await WaitForExitAsync(limit);
        return ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            _lines.Enqueue(text);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
