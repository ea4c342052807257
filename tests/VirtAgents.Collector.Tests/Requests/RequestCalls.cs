using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Requests;

/// <summary>What tests of requests ask a collector.</summary>
internal static class RequestCalls
{
    public static Task<StartRequestRecord> SubmitAsync(this RunningCollector collector, SubmitRequestRequest request) =>
        collector.Requests.SubmitRequestAsync(request, Call).ResponseAsync;

    public static Task<StartRequestRecord> GetRequestAsync(this RunningCollector collector, string id) =>
        collector.Requests.GetRequestAsync(new() { Id = id }, Call).ResponseAsync;

    public static async Task<StartRequestRecord> ReachesAsync(this RunningCollector collector, string id, RequestStage state)
    {
        StartRequestRecord record = new();
        await RunningCollector.UntilAsync(async () => (record = await collector.GetRequestAsync(id)).State == state);
        return record;
    }
}
