using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using VirtAgents.Cli.Queries;
using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli;

/// <summary>Options with values of our own kinds. Bad values are told with the option, the value and what is allowed.</summary>
internal static class Parsed
{
    public static Option<TimeSpan?> Duration(Option<TimeSpan?> option, TimeSpan shortest, TimeSpan longest)
    {
        var canBeBare = option.Arity.MinimumNumberOfValues == 0;
        option.HelpName = canBeBare ? "[DURATION]" : "DURATION";
        option.CustomParser = result =>
        {
            if (canBeBare && result.Tokens.Count == 0)
            {
                return null;
            }

            var text = result.Tokens[^1].Value;
            if (!Durations.TryParse(text, out var duration))
            {
                return Refuse<TimeSpan?>(result, option, text, Durations.Forms);
            }

            return duration < shortest || duration > longest
                ? Refuse<TimeSpan?>(result, option, text, $"from {Durations.Exact(shortest)} to {Durations.Exact(longest)}")
                : duration;
        };
        return option;
    }

    public static Option<TimePoint?> Time(Option<TimePoint?> option, TimeProvider clock)
    {
        option.HelpName = "TIME";
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return TimePoint.TryParse(text, clock.LocalTimeZone, out var point) ? point : Refuse<TimePoint?>(result, option, text, TimePoint.Forms);
        };
        return option;
    }

    /// <summary>A time to come: how long from now on, or an instant.</summary>
    public static Option<DateTimeOffset?> Later(Option<DateTimeOffset?> option, TimeProvider clock)
    {
        option.HelpName = "TIME";
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return TimePoint.TryParse(text, clock.LocalTimeZone, out var point)
                ? point.Instant ?? clock.GetUtcNow() + point.Ago.GetValueOrDefault()
                : Refuse<DateTimeOffset?>(result, option, text, "how long from now on (90s, 15m, 2h, 7d) or an ISO 8601 time (2026-11-22T21:00:00Z, or 2026-11-22T21:00 in local time)");
        };
        return option;
    }

    public static Option<StepChoice?> Step(Option<StepChoice?> option)
    {
        option.HelpName = "DURATION|all|raw";
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return StepChoice.TryParse(text, out var step) ? step : Refuse<StepChoice?>(result, option, text, StepChoice.Forms);
        };
        return option;
    }

    public static Option<AggregateChoice?> Aggregate(Option<AggregateChoice?> option)
    {
        option.HelpName = "AGGREGATE";
        option.CompletionSources.Add([.. AggregateChoice.Examples]);
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return AggregateChoice.TryParse(text, out var choice) ? choice : Refuse<AggregateChoice?>(result, option, text, AggregateChoice.Forms);
        };
        return option;
    }

    public static Option<AcrossChoice?> Across(Option<AcrossChoice?> option)
    {
        option.HelpName = "HOW";
        option.CompletionSources.Add([.. AcrossChoice.Examples]);
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return AcrossChoice.TryParse(text, out var choice) ? choice : Refuse<AcrossChoice?>(result, option, text, AcrossChoice.Forms);
        };
        return option;
    }

    /// <summary>One name of an enum.</summary>
    public static Option<T?> Name<T>(Option<T?> option, EnumNames<T> names)
        where T : struct, Enum
    {
        option.HelpName = string.Join('|', names.All);

        // Those of the enum itself are not what is read here.
        option.CompletionSources.Clear();
        option.CompletionSources.Add([.. names.All]);
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return names.TryParse(text, out var value) ? value : Refuse<T?>(result, option, text, "one of " + string.Join(", ", names.All));
        };
        return option;
    }

    public static Option<int?> Count(Option<int?> option, int least, int most)
    {
        option.HelpName = "N";
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= most
                ? count
                : Refuse<int?>(result, option, text, most == int.MaxValue ? $"a whole number, {least} or more" : $"a whole number from {least} to {most}");
        };
        return option;
    }

    /// <summary>A number that need not be whole.</summary>
    public static Option<double?> Number(Option<double?> option, double least, double most)
    {
        option.HelpName = "X";
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : Refuse<double?>(result, option, text, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
        };
        return option;
    }

    /// <summary>Names of an enum, given more than once or with commas between them. <paramref name="all"/> stands for every one.</summary>
    public static Option<IReadOnlyList<T>?> Names<T>(Option<IReadOnlyList<T>?> option, EnumNames<T> names, string? all = null)
        where T : struct, Enum
    {
        option.Arity = ArgumentArity.OneOrMore;
        option.AllowMultipleArgumentsPerToken = false;
        option.CompletionSources.Add([.. names.All, .. all is null ? Array.Empty<string>() : [all]]);
        option.CustomParser = result => ReadNames(result, option, names, all);
        return option;
    }

    private static List<T>? ReadNames<T>(ArgumentResult result, Option option, EnumNames<T> names, string? all)
        where T : struct, Enum
    {
        var values = new List<T>();
        foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
        {
            if (all is not null && string.Equals(text, all, StringComparison.OrdinalIgnoreCase))
            {
                values.AddRange(Enum.GetValues<T>());
            }
            else if (names.TryParse(text, out var value))
            {
                values.Add(value);
            }
            else
            {
                return Refuse<List<T>>(result, option, text, "one of " + string.Join(", ", names.All) + (all is null ? "" : ", " + all));
            }
        }

        return values;
    }

    private static T? Refuse<T>(ArgumentResult result, Option option, string text, string allowed)
    {
        result.AddError($"{option.Name}: '{text}' is not allowed; give {allowed}.");
        return default;
    }
}
