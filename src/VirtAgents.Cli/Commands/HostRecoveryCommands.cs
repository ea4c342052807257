using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

/// <summary>A host is off, and its VMs are started elsewhere.</summary>
internal static class HostRecoveryCommands
{
    public static Command CreateConfirm(CommandBinder binder)
    {
        var host = CreateHost();
        var senders = new Senders(binder.Environment);
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new CliCommand(
            "confirm-off",
            "Confirms that a host that is not heard is switched off: you have looked. Its VMs are started elsewhere then as the schedule policy says; if it still runs them, their disks are destroyed.",
            ("virtctl host confirm-off host-03 --reason 'power supply burnt, cord pulled'", "asks at the terminal, with what will be done"))
        {
            host,
        };
        senders.AddTo(command);
        command.Add(yes);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var name = parse.GetRequiredValue(host);
            if (senders.ReasonOf(parse).Trim().Length == 0)
            {
                throw new CliFailureException(ExitCode.Usage, "--reason is needed: how it is known that the host is switched off.");
            }

            if (!parse.GetValue(yes))
            {
                var seen = await GetAsync(context, name, cancel);
                name = seen.HostId;
                await AskAsync(context, seen, cancel);
            }

            var request = new ConfirmOffRequest { Host = name, Reason = senders.ReasonOf(parse), Actor = senders.ActorOf(parse) };
            RecoveryDetails.Write(context, await context.Client.CallAsync(options => context.Client.Recovery.ConfirmOffAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateWithdraw(CommandBinder binder)
    {
        var host = CreateHost();
        var senders = new Senders(binder.Environment);
        var command = new CliCommand(
            "withdraw-off",
            "Takes back that a host is switched off. What was not begun on other hosts is not begun any more.",
            ("virtctl host withdraw-off host-03 --reason 'wrong rack'", "nothing more is started for it"))
        {
            host,
        };
        senders.AddTo(command);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new WithdrawOffRequest { Host = parse.GetRequiredValue(host), Note = senders.ReasonOf(parse), Actor = senders.ActorOf(parse) };
            RecoveryDetails.Write(context, await context.Client.CallAsync(options => context.Client.Recovery.WithdrawOffAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateShow(CommandBinder binder)
    {
        var host = CreateHost();
        var command = new CliCommand(
            "recovery",
            "Tells what becomes of the VMs of a host that is confirmed to be off, or would if it were: where each is started, and why the others are not.",
            ("virtctl host recovery host-03", "what was decided, sent, and how it ended"),
            ("virtctl host recovery host-03 -o json", "the same, for a script"))
        {
            host,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            RecoveryDetails.Write(context, await GetAsync(context, parse.GetRequiredValue(host), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> CreateHost() => new("HOST") { Description = "Name or UUID." };

    private static Task<HostRecovery> GetAsync(CommandContext context, string host, CancellationToken cancel) =>
        context.Client.CallAsync(options => context.Client.Recovery.GetRecoveryAsync(new GetRecoveryRequest { Host = host }, options), cancel);

    private static async Task AskAsync(CommandContext context, HostRecovery seen, CancellationToken cancel)
    {
        Asking.RefuseWithoutTerminal(context, "confirm-off");
        if (seen.CannotConfirm.Length > 0)
        {
            throw new CliFailureException(ExitCode.Refused, SafeText.Line($"host {seen.Host} cannot be confirmed to be off: {seen.CannotConfirm}."));
        }

        context.Environment.Error.Write(SafeText.Line($"Host {seen.Host} ({seen.HostId}) was last heard {RecoveryDetails.HeardOf(context, seen)}; it had {Units.Count(seen.Vms.Count, "VM")}.") + "\n");
        foreach (var vm in seen.Vms)
        {
            context.Environment.Error.Write(SafeText.Line($"  {vm.Vm}: {(vm.Decision == RecoveryDecision.Recommend ? $"would be started on {vm.Target}" : vm.Why)}") + "\n");
        }

        context.Environment.Error.Write("If it is not switched off, VMs that are started elsewhere destroy their disks. Only go on if you have looked.\n");
        await Asking.AskAsync(context, cancel);
    }
}
