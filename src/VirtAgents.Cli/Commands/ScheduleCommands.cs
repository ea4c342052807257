using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

/// <summary>Plans that the scheduler made, what people decide about them, and what became of their moves.</summary>
internal static class ScheduleCommands
{
    private const int DefaultLimit = 100;
    private const string Example = "0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11";

    public static Command CreatePlans(CommandBinder binder)
    {
        var state = Parsed.Name(new Option<PlanStage?>("--state") { Description = "Only plans in this state." }, EnumNames.Plans);
        var limit = LimitOf();
        var command = new CliCommand(
            "plans",
            "Lists plans that the scheduler made by its policy, newest first. docs/scheduling.md has the whole story.",
            ("virtctl plans", "what was planned, and how it ended"),
            ("virtctl plans --state proposed", "what waits for approval"))
        {
            state, limit,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListPlansRequest { State = parse.GetValue(state) ?? PlanStage.Unspecified };
            var plans = await Pages.ReadAsync<PlanRecord>(parse.GetValue(limit) ?? DefaultLimit, async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var page = await context.Client.CallAsync(options => context.Client.Scheduling.ListPlansAsync(request, options), cancel);
                return (page.Plans, page.NextPageToken);
            });
            context.WriteList(ScheduleListing.Plans(context.Now), plans, "the scheduler has made no plan.");
            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateLedger(CommandBinder binder)
    {
        var limit = LimitOf();
        var command = new CliCommand(
            "ledger",
            "Lists moves that the scheduler began, newest first: what was expected of each, what was measured, and what became of it.",
            ("virtctl ledger", "newest moves"),
            ("virtctl ledger -o json | jq '.[] | select(.verdict != \"as-expected\")'", "moves that did not do what they were for"))
        {
            limit,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListOutcomesRequest();
            var moves = await Pages.ReadAsync<MoveRecord>(parse.GetValue(limit) ?? DefaultLimit, async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var page = await context.Client.CallAsync(options => context.Client.Scheduling.ListOutcomesAsync(request, options), cancel);
                return (page.Moves, page.NextPageToken);
            });
            context.WriteList(ScheduleListing.Ledger(context.Now), moves, "the scheduler has moved no VM.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>Commands about one plan, below <c>plan</c>.</summary>
    public static IEnumerable<Command> CreateOfOne(CommandBinder binder)
    {
        yield return CreateShow(binder);
        yield return CreateDecision(
            binder, "approve", "Has a proposed plan carried out, each move after it was judged by what is seen then. Ends with 5 when it may not be.", "what the scheduler proposed",
            (context, id, note, actor, options) => context.Client.Scheduling.ApprovePlanAsync(new ApprovePlanRequest { Id = id, Note = note, Actor = actor }, options));
        yield return CreateDecision(
            binder, "cancel", "Ends a plan: nothing else of it is begun. Migrations that go on go on. Ends with 5 when it has ended.", "leave the rest of it",
            (context, id, note, actor, options) => context.Client.Scheduling.CancelPlanAsync(new CancelPlanRequest { Id = id, Note = note, Actor = actor }, options));
    }

    private static CliCommand CreateShow(CommandBinder binder)
    {
        var id = IdOf();
        var command = new CliCommand(
            "show", "Shows one plan of the scheduler with its moves, what was expected of them and what was measured.", ($"virtctl plan show {Example}", "the whole story"))
        {
            id,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new GetPlanRequest { Id = parse.GetRequiredValue(id) };
            PlanRecordDetails.Write(context, await context.Client.CallAsync(options => context.Client.Scheduling.GetPlanAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateDecision(
        CommandBinder binder, string name, string description, string example,
        Func<CommandContext, string, string, string, Grpc.Core.CallOptions, Grpc.Core.AsyncUnaryCall<PlanRecord>> decide)
    {
        var (id, senders) = (IdOf(), new Senders(binder.Environment));
        var note = new Option<string?>("--note") { Description = "What others should know; kept with the plan.", HelpName = "TEXT" };
        var command = new CliCommand(name, description, ($"virtctl plan {name} {Example}", example)) { id, note, senders.Actor };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var record = await context.Client.CallAsync(options => decide(context, parse.GetRequiredValue(id), parse.GetValue(note) ?? "", senders.ActorOf(parse), options), cancel);
            context.WriteList(ScheduleListing.Plans(context.Now), [record], "");
            return ExitCode.Success;
        });
        return command;
    }

    private static Option<int?> LimitOf() => Parsed.Count(new Option<int?>("--limit") { Description = $"Only the newest N. Default: {DefaultLimit}." }, 1, 100_000);

    private static Argument<string> IdOf() => new("ID") { Description = "UUID of the plan." };
}
