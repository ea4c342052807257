using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Commands;

internal static class DirectiveSendCommand
{
    public static Command Create(CommandBinder binder)
    {
        var kind = new Argument<string>("KIND") { Description = "What to do; see directive kinds." }.AcceptOnlyFromAmong([.. DirectiveCatalogue.All.Select(definition => definition.Name)]);
        var vm = new Argument<string?>("VM") { Description = "Name or UUID of the VM, for kinds that act on one.", Arity = ArgumentArity.ZeroOrOne };
        var parameters = new Option<string[]>("--param")
        {
            Description = "A parameter of the kind, given once for each. Sizes may be written 512MiB or 4GiB, durations 30s or 5m.",
            HelpName = "NAME=VALUE",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        var options = new SendOptions(binder.Environment);
        var command = new CliCommand(
            "send",
            "Has something done to a VM or host. Asks before what a guest can lose something by. With -o json or csv each directive is one object or row, as it stands at the end.",
            ("virtctl directive send shutdown web-1 --param grace_seconds=5m --reason 'kernel update' --wait", "shut a VM down and wait until it is off"),
            ("virtctl directive send set_memory db-1 --param memory_bytes=4GiB --dry-run", "only ask what would happen"),
            ("virtctl directive send create_volume --host host-01 --param pool=default --param volume=data.qcow2 --param capacity_bytes=20GiB", "what acts on a host names it"),
            ("virtctl directive send reboot web-1 --yes --wait 10m -o json | jq -r .state", "in a script, without being asked"))
        {
            kind, vm, parameters,
        };
        options.AddTo(command);
        binder.Run(command, (parse, context, cancel) =>
        {
            var definition = DirectiveCatalogue.Find(parse.GetRequiredValue(kind))!;
            var given = ParameterText.Read(definition, parse.GetValue(parameters) ?? []);
            var draft = new DirectiveDraft(definition, parse.GetValue(vm) ?? "", parse.GetValue(options.Host) ?? "", given);
            return new DirectiveSender(context, options.Read(parse)).RunAsync([draft], cancel);
        });
        return command;
    }
}
