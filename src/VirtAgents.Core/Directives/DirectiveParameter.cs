using System.Collections.Immutable;

namespace VirtAgents.Core.Directives;

/// <summary>What a parameter's text must be.</summary>
public enum ParameterType
{
    /// <summary>A whole number within the limits.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>Text with as many characters as the limits say, none of them a control character.</summary>
    Text,

    /// <summary>One of the choices.</summary>
    Choice,
}

/// <summary>A parameter of a kind of directive. Its name ends with its unit (<c>_bytes</c>, <c>_percent</c>, <c>_seconds</c>) when it has one.</summary>
/// <param name="Name">Name, in snake case.</param>
/// <param name="Type">What its text must be.</param>
/// <param name="Min">Smallest number, or fewest characters.</param>
/// <param name="Max">Largest number, or most characters.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="Meaning">What it does, and what holds when it is left out; for people.</param>
public sealed record DirectiveParameter(string Name, ParameterType Type, long Min, long Max, bool IsRequired, string Meaning)
{
    /// <summary>The texts of a choice; empty for other types.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>What is wrong with a text for this parameter, naming parameter, value and allowed range; null when nothing is.</summary>
    public string? ProblemWith(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Type switch
        {
            ParameterType.Number => IsNumber(text) ? null : $"{Name}: '{Shown(text)}' is not a whole number from {Min} to {Max}",
            ParameterType.Flag => text is "true" or "false" ? null : $"{Name}: '{Shown(text)}' is neither true nor false",
            ParameterType.Choice => Choices.Contains(text) ? null : $"{Name}: '{Shown(text)}' is none of {string.Join(", ", Choices)}",
            _ => IsText(text) ? null : $"{Name}: must have {Min} to {Max} printable characters",
        };
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "...";

    private bool IsNumber(string text) =>
        long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out long value)
        && value >= Min && value <= Max;

    private bool IsText(string text) => text.Length >= Min && text.Length <= Max && !text.Any(char.IsControl);
}
