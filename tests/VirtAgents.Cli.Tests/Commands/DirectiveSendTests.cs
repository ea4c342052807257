using System.Text.Json;
using Grpc.Core;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Tests.Fixtures;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Tests.Commands;

public sealed class DirectiveSendTests
{
    private const string Id = "0199d2a4-1111-7111-8111-000000000009";

    public static TheoryData<int, int> Ends { get; } = new()
    {
        { (int)DirectiveStage.Done, 0 }, { (int)DirectiveStage.Refused, 5 }, { (int)DirectiveStage.Failed, 7 }, { (int)DirectiveStage.Expired, 8 }, { (int)DirectiveStage.Cancelled, 9 }, { 99, 1 },
    };

    [Fact]
    public async Task Send_EveryOption_ReachesTheCollector()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync(
            "directive", "send", "shutdown", "web-1", "--host", "host-01", "--param", "grace_seconds=5m", "--param", "force=true",
            "--deadline", "2m", "--reason", "update", "--actor", "ann@desk", "--id", Id, "--yes");

        Assert.Equal((0, $"virtctl: see how it ends with: virtctl directive watch {Id}\n"), (ended.Code, ended.Error));
        Assert.Equal($"2026-11-22 12:00:00.000  {Id}  host-01   web-1         shutdown    proposed\n", ended.Output);
        var expected = new SendDirectiveRequest
        {
            Id = Id, Kind = "shutdown", Vm = "web-1", Host = "host-01", Parameters = { ["grace_seconds"] = "300", ["force"] = "true" },
            Reason = "update", Actor = "ann@desk", DeadlineMs = 120_000,
        };
        Assert.Equal(expected, collector.Directives.Requests.Single());
    }

    [Fact]
    public async Task Send_NoIdNoActor_DrawsAndNamesThem()
    {
        await using var collector = await InProcessCollector.StartAsync();
        using var run = new Tool.Run(["directive", "send", "start", "web-1"], environment => environment with
        {
            Variable = name => name switch { "VIRTCTL_COLLECTOR" => collector.Address, "USER" => "ann", _ => null },
            MachineName = "desk",
        });
        await run.EndAsync();

        var request = Assert.IsType<SendDirectiveRequest>(collector.Directives.Requests.Single());
        Assert.Equal(("ann@desk", 0, false), (request.Actor, request.DeadlineMs, request.DryRun));
        Assert.Equal(7, Guid.Parse(request.Id).Version);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Send_Wait_EndsWithTheCodeOfTheEnd(int stage, int code)
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Accepted });
        collector.Directives.News.Enqueue(new DirectiveRecord { State = (DirectiveStage)stage, Detail = "what was seen" });

        var ended = await collector.RunAsync("directive", "send", "start", "web-1", "--id", Id, "-o", "json", "--wait");

        Assert.Equal(code, ended.Code);
        Assert.Equal("what was seen", JsonDocument.Parse(ended.Output).RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Send_WaitWithoutValue_ShowsEachStep()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Accepted });
        collector.Directives.News.Enqueue(new DirectiveRecord { State = DirectiveStage.Done, Detail = "the VM was seen running" });

        var ended = await collector.RunAsync("directive", "send", "start", "web-1", "--id", Id, "--wait");

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Equal(
            $"""
            2026-11-22 12:00:00.000  {Id}  host-01   web-1         start       proposed
            2026-11-22 12:00:01.000  {Id}  host-01   web-1         start       accepted
            2026-11-22 12:00:02.000  {Id}  host-01   web-1         start       done        the VM was seen running

            """,
            ended.Output);
    }

    [Theory]
    [InlineData("--wait 2m", "2m")]
    [InlineData("--dry-run", "30s")]
    public async Task Send_NotEndedInTime_GoesOnAndSaysSo(string options, string time)
    {
        await using var collector = await InProcessCollector.StartAsync();
        using var run = collector.Start(["directive", "send", "reboot", "web-1", "--yes", "--id", Id, "-o", "csv", "--timeout", "1h", .. options.Split(' ')]);
        using var clock = FastClock.Drive(run.Time);

        var ended = await run.EndAsync();

        Assert.Equal((10, $"virtctl: it has not ended after {time} and goes on; see how it ends with: virtctl directive watch {Id}\n"), (ended.Code, ended.Error));
        Assert.Equal(2, ended.Output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Send_KnownIdThatEnded_TellsItsEnd()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.StageOfSent = DirectiveStage.Failed;

        Assert.Equal((7, ""), ((await collector.RunAsync("directive", "send", "start", "web-1", "--wait")) is var ended ? (ended.Code, ended.Error) : default));
    }

    [Fact]
    public async Task Send_Frozen_IsRefused()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.Failure = new RpcException(new Status(StatusCode.FailedPrecondition, "acting is frozen"));

        Assert.Equal(new Tool.Ended(5, "", "virtctl: acting is frozen\n"), await collector.RunAsync("directive", "send", "start", "web-1"));
    }

    [Fact]
    public async Task Send_NoAnswer_SaysHowToSendAgain()
    {
        var ended = await Tool.RunAsync("directive", "send", "start", "web-1", "--id", Id, "--collector", "http://127.0.0.1:1");

        Assert.Equal(3, ended.Code);
        Assert.EndsWith($"send it again with --id {Id}, and it is not done twice.\n", ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("directive send start", "virtctl: start acts on a VM; name it.")]
    [InlineData("directive send set_drain --param drain=true", "virtctl: set_drain needs --host.")]
    [InlineData("directive send set_drain web-1 --host h --param drain=true", "virtctl: set_drain acts on no VM; leave it out.")]
    [InlineData("directive send set_memory web-1 --yes", "virtctl: memory_bytes: set_memory needs it (memory left to the guest, not above its maximum).")]
    [InlineData("directive send set_memory web-1 --yes --param memory_bytes=1MiB", "virtctl: memory_bytes: '1048576' is not a whole number from 33554432 to 70368744177664.")]
    [InlineData("directive send start web-1 --param speed=1", "virtctl: start has no parameter 'speed'; it takes paused.")]
    [InlineData("directive send start web-1 --param paused", "virtctl: --param: 'paused' is not allowed; give NAME=VALUE.")]
    [InlineData("directive send start web-1 --param paused=true --param paused=false", "virtctl: --param: paused is given twice.")]
    [InlineData("directive send start web-1 --id 5", "virtctl: --id: '5' is not allowed; give a UUID.")]
    [InlineData("directive send reboot --wait web-1", "virtctl: --wait: 'web-1' is not allowed; give a duration")]
    [InlineData("vm web-1 stop db-1", "virtctl: 'web-1' before 'stop' is one VM too many: write virtctl vm stop VM.")]
    [InlineData("vm resize web-1", "virtctl: nothing to resize: give --vcpus or --memory.")]
    [InlineData("vm resize web-1 --vcpus 4 --memory 4GiB --id " + Id, "virtctl: --id names one directive, and this sends several; leave it out, or send them one by one.")]
    [InlineData("vm migrate web-1", "virtctl: Option '--to' is required.")]
    public async Task AnyForm_Wrong_IsToldWithoutTheCollector(string line, string message)
    {
        var ended = await Tool.RunAsync([.. line.Split(' '), "--collector", "http://127.0.0.1:1"]);

        Assert.Equal(2, ended.Code);
        Assert.StartsWith(message, ended.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vm start web-1", "start", "")]
    [InlineData("vm start web-1 --paused", "start", "paused=true")]
    [InlineData("vm stop web-1 --grace 5m --force", "shutdown", "force=true grace_seconds=300")]
    [InlineData("vm reboot web-1 --grace 90s", "reboot", "grace_seconds=90")]
    [InlineData("vm suspend web-1", "suspend", "")]
    [InlineData("vm migrate web-1 --to qemu+tls://b/system --copy-storage --bandwidth 10MiB/s --downtime 300ms --abort-after 1h", "migrate",
        "bandwidth_bytes_per_second=10485760 destination=qemu+tls://b/system downtime_milliseconds=300 storage=copied timeout_seconds=3600")]
    [InlineData("vm resize web-1 --memory 1.5GiB", "set_memory", "memory_bytes=1610612736")]
    [InlineData("vm limit web-1 --cpu 50", "set_cpu_quota", "percent=50")]
    [InlineData("vm limit web-1 --cpu 50 --for 2h", "set_cpu_quota", "lease_seconds=7200 percent=50")]
    [InlineData("vm limit web-1 --disk vda --iops 500 --bytes 20MiB", "set_disk_limit", "disk=vda total_bytes_per_second=20971520 total_iops=500")]
    public async Task ShortForm_Options_BecomeParameters(string line, string kind, string parameters)
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync([.. line.Split(' '), "--yes"]);

        Assert.Equal(0, ended.Code);
        var request = Assert.IsType<SendDirectiveRequest>(collector.Directives.Requests.Single());
        Assert.Equal((kind, "web-1"), (request.Kind, request.Vm));
        Assert.Equal(parameters, string.Join(' ', request.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + "=" + pair.Value)));
    }

    [Theory]
    [InlineData(DirectiveStage.Done, 0, "set_vcpus set_memory", "virtctl: see how it ends with")]
    [InlineData(DirectiveStage.Refused, 5, "set_vcpus", "virtctl: set_memory was not sent.\n")]
    public async Task Resize_Both_SendsTheSecondWhenTheFirstIsDone(DirectiveStage firstEnd, int code, string kinds, string notice)
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Directives.News.Enqueue(new DirectiveRecord { State = firstEnd });

        var ended = await collector.RunAsync("vm", "resize", "web-1", "--memory", "4GiB", "--vcpus", "4", "--yes");

        Assert.Equal(code, ended.Code);
        Assert.Equal(kinds, string.Join(' ', collector.Directives.Requests.OfType<SendDirectiveRequest>().Select(request => request.Kind)));
        Assert.StartsWith(notice, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vm_NamedAsAVerb_IsShownByShow()
    {
        await using var collector = await InProcessCollector.StartAsync();
        collector.Query.Vms.Add(new Vm { Name = "start", Id = "44444444-4444-4444-8444-444444444444" });

        Assert.StartsWith("Name         start\n", (await collector.RunAsync("vm", "show", "start")).Output, StringComparison.Ordinal);
        Assert.Empty(collector.Directives.Requests);
    }

    [Fact]
    public void Losses_EveryDestructiveKind_HasOne() =>
        Assert.All(DirectiveCatalogue.All.Where(kind => kind.IsDestructive), kind => Assert.NotEmpty(Losses.Of(kind.Kind)));

    [Fact]
    public void Verbs_EveryOption_IsOfTheCatalogue() =>
        Assert.All(
            VmVerbs.All.SelectMany(verb => verb.Options),
            option => Assert.Contains(
                option.Kind is { } kind ? DirectiveCatalogue.Find(kind)!.Parameters : [.. DirectiveCatalogue.All.SelectMany(definition => definition.Parameters)], parameter => parameter.Name == option.Parameter));

    [Fact]
    public async Task Limit_ForATime_OfWhatHasNoLease_SaysSo()
    {
        await using var collector = await InProcessCollector.StartAsync();

        var ended = await collector.RunAsync("vm", "limit", "web-1", "--share", "512", "--for", "1h", "--yes");

        Assert.Equal((2, "virtctl: set_cpu_share has no parameter 'lease_seconds'; it takes share.\n"), (ended.Code, ended.Error));
        Assert.Empty(collector.Directives.Requests);
    }
}
