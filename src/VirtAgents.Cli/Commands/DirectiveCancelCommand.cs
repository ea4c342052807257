using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveCancelCommand
{
    public static Command Create(CommandBinder binder)
    {
        var id = new Argument<string>("ID") { Description = "UUID of the directive." };
        var senders = new Senders(binder.Environment);
        var command = new CliCommand(
            "cancel",
            "Takes a directive back. One that waits is cancelled at once; one that its host has is aborted where that can be done. Ends with 5 when it has ended already.",
            ("virtctl directive cancel 0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11 --reason 'wrong VM'", "take it back"))
        {
            id,
        };
        senders.AddTo(command);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new CancelDirectiveRequest { Id = parse.GetRequiredValue(id), Reason = senders.ReasonOf(parse), Actor = senders.ActorOf(parse) };
            var record = await context.Client.CallAsync(options => context.Client.Directives.CancelDirectiveAsync(request, options), cancel);
            new DirectiveOutput(context).Write(record);
            if (!Stages.IsEnded(record.State))
            {
                context.Notice($"its host was asked to abort it; see how it ends with: virtctl directive watch {Formatting.SafeText.Line(record.Id)}");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
