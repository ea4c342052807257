using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class IncidentsCommand
{
    private const int DefaultLimit = 100;

    public static Command Create(CommandBinder binder)
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "The active ones, then each change as it happens, over broken connections too. Ends with Ctrl-C." };
        var active = new Option<bool>("--active") { Description = "Only those of which something holds." };
        var state = Parsed.Name(new Option<IncidentState?>("--state") { Description = "Only those in this state; those merged into others are listed only so." }, EnumNames.Incidents);
        var severity = Parsed.Name(new Option<IncidentSeverity?>("--severity") { Description = "Only those of at least this severity." }, EnumNames.Severities);
        var kind = Parsed.Name(new Option<FindingKind?>("--kind") { Description = "Only those with this kind of root." }, EnumNames.Findings);
        kind.HelpName = "KIND";
        var limit = Parsed.Count(new Option<int?>("--limit") { Description = $"Only the newest N. Default: {DefaultLimit}." }, 1, 100_000);
        var command = new CliCommand(
            "incidents",
            "Lists incidents, newest first: one for each cause, with the number of its symptoms. docs/incidents.md has the whole story.",
            ("virtctl incidents --active", "what is wrong now"),
            ("virtctl incidents --follow --severity error", "what breaks, as it breaks"),
            ("virtctl incidents --active -o json | jq -e 'length == 0'", "for a script: whether all is well"))
        {
            follow, active, state, severity, kind, limit,
        };
        binder.Run(command, (parse, context, cancel) =>
        {
            var filter = new IncidentFilter
            {
                Active = parse.GetValue(active),
                State = parse.GetValue(state) ?? IncidentState.Unspecified,
                MinSeverity = parse.GetValue(severity) ?? IncidentSeverity.Unspecified,
                Kind = parse.GetValue(kind) ?? FindingKind.Unspecified,
            };
            return parse.GetValue(follow)
                ? FollowAsync(context, filter, cancel)
                : ListAsync(context, filter, parse.GetValue(limit) ?? DefaultLimit, cancel);
        });
        return command;
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, IncidentFilter filter, int limit, CancellationToken cancel)
    {
        var records = await Pages.ReadAsync<IncidentRecord>(limit, async (size, token) =>
        {
            var request = new ListIncidentsRequest { Filter = filter, PageSize = size, PageToken = token };
            var page = await context.Client.CallAsync(options => context.Client.Incidents.ListIncidentsAsync(request, options), cancel);
            return (page.Incidents, page.NextPageToken);
        });
        context.WriteList(IncidentListing.At(context.Now), records, "no incident matches.");
        return ExitCode.Success;
    }

    private static async Task<ExitCode> FollowAsync(CommandContext context, IncidentFilter filter, CancellationToken cancel)
    {
        // Asked first: a stream that is only begun anew when it breaks would wait for ever on a collector that was never there.
        await context.Client.CallAsync(options => context.Client.Incidents.ListIncidentsAsync(new ListIncidentsRequest { Filter = filter, PageSize = 1 }, options), cancel);
        var output = new IncidentOutput(context);
        var news = new IncidentNews();
        await new StreamFollower(context.Client, context.Environment.Time, context.Notice).RunAsync(
            options => context.Client.Incidents.WatchIncidents(new WatchIncidentsRequest { Filter = filter }, options),
            record =>
            {
                if (news.Take(record))
                {
                    output.Write(record);
                }

                return false;
            },
            "Trying again; what is active then follows.",
            cancel);
        return ExitCode.Success;
    }
}
