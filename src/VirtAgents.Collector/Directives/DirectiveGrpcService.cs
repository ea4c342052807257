using Grpc.Core;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Collector.Directives;

/// <summary>Acting over gRPC and JSON: each call goes to the part that answers it.</summary>
internal sealed class DirectiveGrpcService(
    DirectiveRequests requests, DirectiveWatch watch, FreezeSwitch freeze, IHostApplicationLifetime lifetime) : DirectiveService.DirectiveServiceBase
{
    public override async Task<DirectiveRecord> SendDirective(SendDirectiveRequest request, ServerCallContext context)
    {
        using CancellationTokenSource ending = Ending(context);
        return await requests.SendAsync(request, ending.Token);
    }

    public override Task<DirectiveRecord> GetDirective(GetDirectiveRequest request, ServerCallContext context) =>
        requests.GetAsync(request.Id, context.CancellationToken);

    public override Task<ListDirectivesResponse> ListDirectives(ListDirectivesRequest request, ServerCallContext context) =>
        requests.ListAsync(request, context.CancellationToken);

    public override async Task WatchDirectives(WatchDirectivesRequest request, IServerStreamWriter<DirectiveRecord> responseStream, ServerCallContext context)
    {
        using CancellationTokenSource ending = Ending(context);
        DirectiveSelection selection = await requests.SelectAsync(request.Id, request.Host, request.Vm, ending.Token);
        await foreach (DirectiveRecord record in watch.FollowAsync(selection, () => context.WriteResponseHeadersAsync([]), ending.Token))
        {
            await responseStream.WriteAsync(record, ending.Token);
        }

        throw DirectiveWatch.Stopping();
    }

    public override Task<DirectiveRecord> CancelDirective(CancelDirectiveRequest request, ServerCallContext context) =>
        requests.CancelAsync(request, context.CancellationToken);

    public override Task<ListDirectiveKindsResponse> ListDirectiveKinds(ListDirectiveKindsRequest request, ServerCallContext context) =>
        requests.KindsAsync(request.Host, context.CancellationToken);

    public override async Task<Freeze> GetFreeze(GetFreezeRequest request, ServerCallContext context) =>
        DirectiveMessages.ToMessage(await freeze.ReadAsync(context.CancellationToken));

    public override async Task<Freeze> SetFreeze(SetFreezeRequest request, ServerCallContext context) =>
        DirectiveMessages.ToMessage(await freeze.SetAsync(
            request.Frozen, DirectiveFields.Text("reason", request.Reason), DirectiveFields.Actor(request.Actor), context.CancellationToken));

    private CancellationTokenSource Ending(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
}
