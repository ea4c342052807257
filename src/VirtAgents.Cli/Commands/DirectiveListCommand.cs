using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveListCommand
{
    private const int DefaultLimit = 100;

    public static Command Create(CommandBinder binder)
    {
        var host = new Option<string?>("--host") { Description = "Only those for this host.", HelpName = "NAME|UUID" };
        var vm = new Option<string?>("--vm") { Description = "Only those for this VM.", HelpName = "NAME|UUID" };
        var kind = new Option<string?>("--kind") { Description = "Only this kind.", HelpName = "KIND" }.AcceptOnlyFromAmong([.. DirectiveCatalogue.All.Select(definition => definition.Name)]);
        var state = new Option<string?>("--state") { Description = "Only those in this state.", HelpName = "STATE" }.AcceptOnlyFromAmong([.. EnumNames.Stages.All]);
        var open = new Option<bool>("--open") { Description = "Only those that have not ended." };
        var limit = Parsed.Count(new Option<int?>("--limit") { Description = $"Only the newest N. Default: {DefaultLimit}." }, 1, 100_000);
        var command = new CliCommand(
            "list",
            "Lists directives, newest first.",
            ("virtctl directive list", "the newest hundred"),
            ("virtctl directive list --open", "what has not ended yet"),
            ("virtctl directive list --vm web-1 --state failed", "what failed on one VM"),
            ("virtctl directive list --limit 1000 -o json | jq -r '.[] | select(.state == \"refused\") | .detail'", "why hosts refused"))
        {
            host, vm, kind, state, open, limit,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListDirectivesRequest
            {
                Host = parse.GetValue(host) ?? "",
                Vm = parse.GetValue(vm) ?? "",
                Kind = parse.GetValue(kind) ?? "",
                State = EnumNames.Stages.TryParse(parse.GetValue(state) ?? "", out var stage) ? stage : DirectiveStage.Unspecified,
                Open = parse.GetValue(open),
            };
            context.WriteList(DirectiveListing.At(context.Now), await ReadAsync(context, request, parse.GetValue(limit) ?? DefaultLimit, cancel), "no directive matches.");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>The newest that match, without steps.</summary>
    public static Task<List<DirectiveRecord>> ReadAsync(CommandContext context, ListDirectivesRequest request, int limit, CancellationToken cancel) =>
        Pages.ReadAsync<DirectiveRecord>(limit, async (size, token) =>
        {
            (request.PageSize, request.PageToken) = (size, token);
            var page = await context.Client.CallAsync(options => context.Client.Directives.ListDirectivesAsync(request, options), cancel);
            return (page.Directives, page.NextPageToken);
        });
}
