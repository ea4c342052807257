using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Incidents;

/// <summary>The past of incidents over gRPC and JSON.</summary>
internal sealed class IncidentHistoryGrpcService(IncidentExport export, IncidentBacktest backtest) : IncidentHistoryService.IncidentHistoryServiceBase
{
    public override Task<IncidentBundle> ExportIncident(ExportIncidentRequest request, ServerCallContext context) =>
        export.ExportAsync(request.Id, context.CancellationToken);

    public override Task<BacktestIncidentsResponse> BacktestIncidents(BacktestIncidentsRequest request, ServerCallContext context) =>
        backtest.RunAsync(request, _ => Task.CompletedTask, context.CancellationToken);

    public override async Task WatchBacktest(BacktestIncidentsRequest request, IServerStreamWriter<BacktestProgress> responseStream, ServerCallContext context)
    {
        BacktestIncidentsResponse answer = await backtest.RunAsync(
            request, percent => responseStream.WriteAsync(new BacktestProgress { Percent = (uint)percent }, context.CancellationToken), context.CancellationToken);
        await responseStream.WriteAsync(new BacktestProgress { Percent = 100, Result = answer }, context.CancellationToken);
    }
}
