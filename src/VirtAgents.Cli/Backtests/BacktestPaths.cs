using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Backtests;

/// <summary>Which files a backtest reads, and where the scores of each go.</summary>
/// <param name="Pairs">Input and output files.</param>
/// <param name="IsFolder">Whether a folder was given: what is no series is left out then.</param>
internal sealed record BacktestPaths(IReadOnlyList<(string Input, string Output)> Pairs, bool IsFolder)
{
    public static BacktestPaths Of(string input, string output)
    {
        if (File.Exists(input))
        {
            return Directory.Exists(output)
                ? throw Wrong(ExitCode.Usage, $"--output: {output} is a folder; give a file, as --input is one")
                : SameFile(input, output)
                ? throw Wrong(ExitCode.Usage, $"--output: {output} is the file of --input; give another one")
                : new BacktestPaths([(input, output)], IsFolder: false);
        }

        return Directory.Exists(input)
            ? Folder(input, output)
            : throw Wrong(ExitCode.NotFound, $"--input: {input} does not exist; give a file or a folder");
    }

    private static BacktestPaths Folder(string input, string output)
    {
        if (File.Exists(output))
        {
            throw Wrong(ExitCode.Usage, $"--output: {output} is a file; give a folder, as --input is one");
        }

        // Scores within the input would be read as input the next time.
        var relative = Path.GetRelativePath(Path.GetFullPath(input), Path.GetFullPath(output));
        if (relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(relative))
        {
            throw Wrong(ExitCode.Usage, $"--output: {output} is in the folder of --input; give one outside it");
        }

        return new BacktestPaths(
            [.. Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => (file, Path.Combine(output, Path.GetRelativePath(input, file))))],
            IsFolder: true);
    }

    private static bool SameFile(string input, string output) => Path.GetFullPath(input) == Path.GetFullPath(output);

    private static CliFailureException Wrong(ExitCode code, string message) => new(code, SafeText.Line(message) + ".");
}
