using Grpc.Core;
using Grpc.Net.Client;
using VirtAgents.Protocol.V1;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>Sends directives as a program does that wants each carried out once: with ids of its own, and again while nobody answers.</summary>
internal sealed class DirectiveApi : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly GrpcChannel _channel;
    private readonly DirectiveService.DirectiveServiceClient _directives;
    private readonly QueryService.QueryServiceClient _queries;

    public DirectiveApi(string endpoint)
    {
        _channel = GrpcChannel.ForAddress(endpoint);
        (_directives, _queries) = (new(_channel), new(_channel));
    }

    /// <summary>Records a directive, over the death of its collector and while its VM is between two hosts.</summary>
    public Task SendAsync(SendDirectiveRequest request) =>
        Eventually.HoldsAsync(Patience, async () =>
        {
            try
            {
                await _directives.SendDirectiveAsync(request);
                return null;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.FailedPrecondition)
            {
                return e.Status.ToString();
            }
        });

    /// <summary>Takes a directive back, unless it has ended.</summary>
    public Task CancelAsync(string id, string reason) =>
        Eventually.HoldsAsync(Patience, async () =>
        {
            try
            {
                await _directives.CancelDirectiveAsync(new() { Id = id, Reason = reason });
                return null;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
            {
                return null;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                return e.Status.ToString();
            }
        });

    /// <summary>Every directive that has not ended, or every one, without steps.</summary>
    public async Task<IReadOnlyList<DirectiveRecord>> ListAsync(bool open)
    {
        List<DirectiveRecord> all = [];
        ListDirectivesRequest request = new() { Open = open, PageSize = 300 };
        do
        {
            ListDirectivesResponse page = await _directives.ListDirectivesAsync(request);
            all.AddRange(page.Directives);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    /// <summary>So many directives with their steps, as a watcher who comes now is told.</summary>
    public async Task<IReadOnlyList<DirectiveRecord>> WatchAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        using AsyncServerStreamingCall<DirectiveRecord> watch = _directives.WatchDirectives(new(), cancellationToken: patience.Token);
        List<DirectiveRecord> records = [];
        while (records.Count < count && await watch.ResponseStream.MoveNext(patience.Token))
        {
            records.Add(watch.ResponseStream.Current);
        }

        return records;
    }

    /// <summary>Waits until so many hosts are connected and all their VMs are known to run; the answer is the VMs.</summary>
    public async Task<IReadOnlyList<Vm>> FleetIsUpAsync(int hosts, int vms)
    {
        IReadOnlyList<Vm> running = [];
        await Eventually.HoldsAsync(Patience, async () =>
        {
            running = [.. (await _queries.ListVmsAsync(new() { PageSize = 10_000, States = { VmState.Running } })).Vms];
            int connected = await ConnectedHostsAsync();
            return running.Count == vms && connected == hosts ? null : $"{connected} of {hosts} hosts are connected, {running.Count} of {vms} VMs run";
        });
        return running;
    }

    /// <summary>Waits until so many hosts are connected.</summary>
    public Task HostsAreBackAsync(int hosts) => Eventually.HoldsAsync(Patience, async () =>
        await ConnectedHostsAsync() is var connected && connected == hosts ? null : $"{connected} of {hosts} hosts are connected");

    public void Dispose() => _channel.Dispose();

    private async Task<int> ConnectedHostsAsync() =>
        (await _queries.ListHostsAsync(new())).Hosts.Count(h => h.Agent == AgentStatus.Connected);
}
