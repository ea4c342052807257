using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>One incident that can be exported, and a past with one of each outcome.</summary>
internal sealed class FixedIncidentHistory : IncidentHistoryService.IncidentHistoryServiceBase
{
    public BacktestIncidentsRequest? Asked { get; private set; }

    /// <summary>Whether backtests end without an answer.</summary>
    public bool IsCut { get; set; }

    public override async Task WatchBacktest(BacktestIncidentsRequest request, IServerStreamWriter<BacktestProgress> responseStream, ServerCallContext context)
    {
        Asked = request;
        await responseStream.WriteAsync(new BacktestProgress { Percent = 40 }, context.CancellationToken);
        if (!IsCut)
        {
            await responseStream.WriteAsync(new BacktestProgress { Percent = 100, Result = Answer() }, context.CancellationToken);
        }
    }

    public override Task<IncidentBundle> ExportIncident(ExportIncidentRequest request, ServerCallContext context) => Task.FromResult(
        request.Id == IncidentData.CrashId ? IncidentData.Bundle() : throw new RpcException(new Status(StatusCode.NotFound, $"id: there is no incident {request.Id}")));

    private static BacktestIncidentsResponse Answer()
    {
        var (pool, crash, link) = (IncidentData.Incidents()[0], IncidentData.Incidents()[1], IncidentData.Incidents()[2]);
        return new BacktestIncidentsResponse
        {
            Incidents =
            {
                new ComparedIncident { Recorded = link, Concluded = link },
                new ComparedIncident { Recorded = crash },
                new ComparedIncident { Concluded = pool },
                new ComparedIncident { Recorded = pool, Concluded = pool, Differences = { "the severity was critical, now it is error" } },
            },
            Events = 12, Values = 10_080,
            Notes = { "anomalies of VMs of host h1 are those that were recorded" },
        };
    }
}
