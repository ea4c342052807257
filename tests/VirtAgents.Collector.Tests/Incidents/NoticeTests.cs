using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Incidents.Notices;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Core.Detection.Incidents;
using VirtAgents.Core.Model;

namespace VirtAgents.Collector.Tests.Incidents;

/// <summary>A collector that tells a real server and a file.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private const string Secret = "a secret of this test";

    private readonly WebApplication _receiver = Receiver();
    private readonly ConcurrentQueue<(Dictionary<string, string> Headers, string Body)> _taken = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("virtcollector-notices-").FullName;
    private volatile int _refusals;
    private int _tries;

    private string NoticeFile => Path.Combine(_directory, "incidents.jsonl");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "secret"), Secret + "\n", RunningCollector.Cancel);
        _receiver.MapPost("/hook", async (HttpRequest request) =>
        {
            Interlocked.Increment(ref _tries);
            if (Interlocked.Decrement(ref _refusals) >= 0)
            {
                return Results.Text("come back later", statusCode: 503);
            }

            using StreamReader body = new(request.Body);
            _taken.Enqueue((request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), await body.ReadToEndAsync()));
            return Results.Ok();
        });
        await _receiver.StartAsync(RunningCollector.Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Crash_IsToldOnceSignedAndWritten_ThoughTheReceiverRefusesFirst()
    {
        _refusals = 1;
        await using RunningCollector collector = await StartAsync();
        using AgentUnderTest agent = await collector.JoinAsync();
        await agent.SendAsync(agent.Event(2, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
        await RunningCollector.UntilAsync(() => Task.FromResult(!_taken.IsEmpty));
        await agent.SendAsync(agent.Event(3, HostEventKind.VmStarted, VmState.Running, VmStateReason.Booted));
        await RunningCollector.UntilAsync(() => Task.FromResult(_taken.Count == 2 && Lines().Length == 2));

        Assert.Equal(3, _tries);
        (Dictionary<string, string> headers, string body) = _taken.First();
        JsonElement notice = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("1.0", "virtagents.incident.opened"), (notice.GetProperty("specversion").GetString(), notice.GetProperty("type").GetString()));
        Assert.Equal(notice.GetProperty("subject").GetString(), notice.GetProperty("data").GetProperty("id").GetString());
        Assert.Equal("FINDING_KIND_VM_CRASHED", notice.GetProperty("data").GetProperty("root").GetProperty("kind").GetString());
        Assert.Equal("application/cloudevents+json", headers["content-type"]);
        byte[] signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}");
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed)), headers["webhook-signature"]);
        Assert.Equal(_taken.Select(t => t.Body), Lines());
    }

    [Fact]
    public async Task Start_NewReceivers_HaveTheirPlaceBeforeAgentsCanConnect()
    {
        await using RunningCollector collector = await StartAsync();
        await using ControlContext context = await collector.Part<IDbContextFactory<ControlContext>>().CreateDbContextAsync(RunningCollector.Cancel);
        Assert.Equal(2, await context.FeedPositions.CountAsync(p => p.Reader == "file" || p.Reader.StartsWith("webhook"), RunningCollector.Cancel));
    }

    [Fact]
    public async Task Restart_GoesOnWhereTheReceiverWasTold()
    {
        RunningCollector first = await StartAsync();
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            _refusals = int.MaxValue;
            await agent.SendAsync(agent.Event(2, HostEventKind.VmCrashed, VmState.Crashed, VmStateReason.Crashed));
            await RunningCollector.UntilAsync(() => Task.FromResult(_tries > 0 && Lines().Length == 1));
            await first.StopAsync();
        }

        _refusals = 0;
        await using RunningCollector second = await StartAsync(first.Directory);
        await RunningCollector.UntilAsync(() => Task.FromResult(!_taken.IsEmpty));
        Assert.Contains("virtagents.incident.opened", Assert.Single(_taken).Body, StringComparison.Ordinal);
        Assert.Single(Lines());
    }

    [Theory]
    [InlineData(IncidentChangeKind.Opened, IncidentState.Open, false, 0, true)]
    [InlineData(IncidentChangeKind.Opened, IncidentState.Open, true, 0, false)]
    [InlineData(IncidentChangeKind.SymptomAdded, IncidentState.Open, false, 0, false)]
    [InlineData(IncidentChangeKind.Opened, IncidentState.Merged, false, 4_999, false)]
    [InlineData(IncidentChangeKind.Merged, IncidentState.Merged, false, 4_999, false)]
    [InlineData(IncidentChangeKind.Merged, IncidentState.Merged, false, 5_000, true)]
    public void IsTold_Step_OnlyWhatSomebodyCanActOn(IncidentChangeKind kind, IncidentState state, bool silenced, long lastedMs, bool told)
    {
        Finding root = new(new(FindingKind.VmCrashed, new(ElementKind.Vm, "x"), ""), "x", Severity.Critical, 1, "");
        Incident incident = new(Guid.NewGuid(), root, 1_000) { State = state, IsSilenced = silenced, UpdatedUnixMs = 1_000 + lastedMs };
        Assert.Equal(told, NoticeOutbox.IsTold(new IncidentNotice(1, kind, incident, 1_000, ""), TimeSpan.FromSeconds(5)));
    }

    private Task<RunningCollector> StartAsync(string? directory = null) => RunningCollector.StartAsync(
        directory,
        null,
        $"Incidents:Webhooks:0:Url={_receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/hook",
        $"Incidents:Webhooks:0:SecretFile={Path.Combine(_directory, "secret")}",
        $"Incidents:File={NoticeFile}",
        "Incidents:Settle=0");

    private string[] Lines() => File.Exists(NoticeFile) ? File.ReadAllLines(NoticeFile) : [];

    private static WebApplication Receiver()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "");
        Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.ConfigureKestrel(builder.WebHost, kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        return builder.Build();
    }
}
