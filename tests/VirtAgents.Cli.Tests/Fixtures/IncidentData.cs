using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>A few incidents, newest first.</summary>
internal static class IncidentData
{
    public const string PoolId = "0199d2a4-0000-7000-8000-00000000000c";
    public const string CrashId = "0199d2a4-0000-7000-8000-00000000000b";
    public const string OldId = "0199d2a4-0000-7000-8000-00000000000a";

    public static IncidentRecord[] Incidents() =>
    [
        new()
        {
            Id = PoolId, State = IncidentState.Open, Severity = IncidentSeverity.Critical, OpenedUnixMs = CollectorData.Ago(90), UpdatedUnixMs = CollectorData.Ago(80),
            Root = Finding(FindingKind.PoolFailed, ElementKind.Pool, "rack/san", "san", IncidentSeverity.Critical, 91, "3 hosts say so"),
            SymptomCount = 2, ActiveSymptomCount = 1, SuggestedDirective = "", Suggestion = "look at the storage first",
            Symptoms =
            {
                Finding(FindingKind.VmPausedByIoError, ElementKind.Vm, CollectorData.WebId, "web-1", IncidentSeverity.Critical, 90, "vda: EIO"),
                Finding(FindingKind.VmPausedByIoError, ElementKind.Vm, CollectorData.DbId, "db-1", IncidentSeverity.Critical, 89, "vda: EIO\u001b", cleared: 80),
            },
            Steps = { Step(IncidentChangeKind.Opened, 90, "san: pool-failed"), Step(IncidentChangeKind.SymptomAdded, 89, "web-1") },
            Plots = { new IncidentPlot { Metric = "vm_cpu_percent", Vm = CollectorData.WebId, FromUnixMs = CollectorData.Ago(1800), ToUnixMs = CollectorData.Ago(0) } },
        },
        new()
        {
            Id = CrashId, State = IncidentState.Acknowledged, Severity = IncidentSeverity.Critical, OpenedUnixMs = CollectorData.Ago(3600), UpdatedUnixMs = CollectorData.Ago(3000),
            Root = Finding(FindingKind.VmCrashed, ElementKind.Vm, CollectorData.DbId, "db-1", IncidentSeverity.Critical, 3601, "signal 9"),
            AcknowledgedBy = "ann@desk", Note = "looking", Silenced = true, SuggestedDirective = "start", Suggestion = "start it again",
        },
        new()
        {
            Id = OldId, State = IncidentState.Resolved, Severity = IncidentSeverity.Warning, OpenedUnixMs = CollectorData.Ago(90000), UpdatedUnixMs = CollectorData.Ago(86400),
            ResolvedUnixMs = CollectorData.Ago(86400), Reopened = 2, Flapping = true,
            Root = Finding(FindingKind.InterfaceDown, ElementKind.Network, "aaaaaaaa-0000-4000-8000-000000000001/eth1", "eth1 of host-01", IncidentSeverity.Warning, 90001, "no carrier", cleared: 86400),
        },
    ];

    /// <summary>A crash that a start ended, and what led to it.</summary>
    public static IncidentBundle Bundle()
    {
        const string Host = "aaaaaaaa-0000-4000-8000-000000000001";
        var root = Finding(FindingKind.VmCrashed, ElementKind.Vm, CollectorData.DbId, "db-1", IncidentSeverity.Critical, 100, "signal 9", cleared: 50);
        return new IncidentBundle
        {
            Format = 1, ExportedUnixMs = CollectorData.Ago(0), CollectorVersion = "1.2.3",
            Incident = new IncidentRecord
            {
                Id = CrashId, State = IncidentState.Resolved, Severity = IncidentSeverity.Critical, Root = root, OpenedUnixMs = root.SinceUnixMs, ResolvedUnixMs = root.ClearedUnixMs,
            },
            Hosts = { new TopologyHost { Id = Host, Name = "host-01", Vms = { new TopologyVm { Id = CollectorData.DbId, Name = "db-1" } } } },
            Events =
            {
                Line(1, Host, EventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed, root.SinceUnixMs),
                Line(2, Host, EventKind.VmStarted, VmState.Running, VmStateReason.Booted, root.ClearedUnixMs),
            },
        };
    }

    public static SilenceRecord SilenceOf(SetSilenceRequest request) => new()
    {
        Id = OldId, Kind = request.Kind, ElementKind = request.ElementKind, Name = request.Name, FromUnixMs = CollectorData.Ago(0),
        ToUnixMs = CollectorData.Ago(0) + request.DurationMs, Actor = request.Actor, Reason = request.Reason,
    };

    public static IncidentRecord Changed(IncidentRecord record, IncidentChangeKind kind, string text)
    {
        var changed = record.Clone();
        changed.UpdatedUnixMs += 1000;
        changed.Steps.Clear();
        changed.Steps.Add(new IncidentStep { Kind = kind, TimeUnixMs = changed.UpdatedUnixMs, Text = text });
        return changed;
    }

    private static FindingRecord Finding(
        FindingKind kind, ElementKind elementKind, string id, string name, IncidentSeverity severity, double ago, string evidence, double cleared = 0) => new()
    {
        Kind = kind, ElementKind = elementKind, ElementId = id, Name = name, Severity = severity, SinceUnixMs = CollectorData.Ago(ago), Evidence = evidence,
        ClearedUnixMs = cleared == 0 ? 0 : CollectorData.Ago(cleared),
    };

    private static FeedEvent Line(ulong id, string host, EventKind kind, VmState state, VmStateReason reason, long unixMs) => new()
    {
        Id = id, HostId = host, Host = "host-01", Kind = kind, VmId = CollectorData.DbId, Vm = "db-1", State = state, Reason = reason, TimeUnixMs = unixMs, ReceivedUnixMs = unixMs,
    };

    private static IncidentStep Step(IncidentChangeKind kind, double ago, string text) => new() { Kind = kind, TimeUnixMs = CollectorData.Ago(ago), Text = text };
}
