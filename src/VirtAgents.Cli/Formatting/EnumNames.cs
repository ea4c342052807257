using System.Runtime.CompilerServices;
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

    public static EnumNames<RequestStage> Requests { get; } = new("");

    public static EnumNames<ShareState> Shares { get; } = new("");

    public static EnumNames<RecoveryDecision> Recoveries { get; } = new("");

    public static EnumNames<ThrottleState> Throttles { get; } = new("");

    public static EnumNames<PlanGoal> Goals { get; } = new("");

    public static EnumNames<MoveStage> Moves { get; } = new("waiting");

    public static EnumNames<MoveVerdict> Verdicts { get; } = new("");
}

/// <summary>Both directions of the names of one enum.</summary>
/// <param name="zero">The name of 0; empty where 0 says nothing.</param>
internal sealed class EnumNames<T>(string zero)
    where T : struct, Enum
{
    private EnumTable? _table;

    public IReadOnlyList<string> All => Table.All;

    // Most commands need few of them or none.
    private EnumTable Table => _table ??= new EnumTable(typeof(T), zero);

    /// <summary>The name; the number for a value that only a newer collector knows.</summary>
    public string Of(T value) => Table.Of(Unsafe.BitCast<T, int>(value));

    /// <summary>The name, or null for the zero value of an enum whose zero says nothing.</summary>
    public string? OrNull(T value) => Of(value) is { Length: > 0 } name ? name : null;

    public bool TryParse(string name, out T value)
    {
        bool isKnown = Table.TryParse(name, out int number);
        value = Unsafe.BitCast<int, T>(number);
        return isKnown;
    }
}
