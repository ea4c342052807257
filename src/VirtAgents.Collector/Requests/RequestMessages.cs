using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Requests;
using VirtAgents.Protocol.V1;
using WireStage = VirtAgents.Protocol.V1.RequestStage;

namespace VirtAgents.Collector.Requests;

/// <summary>Requests as messages. Stages have the same numbers in both.</summary>
internal static class RequestMessages
{
    /// <summary>A request as a message.</summary>
    /// <param name="row">The request.</param>
    /// <param name="decision">The newest decision about it; null = it does not wait.</param>
    public static StartRequestRecord ToMessage(StartRequestRow row, RequestDecision? decision)
    {
        StartRequestRecord message = new()
        {
            Id = row.Id.ToString(),
            State = (WireStage)row.Stage,
            Vm = row.VmName,
            VmId = row.VmId.ToString(),
            Host = row.HostName,
            HostId = row.HostId.ToString(),
            Tenant = row.Tenant,
            Vcpus = row.Vcpus,
            MemoryBytes = row.MemoryBytes,
            NotBeforeUnixMs = row.NotBeforeUnixMs,
            DeadlineUnixMs = row.DeadlineUnixMs,
            Actor = row.Actor,
            Note = row.Note,
            SubmittedUnixMs = row.SubmittedUnixMs,
            SentUnixMs = row.SentUnixMs,
            StartedUnixMs = row.StartedUnixMs,
            EndedUnixMs = row.EndedUnixMs,
            DirectiveId = row.DirectiveId == Guid.Empty ? "" : row.DirectiveId.ToString(),
            Detail = decision?.Reason ?? row.Detail,
            Anywhere = row.IsAnywhere ?? false,
            Target = row.TargetName ?? "",
            Choice = row.Choice ?? "",
            MoveDirectiveId = row.MoveDirectiveId is { } move ? move.ToString() : "",
        };
        Set(row.EstimateSeconds, value => message.EstimateSeconds = value);
        Set(row.Priority, value => message.Priority = value);
        Set(decision?.Place, value => message.Place = value);
        Set(decision?.ReservationUnixMs, value => message.ReservationUnixMs = value);
        return message;
    }

    private static void Set<T>(T? value, Action<T> set)
        where T : struct
    {
        if (value is { } known)
        {
            set(known);
        }
    }
}
