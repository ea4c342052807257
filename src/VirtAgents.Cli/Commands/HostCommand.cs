using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Commands;

internal static class HostCommand
{
    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand(
            "host",
            "Marks a host as drained or takes it into use again; and has the VMs of one that is off started elsewhere.",
            ("virtctl host drain host-01 --reason 'kernel update'", "nothing is placed there any more, and where a schedule policy says so its VMs leave"),
            ("virtctl host undrain host-01", "take it into use again"));
        command.Add(CreateMark(
            binder, "drain", true,
            "Marks a host as drained: nothing is placed there any more. Its VMs leave when the schedule policy has a rule with goal evacuate; 'virtctl plans' tells."));
        command.Add(CreateMark(binder, "undrain", false, "Takes a host into use again."));
        command.Add(HostRecoveryCommands.CreateConfirm(binder));
        command.Add(HostRecoveryCommands.CreateWithdraw(binder));
        command.Add(HostRecoveryCommands.CreateShow(binder));
        return command;
    }

    private static CliCommand CreateMark(CommandBinder binder, string name, bool isDrained, string description)
    {
        var host = new Argument<string>("HOST") { Description = "Name or UUID." };
        var sending = new SendOptions(binder.Environment);
        var command = new CliCommand(name, description, ($"virtctl host {name} host-01 --wait", "and wait until the host has recorded it")) { host };
        sending.AddTo(command, withHost: false);
        binder.Run(command, (parse, context, cancel) =>
        {
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["drain"] = isDrained ? "true" : "false" };
            var draft = new DirectiveDraft(DirectiveCatalogue.Find(DirectiveKind.SetDrain)!, "", parse.GetRequiredValue(host), parameters);
            return new DirectiveSender(context, sending.Read(parse)).RunAsync([draft], cancel);
        });
        return command;
    }
}
