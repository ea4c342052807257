using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

/// <summary>Requests to start VMs, which wait in the queue of the collector.</summary>
internal static class RequestCommand
{
    private const int DefaultLimit = 100;
    private const string Example = "0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11";

    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand(
            "request",
            "Requests to start VMs, which wait in the queue of the collector until there is room and their turn has come. docs/queue.md has the whole story.",
            ("virtctl request submit web-01 --duration 2h", "start it when there is room"),
            ("virtctl request list --state waiting", "what waits, and why"));
        command.Add(RequestSubmitCommand.Create(binder));
        command.Add(CreateList(binder));
        command.Add(CreateShow(binder));
        command.Add(CreateCancel(binder));
        command.Add(CreateFigures(binder));
        return command;
    }

    private static CliCommand CreateList(CommandBinder binder)
    {
        var state = Parsed.Name(new Option<RequestStage?>("--state") { Description = "Only requests in this state." }, EnumNames.Requests);
        var limit = Parsed.Count(new Option<int?>("--limit") { Description = $"Only the newest N. Default: {DefaultLimit}." }, 1, 100_000);
        var command = new CliCommand(
            "list",
            "Lists requests, newest first; those that wait with their place in the order and the reason.",
            ("virtctl request list --state waiting", "what waits, and why"),
            ("virtctl request list -o json", "all that is known, for a script"))
        {
            state, limit,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListRequestsRequest { State = parse.GetValue(state) ?? RequestStage.Unspecified };
            var requests = await Pages.ReadAsync<StartRequestRecord>(parse.GetValue(limit) ?? DefaultLimit, async (size, token) =>
            {
                (request.PageSize, request.PageToken) = (size, token);
                var page = await context.Client.CallAsync(options => context.Client.Requests.ListRequestsAsync(request, options), cancel);
                return (page.Requests, page.NextPageToken);
            });
            context.WriteList(RequestListing.Requests(context.Now), requests, "there is no such request.");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateShow(CommandBinder binder)
    {
        var id = IdOf();
        var command = new CliCommand("show", "Shows one request: where it stands, and why it waits.", ($"virtctl request show {Example}", "why it waits")) { id };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new GetRequestRequest { Id = parse.GetRequiredValue(id) };
            RequestDetails.Write(context, await context.Client.CallAsync(options => context.Client.Requests.GetRequestAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateCancel(CommandBinder binder)
    {
        var (id, senders) = (IdOf(), new Senders(binder.Environment));
        var note = new Option<string?>("--note") { Description = "What others should know; kept with the request.", HelpName = "TEXT" };
        var command = new CliCommand("cancel", "Takes a waiting request back. Ends with 5 when it does not wait any more.", ($"virtctl request cancel {Example}", "it is not needed")) { id, note, senders.Actor };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new CancelRequestRequest { Id = parse.GetRequiredValue(id), Note = parse.GetValue(note) ?? "", Actor = senders.ActorOf(parse) };
            RequestDetails.Write(context, await context.Client.CallAsync(options => context.Client.Requests.CancelRequestAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateFigures(CommandBinder binder)
    {
        var command = new CliCommand("figures", "Shows how long requests waited in the last 24 hours, and how much is promised now.", ("virtctl request figures", "how the queue serves"));
        binder.Run(command, async (_, context, cancel) =>
        {
            var figures = await context.Client.CallAsync(options => context.Client.Requests.GetQueueFiguresAsync(new GetQueueFiguresRequest(), options), cancel);
            if (context.Format == OutputFormat.Json)
            {
                JsonOutput.WriteLine(context.Output, RequestListing.Figures, figures);
            }
            else
            {
                context.WriteList(RequestListing.Figures, [figures], "");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> IdOf() => new("ID") { Description = "UUID of the request." };
}
