using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveShowCommand
{
    public static Command Create(CommandBinder binder)
    {
        var id = new Argument<string>("ID") { Description = "UUID of the directive." };
        var command = new CliCommand(
            "show",
            "Shows one directive with all that happened to it. Ends with 0 however the directive ended.",
            ("virtctl directive show 0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11", "what it was, by whom, why, and each step"),
            ("virtctl directive show 0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11 -o json | jq '.steps[].state'", "its states, for a script"))
        {
            id,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new GetDirectiveRequest { Id = parse.GetRequiredValue(id) };
            new DirectiveDetails(await context.Client.CallAsync(options => context.Client.Directives.GetDirectiveAsync(request, options), cancel)).Write(context);
            return ExitCode.Success;
        });
        return command;
    }
}
