using System.Collections.Frozen;
using System.Text;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Formatting;

/// <summary>Names of protocol enums as the tool prints and reads them: lower case with dashes (shut-off, vm-crashed).</summary>
internal static class EnumNames
{
    public static EnumNames<VmState> States { get; } = new("unknown");

    public static EnumNames<VmStateReason> Reasons { get; } = new("");

    public static EnumNames<EventKind> Kinds { get; } = new("");

    public static EnumNames<AgentStatus> Agents { get; } = new("");

    public static EnumNames<HypervisorStatus> Hypervisors { get; } = new("");

    public static EnumNames<UnknownReason> Unknowns { get; } = new("");

    public static EnumNames<MemorySource> MemorySources { get; } = new("");

    public static EnumNames<DirectiveStage> Stages { get; } = new("");

    public static EnumNames<KindSupport> Supports { get; } = new("unknown");

    public static EnumNames<GroupBy> Groups { get; } = new("series");

    public static EnumNames<Fill> Fills { get; } = new("none");

    public static EnumNames<RefusalReason> Refusals { get; } = new("");

    public static EnumNames<IncidentState> Incidents { get; } = new("");

    public static EnumNames<IncidentSeverity> Severities { get; } = new("");

    public static EnumNames<FindingKind> Findings { get; } = new("");

    public static EnumNames<ElementKind> Elements { get; } = new("");

    public static EnumNames<ProposalState> Proposals { get; } = new("");

    public static EnumNames<IncidentChangeKind> Changes { get; } = new("");

    public static EnumNames<PlanStage> Plans { get; } = new("");

    public static EnumNames<PlanGoal> Goals { get; } = new("");

    public static EnumNames<MoveStage> Moves { get; } = new("waiting");

    public static EnumNames<MoveVerdict> Verdicts { get; } = new("");
}

/// <summary>Both directions of the names of one enum.</summary>
internal sealed class EnumNames<T>
    where T : struct, Enum
{
    private readonly FrozenDictionary<T, string> _names;
    private readonly FrozenDictionary<string, T> _values;

    public EnumNames(string zero)
    {
        _names = Enum.GetValues<T>().ToFrozenDictionary(value => value, value => IsZero(value) ? zero : Dashed(value.ToString()));
        _values = _names.Where(pair => pair.Value.Length > 0).ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.OrdinalIgnoreCase);
        All = [.. _names.OrderBy(pair => pair.Key).Select(pair => pair.Value).Where(name => name.Length > 0)];
    }

    public IReadOnlyList<string> All { get; }

    /// <summary>The name; the number for a value that only a newer collector knows.</summary>
    public string Of(T value) => _names.TryGetValue(value, out var name) ? name : value.ToString("D");

    /// <summary>The name, or null for the zero value of an enum whose zero says nothing.</summary>
    public string? OrNull(T value) => Of(value) is { Length: > 0 } name ? name : null;

    public bool TryParse(string name, out T value) => _values.TryGetValue(name, out value);

    private static bool IsZero(T value) => EqualityComparer<T>.Default.Equals(value, default);

    private static string Dashed(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
