using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class RemedyCommand
{
    private const int DefaultLimit = 100;
    private const string Example = "0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11";

    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand(
            "remedy",
            "What rules propose to do about findings: lists it, has it done, or declines it; and whom they throttle. docs/remediation.md has the whole story.",
            ("virtctl remedy list", "what waits for a decision"),
            ($"virtctl remedy approve {Example} --note 'the disk is back'", "have it done"));
        command.Add(CreateList(binder));
        command.Add(CreateApprove(binder));
        command.Add(CreateDecline(binder));
        command.Add(CreateThrottles(binder));
        return command;
    }

    private static CliCommand CreateThrottles(CommandBinder binder)
    {
        var ended = new Option<bool>("--ended") { Description = "The newest 1,000 that have ended instead." };
        var command = new CliCommand(
            "throttles",
            "Lists limits that rules have set for VMs that take what others wait for, oldest first.",
            ("virtctl remedy throttles", "what is throttled now, and until when"),
            ("virtctl remedy throttles --ended", "what was, and how it ended"))
        {
            ended,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListThrottlesRequest { Ended = parse.GetValue(ended) };
            var answer = await context.Client.CallAsync(options => context.Client.Remediation.ListThrottlesAsync(request, options), cancel);
            context.WriteList(ThrottleListing.At(context.Now), answer.Throttles, "no VM is throttled.");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateList(CommandBinder binder)
    {
        var all = new Option<bool>("--all") { Description = "Also those that have ended." };
        var limit = Parsed.Count(new Option<int?>("--limit") { Description = $"Only the newest N. Default: {DefaultLimit}." }, 1, 100_000);
        var command = new CliCommand(
            "list",
            "Lists proposals that wait for a decision, newest first.",
            ("virtctl remedy list", "what waits for a decision"),
            ("virtctl remedy list --all -o json", "also what was decided, by whom and why"))
        {
            all, limit,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListProposalsRequest { State = parse.GetValue(all) ? ProposalState.Unspecified : ProposalState.Open };
            var records = await ReadAsync(context, request, parse.GetValue(limit) ?? DefaultLimit, cancel);
            context.WriteList(ProposalListing.At(context.Now), records, parse.GetValue(all) ? "there is no proposal." : "no proposal waits for a decision.");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateApprove(CommandBinder binder)
    {
        var (id, note, senders) = (IdOf(), NoteOf(), new Senders(binder.Environment));
        var command = new CliCommand(
            "approve",
            "Has a proposal done, after it was judged again by what is seen now. Ends with 5 when it may not be done now or is not open any more.",
            ($"virtctl remedy approve {Example}", "have it done; 'virtctl directive watch' tells how it ends"))
        {
            id, note, senders.Actor,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ApproveProposalRequest { Id = parse.GetRequiredValue(id), Note = parse.GetValue(note) ?? "", Actor = senders.ActorOf(parse) };
            var record = await context.Client.CallAsync(options => context.Client.Remediation.ApproveProposalAsync(request, options), cancel);
            context.WriteList(ProposalListing.At(context.Now), [record], "");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateDecline(CommandBinder binder)
    {
        var (id, note, senders) = (IdOf(), NoteOf(), new Senders(binder.Environment));
        var command = new CliCommand(
            "decline",
            "Declines a proposal; it is not made again while its finding holds. Ends with 5 when it is not open any more.",
            ($"virtctl remedy decline {Example} --note 'the disk goes first'", "leave it"))
        {
            id, note, senders.Actor,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new DeclineProposalRequest { Id = parse.GetRequiredValue(id), Note = parse.GetValue(note) ?? "", Actor = senders.ActorOf(parse) };
            var record = await context.Client.CallAsync(options => context.Client.Remediation.DeclineProposalAsync(request, options), cancel);
            context.WriteList(ProposalListing.At(context.Now), [record], "");
            return ExitCode.Success;
        });
        return command;
    }

    private static Task<List<ProposalRecord>> ReadAsync(CommandContext context, ListProposalsRequest request, int limit, CancellationToken cancel) =>
        Pages.ReadAsync<ProposalRecord>(limit, async (size, token) =>
        {
            (request.PageSize, request.PageToken) = (size, token);
            var page = await context.Client.CallAsync(options => context.Client.Remediation.ListProposalsAsync(request, options), cancel);
            return (page.Proposals, page.NextPageToken);
        });

    private static Argument<string> IdOf() => new("ID") { Description = "UUID of the proposal." };

    private static Option<string?> NoteOf() => new("--note") { Description = "What others should know; kept with the proposal and its incident.", HelpName = "TEXT" };
}
