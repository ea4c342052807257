using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Traces;

namespace VirtAgents.Cli.Consolidating;

/// <summary>Reads a day of load: a line for each VM, its CPU in percent at each step between commas.</summary>
internal static class LoadFile
{
    private const int FewestSteps = 2;

    /// <summary>Percent by step and VM.</summary>
    /// <exception cref="CliFailureException">Something cannot be read; the message names it.</exception>
    public static double[][] Read(string path)
    {
        List<double[]> vms = [];
        using var reader = TraceFile.Open(path);
        while (TraceFile.ReadLine(reader, path) is { } line)
        {
            var row = Row(line, path, vms.Count + 1);
            if (vms.Count > 0 && row.Length != vms[0].Length)
            {
                throw Wrong(path, vms.Count + 1, $": {Units.Count(row.Length, "sample")}; the first line has {vms[0].Length}");
            }

            if (row.Length < FewestSteps)
            {
                throw Wrong(path, vms.Count + 1, $": {Units.Count(row.Length, "sample")}; at least {FewestSteps} are needed");
            }

            vms.Add(row);
        }

        return vms.Count == 0
            ? throw new CliFailureException(ExitCode.Failure, $"{SafeText.Line(path)} is empty; give a line for each VM.")
            : [.. Enumerable.Range(0, vms[0].Length).Select(step => vms.Select(vm => vm[step]).ToArray())];
    }

    private static double[] Row(string line, string path, int number)
    {
        List<double> row = [];
        foreach (var cell in line.AsSpan().Split(','))
        {
            var text = line.AsSpan(cell).Trim();
            row.Add(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
                ? percent
                : throw Wrong(path, number, $", sample {row.Count + 1}: '{SafeText.Line(text.ToString())}' is no percentage from 0 to 100"));
        }

        return [.. row];
    }

    private static CliFailureException Wrong(string path, int line, string what) => new(ExitCode.Failure, $"{SafeText.Line(path)}, line {line}{what}.");
}
