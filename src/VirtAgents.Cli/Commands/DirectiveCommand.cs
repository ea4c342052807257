using System.CommandLine;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveCommand
{
    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand(
            "directive",
            "Acts on VMs and hosts, and shows what was done, by whom, why, and how it ended. docs/directives.md has the whole story.",
            ("virtctl directive send start web-1 --wait", "start a VM; virtctl vm start web-1 is short for it"),
            ("virtctl directive list --open", "what has not ended yet"),
            ("virtctl directive kinds", "what can be done"));
        command.Add(DirectiveSendCommand.Create(binder));
        command.Add(DirectiveListCommand.Create(binder));
        command.Add(DirectiveShowCommand.Create(binder));
        command.Add(DirectiveWatchCommand.Create(binder));
        command.Add(DirectiveCancelCommand.Create(binder));
        command.Add(DirectiveKindsCommand.Create(binder));
        return command;
    }
}
