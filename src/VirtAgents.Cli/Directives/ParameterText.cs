using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Directives;

/// <summary>Values of parameters as people write them, in the unit that the parameter's name ends with.</summary>
internal static class ParameterText
{
    /// <summary>Parameters from name=value; a problem names what is wrong.</summary>
    public static Dictionary<string, string> Read(DirectiveDefinition definition, IEnumerable<string> pairs)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            if (cut < 1)
            {
                throw new CliFailureException(ExitCode.Usage, $"--param: '{SafeText.Line(pair)}' is not allowed; give NAME=VALUE.");
            }

            if (!parameters.TryAdd(pair[..cut], Convert(definition, pair[..cut], pair[(cut + 1)..])))
            {
                throw new CliFailureException(ExitCode.Usage, $"--param: {SafeText.Line(pair[..cut])} is given twice.");
            }
        }

        return parameters;
    }

    /// <summary>A size in bytes, a duration in the unit of the name; whatever else, and what cannot be read, stays for the check by the catalogue.</summary>
    public static string Convert(DirectiveDefinition definition, string name, string text)
    {
        if (definition.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.Type != ParameterType.Number)
        {
            return text;
        }

        var bare = name.EndsWith("_per_second", StringComparison.Ordinal) && text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text;
        return name.Contains("bytes", StringComparison.Ordinal) && Sizes.TryParse(bare, out var bytes) ? Number(bytes)
            : name.EndsWith("_milliseconds", StringComparison.Ordinal) && Durations.TryParse(text, out var pause) ? Number((long)pause.TotalMilliseconds)
            : name.EndsWith("_seconds", StringComparison.Ordinal) && Durations.TryParse(text, out var wait) && wait.Milliseconds == 0 ? Number((long)wait.TotalSeconds)
            : text;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
