using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using VirtAgents.Simulation;
using VirtAgents.Simulation.Faults;

namespace VirtAgents.Cli.Simulating;

/// <summary>What happens in a simulated world, by the same words as what happens in the real one.</summary>
internal static class SimulatedListing
{
    public static IReadOnlyList<Column<SimulatedEvent>> DataColumns { get; } =
    [
        Columns.Data<SimulatedEvent>("type", happened => Datum.Text(TypeOf(happened))),
        Columns.Data<SimulatedEvent>("at_seconds", happened => Datum.Of(happened.At.TotalSeconds)),
        Columns.Data<SimulatedEvent>("host", happened => Datum.Text(happened.Host)),
        Columns.Data<SimulatedEvent>("vm", happened => Datum.Text(happened.Event?.VmName)),
        Columns.Data<SimulatedEvent>("vm_id", happened => Datum.Text(happened.Event?.Vm?.Value.ToString("D"))),
        Columns.Data<SimulatedEvent>("device", happened => Datum.Text(happened.Event?.Device)),
        Columns.Data<SimulatedEvent>("kind", happened => Datum.Text(happened.Event is { } seen ? KindOf(seen.Kind) : null)),
        Columns.Data<SimulatedEvent>("state", happened => Datum.Text(happened.Event is { State: not Core.Model.VmState.Unknown } seen ? EnumNames.States.Of((Protocol.V1.VmState)(int)seen.State) : null)),
        Columns.Data<SimulatedEvent>("reason", happened => Datum.Text(happened.Event is { } seen ? EnumNames.Reasons.OrNull((Protocol.V1.VmStateReason)(int)seen.Reason) : null)),
        Columns.Data<SimulatedEvent>("evidence", happened => Datum.Text(happened.Event?.Evidence)),
        Columns.Data<SimulatedEvent>("link", happened => Datum.Text(happened.Kind == SimulatedEventKind.LinkChanged ? LinkOf(happened.Link) : null)),
        Columns.Data<SimulatedEvent>("text", happened => Datum.Text(happened.Text)),
    ];

    public static string KindOf(HostEventKind kind) => EnumNames.Kinds.Of((EventKind)(int)kind);

    /// <summary>As a line of the feed, so that it is printed as one; null for what never reaches the feed.</summary>
    public static FeedEvent? ToFeedEvent(SimulatedEvent happened) => happened.Event is not { } seen ? null : new FeedEvent
    {
        Host = happened.Host,
        Kind = (EventKind)(int)seen.Kind,
        Vm = seen.VmName,
        VmId = seen.Vm?.Value.ToString("D") ?? "",
        Device = seen.Device,
        State = (Protocol.V1.VmState)(int)seen.State,
        Reason = (Protocol.V1.VmStateReason)(int)seen.Reason,
        Evidence = seen.Evidence,
    };

    public static string LinkOf(HostLink link) => link switch
    {
        HostLink.Up => "up",
        HostLink.AgentDead => "agent-dead",
        HostLink.HostDead => "host-dead",
        HostLink.Partitioned => "partitioned",
        _ => link.ToString("D"),
    };

    private static string TypeOf(SimulatedEvent happened) => happened.Kind switch
    {
        SimulatedEventKind.LinkChanged => "link",
        SimulatedEventKind.Refused => "refused",
        _ => "event",
    };
}
