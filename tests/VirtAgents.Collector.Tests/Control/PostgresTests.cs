using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Tests.Directives;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Protocol.V1;
using static VirtAgents.Collector.Tests.Directives.DirectiveScene;

namespace VirtAgents.Collector.Tests.Control;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PostgresTests
{
    [Fact]
    [Trait("needs", "postgresql")]
    public async Task Collector_OnPostgreSql_KeepsDirectivesFreezeAndEpoch()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        string[] settings = ["Control:Provider=PostgreSQL", $"Control:ConnectionString={server.ConnectionString}"];
        RunningCollector first = await RunningCollector.StartAsync(null, null, settings);
        string done, open;
        await using (first)
        {
            using AgentUnderTest agent = await first.JoinAsync();
            done = (await first.SendAsync(new() { Kind = "set_cpu_share", Vm = "vm1", Parameters = { ["share"] = "512" } })).Id;
            await agent.TellAsync(await agent.DirectiveAsync(), DirectiveState.Done);
            await first.ReachesAsync(done, DirectiveStage.Done);
            open = (await first.SendAsync(new() { Kind = "reboot", Vm = "vm1" })).Id;
            await agent.DirectiveAsync();
            await first.FreezeAsync(true);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory, null, settings);
        Assert.True((await second.Directives.GetFreezeAsync(new(), Call)).Frozen);
        await second.FreezeAsync(false);
        using AgentUnderTest again = second.Agent();
        Assert.Equal(2ul, (await again.OpenAsync(acked: 1)).Epoch);
        Assert.Equal(open, IdOf(await again.DirectiveAsync()));
        ListDirectivesResponse page = await second.Directives.ListDirectivesAsync(new() { PageSize = 1, Vm = "vm1" }, Call);
        ListDirectivesResponse rest = await second.Directives.ListDirectivesAsync(new() { PageSize = 1, Vm = "vm1", PageToken = page.NextPageToken }, Call);
        Assert.Equal((open, done), (page.Directives.Single().Id, rest.Directives.Single().Id));
        Assert.Equal([DirectiveStage.Proposed, DirectiveStage.Sent, DirectiveStage.Accepted, DirectiveStage.Done], StatesOf(await second.GetAsync(done)));
    }

    [Fact]
    [Trait("needs", "postgresql")]
    public async Task OpenAsync_SchemaOfVersion1OnPostgreSql_GetsTheNewTables()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        (string, string)[] settings = [("Control:Provider", "PostgreSQL"), ("Control:ConnectionString", server.ConnectionString)];
        await using (ControlDouble first = ControlDouble.For(settings))
        {
            await first.Queue.StartAsync(ControlDouble.Cancel);
            await first.Queue.RunAsync(c => c.Database.ExecuteSqlRawAsync(OldSchema.Of(1)), ControlDouble.Cancel);
        }

        await using ControlDouble second = ControlDouble.For(settings);
        await second.Queue.StartAsync(ControlDouble.Cancel);
        await using ControlContext context = second.CreateDbContext();
        int[] versions = await context.Database.SqlQuery<int>($"SELECT version AS \"Value\" FROM control_schema").ToArrayAsync(ControlDouble.Cancel);
        Assert.Equal([ControlDatabase.SchemaVersion], versions);
        Assert.Empty(await context.Incidents.Include(i => i.Steps).ToArrayAsync(ControlDouble.Cancel));
        Assert.Empty(await context.Remediations.ToArrayAsync(ControlDouble.Cancel));
        Assert.Empty(await context.Proposals.ToArrayAsync(ControlDouble.Cancel));
        Assert.Empty(await context.VmBaselines.ToArrayAsync(ControlDouble.Cancel));
        Assert.Empty(await context.Throttles.ToArrayAsync(ControlDouble.Cancel));
        Assert.Empty(await context.Plans.Include(p => p.Steps).ToArrayAsync(ControlDouble.Cancel));
    }

    [Fact]
    [Trait("needs", "postgresql")]
    public async Task ControlRetention_OnPostgreSql_DropsTheSame()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await using ControlDouble control = ControlDouble.For(("Control:Provider", "PostgreSQL"), ("Control:ConnectionString", server.ConnectionString));
        await control.Queue.StartAsync(ControlDouble.Cancel);
        await ControlRetentionTests.DropsAsync(control);
    }

    [Fact]
    [Trait("needs", "postgresql")]
    public async Task BaselineStore_OnPostgreSql_KeepsReplacesAndForgets()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await using ControlDouble control = ControlDouble.For(("Control:Provider", "PostgreSQL"), ("Control:ConnectionString", server.ConnectionString));
        await control.Queue.StartAsync(ControlDouble.Cancel);
        await Anomalies.BaselineStoreTests.KeepsReplacesAndForgetsAsync(control);
    }

    [Fact]
    [Trait("needs", "postgresql")]
    public async Task ShareStore_OnPostgreSql_KeepsChangesAndEnds()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await using ControlDouble control = ControlDouble.For(("Control:Provider", "PostgreSQL"), ("Control:ConnectionString", server.ConnectionString));
        await control.Queue.StartAsync(ControlDouble.Cancel);
        await Shares.ShareStoreTests.KeepsChangesAndEndsAsync(control);
    }

    [Fact]
    [Trait("needs", "postgresql")]
    public async Task ThrottleStore_OnPostgreSql_KeepsChangesAndEnds()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        await using ControlDouble control = ControlDouble.For(("Control:Provider", "PostgreSQL"), ("Control:ConnectionString", server.ConnectionString));
        await control.Queue.StartAsync(ControlDouble.Cancel);
        await Throttles.ThrottleStoreTests.KeepsChangesAndEndsAsync(control);
    }
}
