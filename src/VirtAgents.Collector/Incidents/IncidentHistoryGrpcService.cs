using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Incidents;

/// <summary>The past of incidents over gRPC and JSON.</summary>
internal sealed class IncidentHistoryGrpcService(IncidentExport export, IncidentBacktest backtest) : IncidentHistoryService.IncidentHistoryServiceBase
{
    public override Task<IncidentBundle> ExportIncident(ExportIncidentRequest request, ServerCallContext context) =>
        export.ExportAsync(request.Id, context.CancellationToken);

    public override Task<BacktestIncidentsResponse> BacktestIncidents(BacktestIncidentsRequest request, ServerCallContext context) =>
        backtest.RunAsync(request, context.CancellationToken);
}
