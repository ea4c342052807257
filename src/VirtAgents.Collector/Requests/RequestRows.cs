using VirtAgents.Collector.Control;
using VirtAgents.Core.Model;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Requests;

/// <summary>Rows of requests as the judge sees them.</summary>
internal static class RequestRows
{
    public static StartRequest ToRequest(StartRequestRow row) => new(row.Number, new VmId(row.VmId), new HostId(row.HostId), row.Stage, row.SubmittedUnixMs)
    {
        EstimateSeconds = row.EstimateSeconds,
        Priority = row.Priority,
        Tenant = row.Tenant,
        NotBeforeUnixMs = row.NotBeforeUnixMs > 0 ? row.NotBeforeUnixMs : null,
        DeadlineUnixMs = row.DeadlineUnixMs > 0 ? row.DeadlineUnixMs : null,
        IsAnywhere = row.IsAnywhere ?? false,
        MoveDirective = row.MoveDirectiveId ?? Guid.Empty,
        Target = new HostId(row.TargetId ?? Guid.Empty),
        Directive = row.DirectiveId,
        SentUnixMs = row.SentUnixMs,
        StartedUnixMs = row.StartedUnixMs,
        EndedUnixMs = row.EndedUnixMs,
        Detail = row.Detail,
    };

    /// <summary>Takes into a row what became of its request.</summary>
    public static void Take(StartRequestRow row, StartRequest request)
    {
        (row.Stage, row.StartedUnixMs, row.EndedUnixMs, row.Detail) = (request.Stage, request.StartedUnixMs, request.EndedUnixMs, request.Detail);
        row.IsOpen = !request.IsEnded;
        if (row.HostId != request.Host.Value && row.TargetId == request.Host.Value)
        {
            (row.HostId, row.HostName) = (request.Host.Value, row.TargetName!);
        }
    }
}
