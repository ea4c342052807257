using Microsoft.EntityFrameworkCore;
using VirtAgents.Collector.Control;
using VirtAgents.Collector.Fleet;
using VirtAgents.Collector.Planning;
using VirtAgents.Collector.Scheduling;
using VirtAgents.Collector.Tests.Control;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Control;
using VirtAgents.Core.Scheduling.Planning;
using static VirtAgents.Collector.Tests.Control.ControlDouble;

namespace VirtAgents.Collector.Tests.Scheduling;

/// <summary>What the ledger takes from directives that have ended, and what the next plan learns of it.</summary>
public sealed class PlanMeterTests
{
    private const long Now = 10_000_000;

    [Fact]
    public async Task MeasureAsync_MovesThatWereMeasured_AreInTheLedgerAndLearntFrom()
    {
        await using ControlDouble control = await OpenAsync(NewPath());
        PlanMeter meter = new(control.Queue, control);
        Assert.Equal(new MoveLearning(1, null), await meter.LearningAsync("east", Cancel));
        await AddAsync(control, new(10, 5), new(30, 7), new(20, null));
        await meter.MeasureAsync(View(), Cancel);
        await using ControlContext context = control.CreateDbContext();
        PlanStepRow[] steps = await context.PlanSteps.OrderBy(s => s.Ordinal).ToArrayAsync(Cancel);
        Assert.Equal([(10L, 5L), (30L, 7L), (20L, null)], steps.Select(s => (s.DowntimeMs, s.SentBytes)).ToArray());
        Assert.All(steps, step => Assert.Equal((true, 4), (step.IsJudged, step.MeasuredSeconds)));
        Assert.Equal(new MoveLearning(2, 20), await meter.LearningAsync("east", Cancel));
        Assert.Equal(new MoveLearning(1, null), await meter.LearningAsync("west", Cancel));
    }

    [Fact]
    public async Task MeasureAsync_NothingWasTold_IsUnknownAndNothingIsLearntOfIt()
    {
        await using ControlDouble control = await OpenAsync(NewPath());
        PlanMeter meter = new(control.Queue, control);
        await AddAsync(control, default, default, default);
        await meter.MeasureAsync(View(), Cancel);
        await using ControlContext context = control.CreateDbContext();
        Assert.All(await context.PlanSteps.ToArrayAsync(Cancel), step => Assert.Equal((true, null, null), (step.IsJudged, step.DowntimeMs, step.SentBytes)));
        Assert.Equal(new MoveLearning(2, null), await meter.LearningAsync("east", Cancel));
    }

    private static SchedulerView View() => new(
        SchedulePolicy.None, new Dictionary<string, Lazy<LiveEstate>>(), new Dictionary<Guid, HostView>(), [], 0, new HashSet<string>(), null, Now);

    private static Task<int> AddAsync(ControlDouble control, params MigrationFigures[] figures) => control.Queue.RunAsync(
        context =>
        {
            PlanRow plan = new() { Id = Guid.NewGuid(), Number = 1, Cluster = "east", Goal = PlanGoal.Evacuate, State = PlanState.Done };
            foreach (MigrationFigures measured in figures)
            {
                DirectiveRow directive = new() { Id = Guid.NewGuid(), Number = plan.Steps.Count + 1, Parameters = "{}", State = DirectiveState.Done, DowntimeMs = measured.DowntimeMs, SentBytes = measured.SentBytes };
                directive.Steps.Add(new() { DirectiveId = directive.Id, Ordinal = 1, State = DirectiveState.Running, HostTimeUnixMs = 1_000 });
                directive.Steps.Add(new() { DirectiveId = directive.Id, Ordinal = 2, State = DirectiveState.Done, HostTimeUnixMs = 5_000 });
                context.Add(directive);
                plan.Steps.Add(new() { PlanId = plan.Id, Ordinal = plan.Steps.Count, State = StepState.Done, DirectiveId = directive.Id, PlannedSeconds = 2, EndedUnixMs = Now - 120_000 });
            }

            context.Add(plan);
            return context.SaveChangesAsync();
        },
        Cancel);
}
