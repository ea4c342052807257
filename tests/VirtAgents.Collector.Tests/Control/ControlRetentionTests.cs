using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using VirtAgents.Collector.Control;
using VirtAgents.Core.Scheduling.Requests;

namespace VirtAgents.Collector.Tests.Control;

public sealed class ControlRetentionTests
{
    private const long Old = 1_000, Limit = 2_000, New = 3_000;

    [Fact]
    public async Task Drop_WhatEndedLongAgo_GoesWithAllThatBelongsToIt()
    {
        await using ControlDouble control = await ControlDouble.OpenAsync(ControlDouble.NewPath());
        await DropsAsync(control);
    }

    [Fact]
    public async Task Drop_MoreThanOneBatch_DropsAllButTheNewest()
    {
        await using ControlDouble control = await ControlDouble.OpenAsync(ControlDouble.NewPath());
        await AddAsync(control, c => c.StartRequests.AddRange(Enumerable.Range(1, 450).Select(i => Request(i, Old))));
        Assert.Equal(449, await new ControlRetention(control.Queue, control).DropAsync(Limit, ControlDouble.Cancel));
        Assert.Equal(450, Assert.Single(await AllAsync(control, c => c.StartRequests.Select(r => r.Number))));
        Assert.Equal(0, await new ControlRetention(control.Queue, control).DropAsync(Limit, ControlDouble.Cancel));
    }

    [Fact]
    public async Task Drop_TheNewestStepIsOfAnOldIncident_ThatStays()
    {
        // Webhooks are told by the numbers of steps: a number that was told must not come again.
        await using ControlDouble control = await ControlDouble.OpenAsync(ControlDouble.NewPath());
        await AddAsync(control, c => c.Incidents.AddRange(Incident(1, Old, step: 9), Incident(2, Old, step: 3), Incident(3, Old, step: 4)));
        Assert.Equal(1, await new ControlRetention(control.Queue, control).DropAsync(Limit, ControlDouble.Cancel));
        Assert.Equal((long[])[1, 3], await AllAsync(control, c => c.Incidents.Select(i => i.Number)));
        Assert.Equal((long[])[4, 9], await AllAsync(control, c => c.IncidentSteps.Select(s => s.Number)));
    }

    [Theory]
    [InlineData("400d", 1)]
    [InlineData("0", 2)]
    public async Task Run_AnHourPassed_DropsByTheSetting(string retention, int left)
    {
        await using ControlDouble control = ControlDouble.For(("Control:Path", ControlDouble.NewPath()), ("Control:Retention", retention));
        await control.Queue.StartAsync(ControlDouble.Cancel);
        FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Old).AddDays(401));
        await AddAsync(control, c => c.StartRequests.AddRange(Request(1, Old), Request(2, Old)));
        using ControlRetentionJob job = new(new ControlRetention(control.Queue, control), control.Options, clock, NullLogger<ControlRetentionJob>.Instance);
        await job.StartAsync(ControlDouble.Cancel);
        clock.Advance(TimeSpan.FromHours(1));

        // Where all is kept the job ends by itself.
        await (left == 2 ? job.ExecuteTask! : Sessions.RunningCollector.UntilAsync(async () => (await AllAsync(control, c => c.StartRequests.Select(r => r.Number))).Length == left));
        Assert.Equal(left, (await AllAsync(control, c => c.StartRequests.Select(r => r.Number))).Length);
        await job.StopAsync(ControlDouble.Cancel);
    }

    /// <summary>The same on any database.</summary>
    internal static async Task DropsAsync(ControlDouble control)
    {
        await AddAsync(control, c =>
        {
            foreach ((long number, long ended, bool isOpen) in ((long, long, bool)[])[(1, Old, false), (2, Old, true), (3, New, false), (4, Old, false)])
            {
                c.Directives.Add(new() { Id = Id(number), Number = number, UpdatedUnixMs = ended, IsOpen = isOpen, Steps = [new() { DirectiveId = Id(number), Ordinal = 1 }] });
                c.Remediations.Add(new() { DirectiveId = Id(number) });
                c.Incidents.Add(Incident(number, ended, number, isOpen));
                c.Proposals.Add(new() { Id = Id(number), Number = number, EndedUnixMs = isOpen ? 0 : ended });
                c.Plans.Add(new() { Id = Id(number), Number = number, EndedUnixMs = ended, IsActive = isOpen, Steps = [new() { PlanId = Id(number), Ordinal = 0 }] });
                c.StartRequests.Add(Request(number, ended, isOpen));
                c.ShareLimits.Add(new() { Id = Id(number), Number = number, EndedUnixMs = ended, IsOpen = isOpen });
                c.Throttles.Add(new() { Id = Id(number), Number = number, EndedUnixMs = ended, IsOpen = isOpen });
            }
        });

        Assert.Equal(7, await new ControlRetention(control.Queue, control).DropAsync(Limit, ControlDouble.Cancel));

        // The second has not ended, the third not long ago, and the last is the newest.
        long[] left = [2, 3, 4];
        Assert.Equal(left, await AllAsync(control, c => c.Directives.Select(d => d.Number)));
        Assert.Equal(left, await AllAsync(control, c => c.Incidents.Select(i => i.Number)));
        Assert.Equal(left, await AllAsync(control, c => c.IncidentSteps.Select(s => s.Number)));
        Assert.Equal(left, await AllAsync(control, c => c.Proposals.Select(p => p.Number)));
        Assert.Equal(left, await AllAsync(control, c => c.Plans.Select(p => p.Number)));
        Assert.Equal(left, await AllAsync(control, c => c.StartRequests.Select(r => r.Number)));
        Assert.Equal(left, await AllAsync(control, c => c.ShareLimits.Select(l => l.Number)));
        Assert.Equal(left, await AllAsync(control, c => c.Throttles.Select(t => t.Number)));
        Guid[] ids = [.. left.Select(Id)];
        Assert.Equal(ids, await AllAsync(control, c => c.Set<StepRow>().Select(s => s.DirectiveId)));
        Assert.Equal(ids, await AllAsync(control, c => c.Remediations.Select(r => r.DirectiveId)));
        Assert.Equal(ids, await AllAsync(control, c => c.PlanSteps.Select(s => s.PlanId)));
    }

    private static Guid Id(long number) => new((int)number, 0, 0, new byte[8]);

    private static IncidentRow Incident(long number, long ended, long step, bool isActive = false) => new()
    {
        Id = Id(number), Number = number, UpdatedUnixMs = ended, IsActive = isActive, Steps = [new() { IncidentId = Id(number), Number = step }],
    };

    private static StartRequestRow Request(long number, long ended, bool isOpen = false) => new()
    {
        Id = Id(number), Number = number, EndedUnixMs = ended, IsOpen = isOpen, Stage = isOpen ? RequestStage.Waiting : RequestStage.Ended,
    };

    private static Task<int> AddAsync(ControlDouble control, Action<ControlContext> add) => control.Queue.RunAsync(
        context =>
        {
            add(context);
            return context.SaveChangesAsync();
        },
        ControlDouble.Cancel);

    private static async Task<T[]> AllAsync<T>(ControlDouble control, Func<ControlContext, IQueryable<T>> select)
    {
        await using ControlContext context = control.CreateDbContext();
        return [.. (await select(context).ToArrayAsync(ControlDouble.Cancel)).Order()];
    }
}
