using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Sessions;

/// <summary>Where agents report.</summary>
internal sealed class AgentGatewayService(SessionParts parts, AgentConnections connections) : AgentGateway.AgentGatewayBase
{
    public override async Task Connect(
        IAsyncStreamReader<AgentMessage> requestStream, IServerStreamWriter<CollectorMessage> responseStream, ServerCallContext context)
    {
        connections.Add(context.GetHttpContext());
        await using AgentSession session = new(parts, requestStream, responseStream, context);
        await session.RunAsync();
    }
}
