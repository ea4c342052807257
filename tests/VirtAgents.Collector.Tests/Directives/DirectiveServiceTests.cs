using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Model;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;
using static VirtAgents.Collector.Tests.Sessions.RunningCollector;
using DirectiveState = VirtAgents.Protocol.V1.DirectiveState;

namespace VirtAgents.Collector.Tests.Directives;

public sealed class DirectiveServiceTests : IAsyncLifetime
{
    private RunningCollector _collector = null!;
    private AgentUnderTest _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _collector = await StartAsync();
        _agent = await _collector.JoinAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _agent.Dispose();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Send_WrongRequest_NamesFieldAndWhatIsAllowed()
    {
        (SendDirectiveRequest Request, StatusCode Code, string Message)[] cases =
        [
            (new() { Kind = "explode", Vm = "vm1" }, StatusCode.InvalidArgument, "kind: 'explode' is not allowed; it is none of start, shutdown"),
            (new() { Kind = "start" }, StatusCode.InvalidArgument, "vm: '' is not allowed; start acts on a VM"),
            (new() { Kind = "start", Vm = "nowhere" }, StatusCode.NotFound, "vm: there is no VM 'nowhere'"),
            (new() { Kind = "start", Vm = "vm1", Host = "nowhere" }, StatusCode.NotFound, "host: there is no host 'nowhere'"),
            (new() { Kind = "start", Vm = "vm2", Host = "host1" }, StatusCode.NotFound, "vm: host 'host1' has no VM 'vm2'"),
            (new() { Kind = "set_drain", Vm = "vm1", Parameters = { ["drain"] = "true" } }, StatusCode.InvalidArgument, "vm: 'vm1' is not allowed; set_drain does not act on a VM"),
            (new() { Kind = "set_drain", Parameters = { ["drain"] = "true" } }, StatusCode.InvalidArgument, "host: '' is not allowed; set_drain acts on a host"),
            (new() { Kind = "set_memory", Vm = "vm1" }, StatusCode.InvalidArgument, "parameters: memory_bytes: set_memory needs it"),
            (new() { Kind = "start", Vm = "vm1", Parameters = { ["pause"] = "1" } }, StatusCode.InvalidArgument, "parameters: start has no parameter 'pause'"),
            (new() { Kind = "start", Vm = "vm1", Id = "7" }, StatusCode.InvalidArgument, "id: '7' is not allowed; the UUID of a directive"),
            (new() { Kind = "start", Vm = "vm1", DeadlineMs = -1 }, StatusCode.InvalidArgument, "deadline_ms: -1 is not allowed; 0 to 604800000"),
            (new() { Kind = "start", Vm = "vm1", WaitMs = 3_600_001 }, StatusCode.InvalidArgument, "wait_ms: 3600001 is not allowed; 0 to 3600000"),
            (new() { Kind = "start", Vm = "vm1", Actor = "a\nb" }, StatusCode.InvalidArgument, "actor: 'a\nb' is not allowed"),
            (new() { Kind = "start", Vm = "vm1", Reason = new string('x', 5_000) }, StatusCode.InvalidArgument, "reason: "),
        ];
        foreach ((SendDirectiveRequest request, StatusCode code, string message) in cases)
        {
            Status refused = await RefusedAsync(_collector.SendAsync(request));
            Assert.Equal(code, refused.StatusCode);
            Assert.StartsWith(message, refused.Detail, StringComparison.Ordinal);
        }

        Assert.Empty((await _collector.Directives.ListDirectivesAsync(new(), Call)).Directives);
    }

    [Fact]
    public async Task Send_VmThatIsNowhere_IsNotSentByGuess()
    {
        await _agent.SendAsync(_agent.Event(2, HostEventKind.VmMigratedOut));
        await _agent.AcknowledgedAsync(2);

        Status refused = await RefusedAsync(_collector.SendAsync(new() { Kind = "start", Vm = "vm1" }));
        Assert.Equal((StatusCode.FailedPrecondition, "vm: 'vm1' is not on host host1 any more, and no host is known to have it now"), (refused.StatusCode, refused.Detail));
    }

    [Fact]
    public async Task Send_Recover_OnlyOfAHostThatIsNotHeardToAnother()
    {
        using AgentUnderTest other = await _collector.JoinAsync(2);
        string from = _agent.Info.Id.ToString(), digest = new('a', 64);
        SendDirectiveRequest Recover(string vm = "vm1", string host = "host2", string? source = null) =>
            new() { Kind = "recover", Vm = vm, Host = host, Parameters = { ["from_host"] = source ?? from, ["definition"] = digest } };
        Status refused = await RefusedAsync(_collector.SendAsync(Recover()));
        Assert.Equal((StatusCode.FailedPrecondition, "from_host: host host1 is connected, so it lives; its VMs are moved by migrate"), (refused.StatusCode, refused.Detail));

        await _collector.LeaveAsync(_agent);
        (SendDirectiveRequest Request, StatusCode Code, string Message)[] cases =
        [
            (Recover(host: ""), StatusCode.InvalidArgument, "host: '' is not allowed; recover needs a VM and the host that is to have it"),
            (Recover(host: "host1"), StatusCode.InvalidArgument, $"from_host: '{from}' is not allowed; it is the host that is to have the VM"),
            (Recover(source: Guid.NewGuid().ToString()), StatusCode.NotFound, "from_host: there is no host"),
            (Recover(vm: "vm2"), StatusCode.NotFound, "vm: host host1 is not known to have had a VM 'vm2'"),
        ];
        foreach ((SendDirectiveRequest request, StatusCode code, string message) in cases)
        {
            Status status = await RefusedAsync(_collector.SendAsync(request));
            Assert.Equal(code, status.StatusCode);
            Assert.StartsWith(message, status.Detail, StringComparison.Ordinal);
        }

        DirectiveRecord sent = await _collector.SendAsync(Recover());
        Assert.Equal(("host2", "vm1"), (sent.Host, sent.Vm));
        Assert.Equal(("recover", from), (await other.DirectiveAsync() is var told ? (told.Kind, told.Parameters["from_host"]) : default));
    }

    [Fact]
    public async Task Get_UnknownId_IsNotFound()
    {
        string id = Guid.NewGuid().ToString();
        Assert.Equal(StatusCode.NotFound, (await RefusedAsync(_collector.GetAsync(id))).StatusCode);
        Assert.Equal(StatusCode.NotFound, (await RefusedAsync(_collector.Directives.CancelDirectiveAsync(new() { Id = id }, Call).ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task List_FiltersAndPages_NewestFirst()
    {
        List<string> ids = [];
        for (int i = 0; i < 5; i++)
        {
            ids.Add((await _collector.SendAsync(new() { Kind = i == 2 ? "resume" : "suspend", Vm = "vm1" })).Id);
        }

        string drain = (await _collector.SendAsync(new() { Kind = "set_drain", Host = "host1", Parameters = { ["drain"] = "true" } })).Id;
        await _agent.TellAsync(await _agent.DirectiveAsync(), DirectiveState.Done);
        await _collector.ReachesAsync(ids[0], DirectiveStage.Done);

        Assert.Equal([drain, ids[4], ids[3], ids[2], ids[1], ids[0]], await ListAsync(new()));
        Assert.Equal([ids[4], ids[3], ids[2], ids[1], ids[0]], await ListAsync(new() { Vm = "vm1", PageSize = 2 }));
        Assert.Equal([ids[2]], await ListAsync(new() { Kind = "resume", Host = "host1" }));
        Assert.Equal([ids[0]], await ListAsync(new() { State = DirectiveStage.Done }));
        Assert.Equal([drain, ids[4], ids[3], ids[2], ids[1]], await ListAsync(new() { Open = true, PageSize = 1 }));
    }

    [Fact]
    public async Task Watch_PresentThenEachChange_OfTheSelection()
    {
        string before = (await _collector.SendAsync(new() { Kind = "suspend", Vm = "vm1" })).Id;
        Directive directive = await _agent.DirectiveAsync();
        using AsyncServerStreamingCall<DirectiveRecord> watch = _collector.Directives.WatchDirectives(new() { Vm = "vm1" }, Call);
        DirectiveRecord present = await NextAsync(watch);
        Assert.Equal((before, DirectiveStage.Sent), (present.Id, present.State));
        await _agent.TellAsync(directive, DirectiveState.Accepted);
        await _agent.TellAsync(directive, DirectiveState.Done, "paused");
        Assert.Equal(DirectiveStage.Accepted, (await NextAsync(watch)).State);
        DirectiveRecord done = await NextAsync(watch);
        Assert.Equal((DirectiveStage.Done, "paused", 4), (done.State, done.Detail, done.Steps.Count));

        await _collector.SendAsync(new() { Kind = "set_drain", Host = "host1", Parameters = { ["drain"] = "true" } });
        string next = (await _collector.SendAsync(new() { Kind = "resume", Vm = "vm1" })).Id;
        Assert.Equal(next, (await NextAsync(watch)).Id);
        Assert.Equal(StatusCode.NotFound, await EndOfAsync(_collector.Directives.WatchDirectives(new() { Id = Guid.NewGuid().ToString() }, Call)));
    }

    [Fact]
    public async Task Kinds_AreThoseOfTheCatalogue()
    {
        ListDirectiveKindsResponse answer = await _collector.Directives.ListDirectiveKindsAsync(new(), Call);

        Assert.Equal(DirectiveCatalogue.All.Select(k => k.Name), answer.Kinds.Select(k => k.Name));
        DirectiveKindDescription limit = answer.Kinds.Single(k => k.Name == "set_link");
        Assert.Equal(("vm", true), (limit.Target, limit.Destructive));
        Assert.Equal(["mac text True", "state choice True"], limit.Parameters.Select(p => $"{p.Name} {p.Type} {p.Required}"));
    }

    [Fact]
    public async Task KindsOfAHost_AreAsItsAgentSaid()
    {
        ListDirectiveKindsResponse answer = await _collector.Directives.ListDirectiveKindsAsync(new() { Host = "host1" }, Call);
        Assert.Equal(
            [(KindSupport.Supported, ""), (KindSupport.Unsupported, "there is one host only"), (KindSupport.Unsupported, "its agent does not know this kind")],
            new[] { "start", "migrate", "save" }.Select(name => answer.Kinds.Single(k => k.Name == name)).Select(k => (k.Support, k.Why)));
        RpcException unknown = await Assert.ThrowsAsync<RpcException>(() => _collector.Directives.ListDirectiveKindsAsync(new() { Host = "nowhere" }, Call).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task DrainMark_IsSeenFromTheHelloOnAndFollowsTheDirective()
    {
        Assert.False((await _collector.HostAsync()).Acting!.IsDraining);
        foreach (string drain in new[] { "true", "false" })
        {
            _ = await _collector.SendAsync(new() { Kind = "set_drain", Host = "host1", Parameters = { ["drain"] = drain } });
            Directive order = await _agent.DirectiveAsync();
            await _agent.TellAsync(order, DirectiveState.Done, "marked");
            await UntilAsync(async () => (await _collector.HostAsync()).Acting!.IsDraining == (drain == "true"));
        }

        using AgentUnderTest again = _collector.Agent();
        Hello hello = again.Hello();
        hello.Draining = true;
        await again.SendAsync(new() { Hello = hello });
        await UntilAsync(async () => (await _collector.HostAsync()).Acting!.IsDraining);
        JsonElement shown = await _collector.Http.GetFromJsonAsync<JsonElement>("/v1/hosts", Cancel);
        Assert.True(shown.GetProperty("hosts")[0].GetProperty("draining").GetBoolean());
    }

    [Fact]
    public async Task Json_SendGetFreeze_AsOverGrpc()
    {
        using HttpResponseMessage sent = await _collector.Http.PostAsJsonAsync(
            "/v1/directives", new { kind = "set_cpu_share", vm = "vm1", parameters = new { share = "512" }, deadlineMs = "60000" }, Cancel);
        JsonElement record = await sent.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((HttpStatusCode.OK, "512"), (sent.StatusCode, record.GetProperty("parameters").GetProperty("share").GetString()));
        JsonElement read = await _collector.Http.GetFromJsonAsync<JsonElement>($"/v1/directives/{record.GetProperty("id").GetString()}", Cancel);
        Assert.Equal("DIRECTIVE_STAGE_PROPOSED", read.GetProperty("steps")[0].GetProperty("state").GetString());

        using HttpResponseMessage frozen = await _collector.Http.PostAsJsonAsync("/v1/freeze", new { frozen = true, reason = "storm" }, Cancel);
        Assert.Equal(("api", HttpStatusCode.OK), ((await frozen.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("actor").GetString(), frozen.StatusCode));
        using HttpResponseMessage refused = await _collector.Http.PostAsJsonAsync("/v1/directives", new { kind = "start", vm = "vm1" }, Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, 9), (refused.StatusCode, (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("code").GetInt32()));
        using HttpResponseMessage misspelt = await _collector.Http.GetAsync(new Uri("/v1/directives?pageSize=many", UriKind.Relative), Cancel);
        Assert.Contains("pageSize: 'many' is not allowed; -2147483648 to 2147483647", await misspelt.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<DirectiveRecord> NextAsync(AsyncServerStreamingCall<DirectiveRecord> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancel));
        return watch.ResponseStream.Current;
    }

    private static async Task<StatusCode> EndOfAsync(AsyncServerStreamingCall<DirectiveRecord> watch)
    {
        using (watch)
        {
            return (await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancel))).StatusCode;
        }
    }

    private async Task<IReadOnlyList<string>> ListAsync(ListDirectivesRequest request)
    {
        List<string> ids = [];
        do
        {
            ListDirectivesResponse page = await _collector.Directives.ListDirectivesAsync(request, Call);
            ids.AddRange(page.Directives.Select(d => d.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        return ids;
    }
}
