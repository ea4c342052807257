using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Columns of kinds of directives and of their parameters.</summary>
internal static class KindListing
{
    public static IReadOnlyList<Column<DirectiveDefinition>> Kinds { get; } =
    [
        Columns.Text<DirectiveDefinition>("name", "KIND", kind => kind.Name),
        Columns.Text<DirectiveDefinition>("target", "ACTS ON", kind => Lower(kind.Target)),
        new() { Key = "destructive", Header = "CONFIRM", Value = kind => Datum.Flag(kind.IsDestructive), Text = kind => kind.IsDestructive ? "yes" : "no" },
        Columns.Text<DirectiveDefinition>("post_condition", "DONE WHEN", kind => kind.PostCondition, rank: 1),
        Columns.Data<DirectiveDefinition>("parameters", kind => Datum.List(kind.Parameters.Select(parameter => parameter.Name))),
        Columns.Shown<DirectiveDefinition>("PARAMETERS", kind => string.Join(", ", kind.Parameters.Select(Marked)), rank: 2),
    ];

    /// <summary>What one host can do.</summary>
    public static IReadOnlyList<Column<DirectiveKindDescription>> OfHost { get; } =
    [
        Columns.Text<DirectiveKindDescription>("name", "KIND", kind => kind.Name),
        new() { Key = "support", Header = "SUPPORT", Value = kind => Datum.Text(EnumNames.Supports.OrNull(kind.Support)), Tone = ToneOf },
        Columns.Text<DirectiveKindDescription>("why", "WHY", kind => kind.Why),
    ];

    public static IReadOnlyList<Column<DirectiveParameter>> Parameters { get; } =
    [
        Columns.Text<DirectiveParameter>("name", "PARAMETER", parameter => parameter.Name),
        Columns.Text<DirectiveParameter>("type", "TYPE", parameter => Lower(parameter.Type)),
        new() { Key = "required", Header = "NEEDED", Value = parameter => Datum.Flag(parameter.IsRequired), Text = parameter => parameter.IsRequired ? "yes" : "no" },
        Columns.Data<DirectiveParameter>("min", parameter => HasRange(parameter) ? Datum.Whole(parameter.Min) : Datum.Unknown),
        Columns.Data<DirectiveParameter>("max", parameter => HasRange(parameter) ? Datum.Whole(parameter.Max) : Datum.Unknown),
        Columns.Data<DirectiveParameter>("choices", parameter => Datum.List(parameter.Choices)),
        Columns.Shown<DirectiveParameter>("VALUES", ValuesOf),
        Columns.Text<DirectiveParameter>("meaning", "MEANING", parameter => parameter.Meaning, rank: 1),
    ];

    private static Tone ToneOf(DirectiveKindDescription kind) => kind.Support switch
    {
        KindSupport.Supported => Tone.Good,
        KindSupport.Unsupported => Tone.Warning,
        _ => Tone.Quiet,
    };

    private static bool HasRange(DirectiveParameter parameter) => parameter.Type is ParameterType.Number or ParameterType.Text;

    private static string ValuesOf(DirectiveParameter parameter) => parameter.Type switch
    {
        ParameterType.Number => string.Create(CultureInfo.InvariantCulture, $"{parameter.Min} to {parameter.Max}"),
        ParameterType.Flag => "true, false",
        ParameterType.Choice => string.Join(", ", parameter.Choices),
        _ when parameter.Min == parameter.Max => string.Create(CultureInfo.InvariantCulture, $"{parameter.Max} characters"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameter.Min} to {parameter.Max} characters"),
    };

    private static string Marked(DirectiveParameter parameter) => parameter.IsRequired ? parameter.Name : $"[{parameter.Name}]";

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
