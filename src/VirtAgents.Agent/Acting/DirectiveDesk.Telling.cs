using Google.Protobuf;
using Microsoft.Extensions.Logging;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol;
using VirtAgents.Protocol.V1;
using DirectiveState = VirtAgents.Core.Directives.DirectiveState;

namespace VirtAgents.Agent.Acting;

internal sealed partial class DirectiveDesk
{
    /// <summary>The next thing to tell the collector.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DirectiveUpdate? update) => _news.TryTake(Look, out update);

    /// <summary>Adds what the host can do now, and what it cannot with the reason.</summary>
    public void Describe(Hello hello)
    {
        hello.Draining = _parts.Journal.IsDraining;
        PolicyState state = _parts.Policy();
        string? off = _parts.Control is null ? _parts.WhyNone : state.Policy is null ? state.WhyOff : null;
        foreach (DirectiveDefinition definition in DirectiveCatalogue.All)
        {
            string? why = off ?? DirectiveJudge.ReasonAgainst(definition.Kind, _parts.Control!.Support)
                ?? (state.Policy!.MayAllow(definition.Kind) ? null : "no rule of the host's policy allows it");
            if (why is null)
            {
                hello.Capabilities.Add(definition.Name);
                hello.UnsupportedParameters.Add(DirectiveJudge.GapsOf(definition.Kind, _parts.Control!.Support)
                    .Select(g => new UnsupportedParameter { Kind = definition.Name, Parameter = g.Parameter, Why = g.Why }));
            }
            else
            {
                hello.Unsupported.Add(new UnsupportedKind { Kind = definition.Name, Why = why });
            }
        }
    }

    private void Refuse(ByteString id, Core.Directives.RefusalReason refusal, string detail)
    {
        LogRefused(WireGuid.TryRead(id, out Guid known) ? known : Guid.Empty, refusal, detail);
        Answer(id, DirectiveEnd.Refused(refusal, detail));
    }

    private void Answer(ByteString id, DirectiveEnd end)
    {
        long dropped = _news.Answer(new DirectiveUpdate
        {
            DirectiveId = id,
            State = DirectiveMapping.ToWire(end.State),
            Refusal = (Protocol.V1.RefusalReason)end.Refusal,
            Detail = end.Detail,
            TimeUnixMs = NowUnixMs,
        });
        if (dropped > 0)
        {
            LogAnswerDropped(DirectiveNews.MostAnswers, dropped);
        }
    }

    private DirectiveUpdate? Look(Guid id)
    {
        LiveDirective? live;
        lock (_lock)
        {
            live = _live.GetValueOrDefault(id);
        }

        // An end is told when its VM is free again, since the next directive for it may follow at once.
        if (_parts.Journal.Find(id) is not { } record || (live is not null && record.IsEnded))
        {
            return null;
        }

        Hypervisors.ControlProgress? progress = live?.Progress;

        DirectiveUpdate update = new()
        {
            DirectiveId = WireGuid.ToWire(id),
            State = DirectiveMapping.ToWire(record.State),
            Refusal = (Protocol.V1.RefusalReason)record.Refusal,
            Detail = record.IsEnded ? record.Detail : progress?.Detail ?? "",
            TimeUnixMs = record.AtUnixMs,
            ProgressPercent = record.State == DirectiveState.Done ? 100 : (uint)Math.Clamp(progress?.Percent ?? 0, 0, 100),
            RemainingBytes = record.IsEnded ? 0 : (ulong)Math.Max(0, progress?.RemainingBytes ?? 0),
            DirtyBytesPerSecond = record.IsEnded ? 0 : (ulong)Math.Max(0, progress?.DirtyBytesPerSecond ?? 0),
        };
        AddFigures(update, record.Figures);
        return update;
    }

    private static void AddFigures(DirectiveUpdate update, MigrationFigures figures)
    {
        if (figures.DowntimeMs is { } downtime and >= 0)
        {
            update.DowntimeMilliseconds = (ulong)downtime;
        }

        if (figures.SentBytes is { } sent and >= 0)
        {
            update.SentBytes = (ulong)sent;
        }
    }

    [LoggerMessage(1536, LogLevel.Warning, "An answer to the collector was dropped, since {Waiting} wait already; {Dropped} so far. Its directive is answered when it is sent again.")]
    private partial void LogAnswerDropped(int waiting, long dropped);

    [LoggerMessage(1538, LogLevel.Warning, "Directive {Id} is refused before it is judged, {Refusal}: {Detail}")]
    private partial void LogRefused(Guid id, Core.Directives.RefusalReason refusal, string detail);
}
