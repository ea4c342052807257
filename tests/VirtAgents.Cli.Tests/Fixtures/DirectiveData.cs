using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>A small ledger, newest first.</summary>
internal static class DirectiveData
{
    public const string OpenId = "0199d2a4-0000-7000-8000-000000000003";
    public const string RefusedId = "0199d2a4-0000-7000-8000-000000000002";
    public const string DoneId = "0199d2a4-0000-7000-8000-000000000001";

    public const string HostId = "aaaaaaaa-0000-4000-8000-000000000001";

    public static DirectiveRecord[] Ledger() =>
    [
        new()
        {
            Id = OpenId, Kind = "migrate", HostId = HostId, Host = "host-01", VmId = CollectorData.WebId, Vm = "web-1",
            Parameters = { ["destination"] = "qemu+tls://host-02/system", ["storage"] = "shared" }, Reason = "maintenance", Actor = "ann@desk", Epoch = 7,
            State = DirectiveStage.Running, Detail = "sending memory", ProgressPercent = 45, RemainingBytes = 1073741824, DirtyBytesPerSecond = 31457280,
            CreatedUnixMs = CollectorData.Ago(60), UpdatedUnixMs = CollectorData.Ago(2), DeadlineUnixMs = CollectorData.Ago(-240),
            Steps =
            {
                Step(DirectiveStage.Proposed, 60, "ann@desk", "maintenance"),
                Step(DirectiveStage.Sent, 59.5, "collector", ""),
                Step(DirectiveStage.Running, 59, "host-01", "sending\u001b memory"),
            },
        },
        new()
        {
            Id = RefusedId, Kind = "destroy", HostId = HostId, Host = "host-01", VmId = CollectorData.DbId, Vm = "db-1", Actor = "api", Epoch = 7,
            State = DirectiveStage.Refused, Refusal = RefusalReason.Policy, Detail = "rule 'night' denies it", DryRun = true,
            CreatedUnixMs = CollectorData.Ago(3600), UpdatedUnixMs = CollectorData.Ago(3599),
        },
        new()
        {
            Id = DoneId, Kind = "set_drain", HostId = HostId, Host = "host-01", Parameters = { ["drain"] = "true" }, Actor = "ann@desk", Epoch = 7,
            State = DirectiveStage.Done, Detail = "the mark was recorded", CreatedUnixMs = CollectorData.Ago(90000), UpdatedUnixMs = CollectorData.Ago(89999),
        },
    ];

    public static DirectiveRecord RecordOf(SendDirectiveRequest request, DirectiveStage stage) => new()
    {
        Id = request.Id, Kind = request.Kind, HostId = HostId, Host = "host-01", Vm = NameOf(request.Vm), Parameters = { request.Parameters },
        Reason = request.Reason, Actor = request.Actor, DryRun = request.DryRun, State = stage, Epoch = 7,
        CreatedUnixMs = CollectorData.Ago(0), UpdatedUnixMs = CollectorData.Ago(0),
    };

    private static string NameOf(string vm) => CollectorData.Vms().FirstOrDefault(known => known.Id == vm)?.Name ?? vm;

    private static DirectiveStep Step(DirectiveStage stage, double secondsAgo, string actor, string detail) =>
        new() { State = stage, TimeUnixMs = CollectorData.Ago(secondsAgo), Actor = actor, Detail = detail };
}
