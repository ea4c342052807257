using System.Diagnostics;

namespace VirtAgents.Testbed;

/// <summary>Runs programs and gives what they print.</summary>
internal static class Command
{
    /// <summary>More than the slowest command needs on a loaded machine (a VM that boots under emulation).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>A daemon that was started may keep the pipe open; its starter's own words are there at once.</summary>
    private static readonly TimeSpan OutputPatience = TimeSpan.FromSeconds(5);

    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "testbed");

    public static Task<string> ScriptAsync(string script, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(["bash", Path.Combine(Scripts, script), .. arguments], cancellationToken);

    public static async Task<string> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using Process process = Start(command);
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        string line = string.Join(' ', command);
        try
        {
            await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
            string printed = await output.WaitAsync(OutputPatience, cancellationToken);
            return process.ExitCode == 0
                ? printed.TrimEnd()
                : throw new TestbedException($"'{line}' ended with status {process.ExitCode}: {printed}{await errors.WaitAsync(OutputPatience, cancellationToken)}");
        }
        catch (TimeoutException exception)
        {
            throw new TestbedException($"'{line}' did not end in time", exception);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process = Process.Start(start) ?? throw new TestbedException($"{command[0]} did not start");
        process.StandardInput.Close();
        return process;
    }
}
