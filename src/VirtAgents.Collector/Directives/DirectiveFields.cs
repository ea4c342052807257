using System.Collections.Immutable;
using VirtAgents.Collector.Query;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;

namespace VirtAgents.Collector.Directives;

/// <summary>Checks the fields of requests.</summary>
internal static class DirectiveFields
{
    private const string DefaultActor = "api";
    private const int LongestActor = 255;
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <param name="text">What was given.</param>
    /// <param name="of">What it is the id of.</param>
    public static Guid Id(string text, string of = "a directive") => Guid.TryParse(text, out Guid id) && id != Guid.Empty
        ? id
        : throw QueryRefusedException.Invalid("id", Shown(text), $"the UUID of {of}");

    public static DirectiveDefinition Kind(string name) => DirectiveCatalogue.Find(name)
        ?? throw QueryRefusedException.Invalid(
            "kind", Shown(name), $"it is none of {string.Join(", ", DirectiveCatalogue.All.Select(k => k.Name))}");

    public static ImmutableSortedDictionary<string, string> Parameters(DirectiveDefinition kind, IDictionary<string, string> given)
    {
        var parameters = given.ToImmutableSortedDictionary(StringComparer.Ordinal);
        ImmutableArray<string> problems = kind.ProblemsWith(parameters);
        return problems.IsEmpty
            ? parameters
            : throw new QueryRefusedException(Grpc.Core.StatusCode.InvalidArgument, $"parameters: {string.Join("; ", problems)}");
    }

    public static string Actor(string text) => text.Length == 0 ? DefaultActor
        : text.Length <= LongestActor && !text.Any(char.IsControl) ? text
        : throw QueryRefusedException.Invalid("actor", Shown(text), $"at most {LongestActor} printable characters");

    public static string Text(string field, string text) => text.Length <= ProtocolLimits.Default.TextLength
        ? text
        : throw QueryRefusedException.Invalid(field, Shown(text), $"at most {ProtocolLimits.Default.TextLength} characters");

    public static TimeSpan Deadline(long milliseconds) =>
        milliseconds == 0 ? DefaultDeadline : Duration("deadline_ms", milliseconds, LongestDeadline);

    public static TimeSpan Wait(long milliseconds) => Duration("wait_ms", milliseconds, LongestWait);

    public static int PageSize(int asked) => asked switch
    {
        0 => 100,
        > 0 and <= 1_000 => asked,
        _ => throw QueryRefusedException.Invalid("page_size", asked, "1 to 1000, or 0 for 100"),
    };

    /// <summary>A filter by state; null = any.</summary>
    public static DirectiveState? State(DirectiveStage stage) => stage == DirectiveStage.Unspecified ? null
        : Enum.IsDefined(stage) ? (DirectiveState)stage
        : throw QueryRefusedException.Invalid("state", (int)stage, "states are the numbers of DirectiveStage");

    private static TimeSpan Duration(string field, long milliseconds, TimeSpan longest) =>
        milliseconds >= 0 && milliseconds <= (long)longest.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw QueryRefusedException.Invalid(field, milliseconds, $"0 to {(long)longest.TotalMilliseconds} milliseconds");

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
