using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class EventsCommand
{
    private const int MostAtOnce = 10_000;
    private const int DefaultLimit = 100;
    private const int DefaultLimitBeforeFollowing = 10;

    public static Command Create(CommandBinder binder)
    {
        var clock = binder.Environment.Time;
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with events as they happen, over broken connections too. Ends with Ctrl-C." };
        var since = Parsed.Time(new Option<TimePoint?>("--since") { Description = "Only events from this time on: how long ago, or an ISO 8601 time." }, clock);
        var until = Parsed.Time(new Option<TimePoint?>("--until") { Description = "Only events before this time." }, clock);
        var vm = new Option<string?>("--vm") { Description = "Only events of this VM.", HelpName = "NAME|UUID" };
        var host = new Option<string?>("--host") { Description = "Only events of this host.", HelpName = "NAME|UUID" };
        var kinds = Parsed.Names(new Option<IReadOnlyList<EventKind>?>("--kind") { Description = "Only these kinds, with commas between them.", HelpName = "KIND" }, EnumNames.Kinds);
        var limit = Parsed.Count(
            new Option<int?>("--limit") { Description = $"Only the newest N of the past. Default: {DefaultLimit}, with --follow {DefaultLimitBeforeFollowing}, with --since all." }, 0, MostAtOnce);
        var command = new CliCommand(
            "events",
            "Lists events, oldest first, one line each: time, host, VM or device, kind, change of state, reason, evidence. With -o json one object per line.",
            ("virtctl events", "the newest hundred"),
            ("virtctl events --follow", "what happens, as it happens"),
            ("virtctl events --since 2h --kind vm-crashed,vm-panicked", "crashes of the last two hours"),
            ("virtctl events --follow -o json | jq -c 'select(.host == \"host-01\")'", "one host, for a script"))
        {
            follow, since, until, vm, host, kinds, limit,
        };
        binder.Run(command, (parse, context, cancel) =>
        {
            var filter = new EventFilter { Vm = parse.GetValue(vm) ?? "", Host = parse.GetValue(host) ?? "", Kinds = { parse.GetValue(kinds) ?? [] } };
            var past = new EventHistory(context.Client, filter, MillisecondsOf(parse.GetValue(since), context), MillisecondsOf(parse.GetValue(until), context));
            var given = parse.GetValue(limit);
            if (!parse.GetValue(follow))
            {
                return ListAsync(context, past, given ?? (past.IsOpen ? DefaultLimit : null), cancel);
            }

            return parse.GetValue(until) is null
                ? FollowAsync(context, past, filter, given ?? (past.IsOpen ? DefaultLimitBeforeFollowing : null), cancel)
                : throw new CliFailureException(ExitCode.Usage, "--until has an end and --follow has none; give one of them.");
        });
        return command;
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, EventHistory past, int? limit, CancellationToken cancel)
    {
        var lines = await past.ReadAsync(limit, cancel);
        var output = new EventOutput(context);
        output.Write(lines);
        if (lines.Count == 0 && context.Format == Output.OutputFormat.Table)
        {
            context.Notice("no event matches.");
        }

        return ExitCode.Success;
    }

    private static async Task<ExitCode> FollowAsync(CommandContext context, EventHistory past, EventFilter filter, int? limit, CancellationToken cancel)
    {
        var follower = new EventFollower(context.Client, filter, context.Environment.Time, context.Notice);
        var output = new EventOutput(context);

        // The position is read before the past: what comes in between is in the past or after the position, never in neither.
        var position = await follower.NewestAsync(cancel);
        var lines = await past.ReadAsync(limit, cancel);
        output.Write(lines);
        await follower.RunAsync(Math.Max(position, lines.Count == 0 ? 0 : lines.Max(line => line.Id)), line => output.Write([line]), cancel);
        return ExitCode.Success;
    }

    private static long MillisecondsOf(TimePoint? point, CommandContext context) => point?.At(context.Now).ToUnixTimeMilliseconds() ?? 0;
}
