using Grpc.Core;
using VirtAgents.Agent.Stream;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Agent.Tests.Stream;

public sealed class AgentStreamTests
{
    public static TheoryData<Exception> Breaks =>
        [new IOException("The request was aborted."), new HttpRequestException("reset"), new OperationCanceledException("by the connection"), new InvalidOperationException("the call is over")];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Run_WriteMeetsABrokenConnection_StreamIsLost(Exception failure)
    {
        await using var bench = new LinkBench([new Uri("http://127.0.0.1:1")]);
        bench.AddInventory(1, "a");
        bench.AddReport(1);
        using var stream = new AgentStream(bench.Settings, Guid.NewGuid(), () => { }, TimeProvider.System, bench.Log);

        StreamEnd end = await stream.RunAsync(new AgentGateway.AgentGatewayClient(new BreakingInvoker(failure)), TestContext.Current.CancellationToken).Soon();

        Assert.Equal((StreamEndReason.Lost, StatusCode.Unavailable, true), (end.Reason, end.Status, end.WasWelcome));
    }
}
