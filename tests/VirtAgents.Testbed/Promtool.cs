using System.Diagnostics;

namespace VirtAgents.Testbed;

/// <summary>Prometheus' own judge of pages and files.</summary>
public static class Promtool
{
    private const string Program = "/usr/bin/promtool";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Checks a page of metrics.</summary>
    /// <param name="page">The page.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="otherNames">Beginnings of names whose naming is not ours to judge.</param>
    /// <exception cref="TestbedException">It cannot be read, or a name or help goes against the conventions; the message has the complaints.</exception>
    public static async Task CheckMetricsAsync(string page, CancellationToken cancellationToken, params string[] otherNames)
    {
        if (!File.Exists(Program))
        {
            throw new TestbedException($"{Program} is not there: tests/testbed/install.sh installs it");
        }

        var start = new ProcessStartInfo(Program, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken), errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(page.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        string[] complaints =
        [
            .. $"{await output}\n{await errors}".Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !otherNames.Any(other => line.StartsWith(other, StringComparison.Ordinal))),
        ];

        // 0 = nothing to say, 3 = something about names; everything else means that it could not read the page.
        if (complaints.Length > 0 || process.ExitCode is not (0 or 3))
        {
            throw new TestbedException($"promtool ended with {process.ExitCode}: {string.Join('\n', complaints)}");
        }
    }
}
