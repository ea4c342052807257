using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveWatchCommand
{
    // As many as the collector begins a stream with.
    private const int MostAtFirst = 1_000;

    public static Command Create(CommandBinder binder)
    {
        var id = new Argument<string?>("ID") { Description = "UUID of one directive. Default: all that the options select.", Arity = ArgumentArity.ZeroOrOne };
        var vm = new Option<string?>("--vm") { Description = "Only those for this VM.", HelpName = "NAME|UUID" };
        var host = new Option<string?>("--host") { Description = "Only those for this host.", HelpName = "NAME|UUID" };
        var command = new CliCommand(
            "watch",
            "Follows directives as they change, over broken connections too, one line each. With an ID it ends with the directive and its exit code; otherwise it begins with those that have not ended, and ends with Ctrl-C.",
            ("virtctl directive watch", "everything that is done"),
            ("virtctl directive watch --host host-01", "one host"),
            ("virtctl directive watch 0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11", "until one has ended"))
        {
            id, vm, host,
        };
        binder.Run(command, (parse, context, cancel) =>
        {
            var request = new WatchDirectivesRequest { Id = parse.GetValue(id) ?? "", Vm = parse.GetValue(vm) ?? "", Host = parse.GetValue(host) ?? "" };
            return request is { Id.Length: > 0 } and ({ Vm.Length: > 0 } or { Host.Length: > 0 })
                ? throw new CliFailureException(ExitCode.Usage, "an ID selects one directive; leave out --vm and --host.")
                : WatchAsync(context, request, cancel);
        });
        return command;
    }

    private static async Task<ExitCode> WatchAsync(CommandContext context, WatchDirectivesRequest request, CancellationToken cancel)
    {
        // Asked first: a stream that is only begun anew when it breaks would wait for ever on a collector that was never there.
        var ended = await ReadEndedAsync(context, request, cancel);
        var output = new DirectiveOutput(context);
        var code = ExitCode.Success;
        await new DirectiveFollower(context.Client, context.Environment.Time, context.Notice, ended).RunAsync(request, Take, cancel);
        return code;

        bool Take(DirectiveRecord record)
        {
            output.Write(record);
            code = Stages.ExitCodeOf(record.State);
            return request.Id.Length > 0 && Stages.IsEnded(record.State);
        }
    }

    /// <summary>What had ended before is no news; of a single one the end is what is asked for.</summary>
    private static async Task<IEnumerable<DirectiveRecord>> ReadEndedAsync(CommandContext context, WatchDirectivesRequest request, CancellationToken cancel)
    {
        var (client, directives) = (context.Client, context.Client.Directives);
        if (request.Id.Length > 0)
        {
            await client.CallAsync(options => directives.GetDirectiveAsync(new GetDirectiveRequest { Id = request.Id }, options), cancel);
            return [];
        }

        var past = await DirectiveListCommand.ReadAsync(context, new ListDirectivesRequest { Vm = request.Vm, Host = request.Host }, MostAtFirst, cancel);
        return past.Where(record => Stages.IsEnded(record.State));
    }
}
