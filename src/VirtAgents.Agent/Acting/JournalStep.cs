using System.Collections.Immutable;
using System.Globalization;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Limits;
using VirtAgents.Hypervisors;

namespace VirtAgents.Agent.Acting;

/// <summary>One line of the journal. Which members it has depends on its kind; null = it does not have it.</summary>
internal sealed record JournalStep
{
    public required JournalStepKind Step { get; init; }

    /// <summary>When, milliseconds since 1970 UTC.</summary>
    public required long At { get; init; }

    public Guid? Id { get; init; }

    public long? Epoch { get; init; }

    public long? Deadline { get; init; }

    public DirectiveKind? Kind { get; init; }

    public Guid? Vm { get; init; }

    public SortedDictionary<string, string>? Parameters { get; init; }

    public string? Reason { get; init; }

    /// <summary>Rule of the policy that allowed it.</summary>
    public string? Rule { get; init; }

    /// <summary>When it was allowed; said by an end, whose other lines may be gone.</summary>
    public long? Allowed { get; init; }

    public string? Evidence { get; init; }

    public DirectiveState? State { get; init; }

    public RefusalReason? Refusal { get; init; }

    public string? Detail { get; init; }

    /// <summary>Measured of a migration that was done, milliseconds.</summary>
    public long? Downtime { get; init; }

    /// <summary>Measured of a migration that was done, bytes.</summary>
    public long? Sent { get; init; }

    public bool? Drain { get; init; }

    public static JournalStep OfAccepted(DirectiveOrder order, string rule, long at) => new()
    {
        Step = JournalStepKind.Accepted,
        At = at,
        Id = order.Id,
        Epoch = order.Epoch,
        Deadline = order.DeadlineUnixMs,
        Kind = order.Kind,
        Vm = order.Vm.Value,
        Parameters = new SortedDictionary<string, string>(order.Parameters, StringComparer.Ordinal),
        Reason = order.Reason,
        Rule = rule,
    };

    public static JournalStep OfBegun(Guid id, ControlEvidence before, long at) =>
        new() { Step = JournalStepKind.Begun, At = at, Id = id, Evidence = before.Text };

    public static JournalStep OfEnded(Guid id, DirectiveEnd end, long at) => new()
    {
        Step = JournalStepKind.Ended,
        At = at,
        Id = id,
        State = end.State,
        Refusal = end.Refusal,
        Detail = end.Detail,
        Downtime = end.Figures.DowntimeMs,
        Sent = end.Figures.SentBytes,
    };

    public static JournalStep OfEpoch(long epoch, long at) => new() { Step = JournalStepKind.Epoch, At = at, Epoch = epoch };

    public static JournalStep OfDrain(bool drain, long at) => new() { Step = JournalStepKind.Drain, At = at, Drain = drain };

    public static JournalStep OfLease(LimitLease lease, long at) => new()
    {
        Step = JournalStepKind.Lease,
        At = at,
        Id = lease.Directive,
        Deadline = lease.UntilUnixMs,
        Kind = LimitForm.Of(lease.Resource).Directive,
        Vm = lease.Vm.Value,
        Parameters = new(LimitForm.Of(lease.Resource).Parameters(lease.Device, lease.Amount, lease.Amount), StringComparer.Ordinal),
    };

    public static JournalStep OfLeaseOver(LimitLease lease, long at) => OfLease(lease, at) with { Step = JournalStepKind.LeaseOver };

    /// <summary>The limit that a line about a lease is of; null when it is another line, or tells none.</summary>
    public LimitLease? ToLease()
    {
        if (Step is not (JournalStepKind.Lease or JournalStepKind.LeaseOver) || Id is not { } id || Kind is not { } kind || Vm is not { } vm || Deadline is not { } until || Parameters is not { } parameters)
        {
            return null;
        }

        LimitForm? form = LimitForm.All.FirstOrDefault(f => f.Directive == kind && parameters.ContainsKey(f.AmountParameter));
        return form is not null && long.TryParse(parameters[form.AmountParameter], NumberStyles.None, CultureInfo.InvariantCulture, out long amount)
            ? new(id, form.Resource, new VmId(vm), parameters.GetValueOrDefault(form.DeviceParameter, ""), amount, until)
            : null;
    }

    /// <summary>The order that was accepted; null when the line does not tell one.</summary>
    public DirectiveOrder? ToOrder() => Step == JournalStepKind.Accepted && Id is { } id && Kind is { } kind && DirectiveCatalogue.Find(kind) is not null
        ? new DirectiveOrder(
            id, Epoch ?? 0, Deadline ?? 0, kind, new VmId(Vm ?? Guid.Empty),
            (Parameters ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal), Reason ?? "", IsDryRun: false)
        : null;
}
