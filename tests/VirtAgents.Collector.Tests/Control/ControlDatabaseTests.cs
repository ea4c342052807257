using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Tests.Sessions;
using VirtAgents.Storage;
using static VirtAgents.Collector.Tests.Control.ControlDouble;

namespace VirtAgents.Collector.Tests.Control;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ControlDatabaseTests
{
    private static readonly string[] Tables = ["directive_steps", "directives", "epochs", "feed_positions", "freeze", "incident_steps", "incidents", "off_confirmations", "plan_steps", "plans", "proposals", "recoveries", "remediations", "share_limits", "silences", "start_requests", "throttles", "vm_baselines"];

    [Fact]
    public async Task OpenAsync_NewFile_HasTablesAndOnlyItsOwnerMayRead()
    {
        string path = NewPath();
        await using ControlDouble control = await OpenAsync(path);
        await using ControlContext context = control.CreateDbContext();

        string[] made = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'table'").ToArrayAsync(Cancel);
        Assert.Equal(["control_schema", .. Tables], made.Order(StringComparer.Ordinal));

        Assert.All(Directory.GetFiles(Path.GetDirectoryName(path)!), f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
    }

    [Fact]
    public async Task OpenAsync_OpenToOthersAndFilled_IsClosedAndKept()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await new ClusterEpoch(first.Queue, new FakeTimeProvider()).AdvanceAsync(Cancel);
        }

        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
        await using ControlDouble second = await OpenAsync(path);
        ClusterEpoch epoch = new(second.Queue, new FakeTimeProvider());
        Assert.Equal(0, epoch.Current);
        await epoch.AdvanceAsync(Cancel);
        Assert.Equal((2L, UnixFileMode.UserRead | UnixFileMode.UserWrite), (epoch.Current, File.GetUnixFileMode(path)));
    }

    [Fact]
    public async Task OpenAsync_SchemaOfANewerCollector_IsRefusedAndUnchanged()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(c => c.Database.ExecuteSqlAsync($"UPDATE control_schema SET version = {ControlDatabase.SchemaVersion + 1}"), Cancel);
        }

        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(path));
        Assert.Contains($"schema version {ControlDatabase.SchemaVersion + 1}, and this collector knows version {ControlDatabase.SchemaVersion}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion1_GetsTheNewTablesAndKeepsTheOld()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await new ClusterEpoch(first.Queue, new FakeTimeProvider()).AdvanceAsync(Cancel);
            await first.Queue.RunAsync(c => c.Database.ExecuteSqlRawAsync(OldSchema.Of(1)), Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        string[] made = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'table'").ToArrayAsync(Cancel);
        string[] indexes = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'incidents' AND sql IS NOT NULL").ToArrayAsync(Cancel);
        Assert.Equal(["control_schema", .. Tables], made.Order(StringComparer.Ordinal));
        Assert.Equal(2, indexes.Length);
        Assert.Equal(1, (await context.Epochs.SingleAsync(Cancel)).Value);
        int[] versions = await context.Database.SqlQuery<int>($"SELECT version AS \"Value\" FROM control_schema").ToArrayAsync(Cancel);
        Assert.Equal([ControlDatabase.SchemaVersion], versions);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion6_GetsLimitsAndKeepsRequests()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new StartRequestRow { Id = Guid.NewGuid(), Number = 1 });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(6));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        Assert.Equal((1, 0), (await context.StartRequests.CountAsync(Cancel), await context.ShareLimits.CountAsync(Cancel)));
        string[] indexes = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'share_limits' AND sql IS NOT NULL").ToArrayAsync(Cancel);
        Assert.Equal(3, indexes.Length);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion10_GetsMovesOfRequestsAndKeepsThem()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new StartRequestRow { Id = Guid.NewGuid(), Number = 7, VmName = "web" });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(10));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        StartRequestRow row = await context.StartRequests.SingleAsync(Cancel);
        Assert.Equal((7, "web", null, null, null), (row.Number, row.VmName, row.IsAnywhere, row.MoveDirectiveId, row.TargetId));
        int[] versions = await context.Database.SqlQuery<int>($"SELECT version AS \"Value\" FROM control_schema").ToArrayAsync(Cancel);
        Assert.Equal([ControlDatabase.SchemaVersion], versions);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion7_GetsThrottlesAndKeepsLimits()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new ShareLimitRow { Id = Guid.NewGuid(), Number = 1 });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(7));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        Assert.Equal((1, 0), (await context.ShareLimits.CountAsync(Cancel), await context.Throttles.CountAsync(Cancel)));
        string[] indexes = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'throttles' AND sql IS NOT NULL").ToArrayAsync(Cancel);
        Assert.Equal(3, indexes.Length);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion9_GetsConfirmationsAndKeepsThrottles()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new ThrottleRow { Id = Guid.NewGuid(), Number = 1 });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(9));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        OffConfirmationRow confirmation = new() { Id = Guid.NewGuid(), Number = 1, HostId = Guid.NewGuid(), IsOpen = true };
        context.AddRange(confirmation, new RecoveryRow { DirectiveId = Guid.NewGuid(), ConfirmationId = confirmation.Id, VmId = Guid.NewGuid() });
        Assert.Equal(2, await context.SaveChangesAsync(Cancel));
        Assert.Equal(1, await context.Throttles.CountAsync(Cancel));
        string[] indexes = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('off_confirmations', 'recoveries') AND sql IS NOT NULL").ToArrayAsync(Cancel);
        Assert.Equal(5, indexes.Length);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion8_KeepsLimitsAndThrottlesUnderTheirNewNames()
    {
        string path = NewPath();
        ShareLimitRow limit = new() { Id = Guid.NewGuid(), Number = 1, Device = "52:54:00:00:00:01", Amount = 1 << 20, FormerAmount = 2 << 20, IsOpen = true, Outcome = "failed: no" };
        ThrottleRow throttle = new() { Id = Guid.NewGuid(), Number = 1, Device = "vda", Amount = 40, Used = 80.5, Detail = "san", Outcome = "gone" };
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.AddRange(limit, throttle);
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(8));
                },
                Cancel);
            string[] old = await first.Queue.RunAsync(c => c.Database.SqlQuery<string>($"SELECT mac || ' ' || bytes_per_second || ' ' || previous_bytes_per_second AS \"Value\" FROM share_limits").ToArrayAsync(), Cancel);
            Assert.Equal(["52:54:00:00:00:01 1048576 0"], old);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        Assert.Equivalent(limit, await context.ShareLimits.SingleAsync(Cancel), strict: true);
        Assert.Equivalent(throttle, await context.Throttles.SingleAsync(Cancel), strict: true);
        context.Add(new ShareLimitRow { Id = Guid.NewGuid(), Number = 2 });
        Assert.Equal(1, await context.SaveChangesAsync(Cancel));
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion2_GetsWhatVersion3AddedAndKeepsIncidents()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new IncidentRow { Id = Guid.NewGuid(), Number = 1, Document = "{}" });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(2));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        Assert.Equal((1, 0), (await context.Incidents.CountAsync(Cancel), await context.VmBaselines.CountAsync(Cancel)));
        int[] versions = await context.Database.SqlQuery<int>($"SELECT version AS \"Value\" FROM control_schema").ToArrayAsync(Cancel);
        Assert.Equal([ControlDatabase.SchemaVersion], versions);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion3_GetsProposalsAndKeepsWhatRulesDid()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new RemediationRow { DirectiveId = Guid.NewGuid(), Rule = "restart", AtUnixMs = 1 });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(3));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        Assert.Equal((1, 0), (await context.Remediations.CountAsync(Cancel), await context.Proposals.CountAsync(Cancel)));
        string[] indexes = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'proposals' AND sql IS NOT NULL").ToArrayAsync(Cancel);
        int[] versions = await context.Database.SqlQuery<int>($"SELECT version AS \"Value\" FROM control_schema").ToArrayAsync(Cancel);
        Assert.Equal(3, indexes.Length);
        Assert.Equal([ControlDatabase.SchemaVersion], versions);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion4_GetsPlansAndKeepsProposals()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new ProposalRow { Id = Guid.NewGuid(), Number = 1 });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(4));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        Assert.Equal((1, 0, 0), (await context.Proposals.CountAsync(Cancel), await context.Plans.CountAsync(Cancel), await context.PlanSteps.CountAsync(Cancel)));
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion5_GetsRequestsAndKeepsPlans()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new PlanRow { Id = Guid.NewGuid(), Number = 1 });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(5));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        Assert.Equal((1, 0), (await context.Plans.CountAsync(Cancel), await context.StartRequests.CountAsync(Cancel)));
        string[] indexes = await context.Database.SqlQuery<string>($"SELECT name AS \"Value\" FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'start_requests' AND sql IS NOT NULL").ToArrayAsync(Cancel);
        int[] versions = await context.Database.SqlQuery<int>($"SELECT version AS \"Value\" FROM control_schema").ToArrayAsync(Cancel);
        Assert.Equal(3, indexes.Length);
        Assert.Equal([ControlDatabase.SchemaVersion], versions);
    }

    [Fact]
    public async Task OpenAsync_SchemaOfVersion7_GetsFiguresOfMovesAndKeepsThem()
    {
        string path = NewPath();
        await using (ControlDouble first = await OpenAsync(path))
        {
            await first.Queue.RunAsync(
                async c =>
                {
                    c.Add(new DirectiveRow { Id = Guid.NewGuid(), Parameters = "{}" });
                    c.Add(new PlanRow { Id = Guid.NewGuid(), Number = 1, Steps = [new PlanStepRow { VmName = "web" }] });
                    await c.SaveChangesAsync();
                    return await c.Database.ExecuteSqlRawAsync(OldSchema.Of(7));
                },
                Cancel);
        }

        await using ControlDouble second = await OpenAsync(path);
        await using ControlContext context = second.CreateDbContext();
        DirectiveRow directive = await context.Directives.SingleAsync(Cancel);
        PlanStepRow step = await context.PlanSteps.SingleAsync(Cancel);
        Assert.Equal((null, null), (directive.DowntimeMs, directive.SentBytes));
        Assert.Equal(("web", null, null, null), (step.VmName, step.ExpectedDowntimeMs, step.DowntimeMs, step.SentBytes));
        (step.DowntimeMs, step.SentBytes) = (12, long.MaxValue);
        Assert.Equal(1, await context.SaveChangesAsync(Cancel));
    }

    [Fact]
    public async Task OpenAsync_NoDatabase_IsRefused()
    {
        string path = NewPath();
        await File.WriteAllTextAsync(path, "this is a letter and not a database, and long enough to be told from an empty file", Cancel);

        StoreUnusableException refused = await Assert.ThrowsAsync<StoreUnusableException>(() => OpenAsync(path));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_ForPostgreSql_IsAScriptWithAllTables()
    {
        await using ControlDouble control = For(("Control:Provider", "PostgreSQL"), ("Control:ConnectionString", "Host=db;Password=secret"));
        await using ControlContext context = control.CreateDbContext();
        string script = context.Database.GenerateCreateScript().Replace("\"", "", StringComparison.Ordinal);

        Assert.All(Tables, t => Assert.Contains($"CREATE TABLE {t} (", script, StringComparison.Ordinal));
        Assert.Contains("id uuid NOT NULL", script, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", control.Options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WorkFails_ItsCallerIsToldAndTheNextIsDone()
    {
        await using ControlDouble control = await OpenAsync(NewPath());

        await Assert.ThrowsAsync<IOException>(() => control.Queue.RunAsync<int>(_ => throw new IOException("no"), Cancel));
        Assert.Equal(5, await control.Queue.RunAsync(_ => Task.FromResult(5), Cancel));
    }

    [Fact]
    public async Task Welcome_CollectorStartsAgain_TellsTheNextEpoch()
    {
        RunningCollector first = await RunningCollector.StartAsync();
        await using (first)
        {
            using AgentUnderTest agent = first.Agent();
            Assert.Equal(1ul, (await agent.OpenAsync()).Epoch);
            await first.StopAsync();
        }

        await using RunningCollector second = await RunningCollector.StartAsync(first.Directory);
        using AgentUnderTest again = second.Agent();
        Assert.Equal(2ul, (await again.OpenAsync()).Epoch);
    }
}
