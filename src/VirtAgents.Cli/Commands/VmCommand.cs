using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class VmCommand
{
    private const int DefaultEvents = 10;

    public static Command Create(CommandBinder binder)
    {
        var (name, events) = Symbols();
        var command = new CliCommand(
            "vm",
            "Shows one VM: details, devices, newest values, last events. The words below it act on one; a VM with such a name is shown by 'vm show'.",
            ("virtctl vm web-1", "everything known of one VM"),
            ("virtctl vm web-1 -o json | jq '.latest_values[] | select(.metric == \"vm_memory_rss_bytes\").value'", "one value, for a script"))
        {
            name, events,
        };
        binder.Run(command, (parse, context, cancel) => ShowAsync(context, parse.GetRequiredValue(name), parse.GetValue(events), cancel));
        command.Add(CreateShow(binder));
        foreach (var verb in VmVerbs.All)
        {
            command.Add(VmVerbCommand.Create(binder, verb));
        }

        foreach (var below in command.Subcommands)
        {
            RefuseNameBefore(below, name);
        }

        return command;
    }

    private static CliCommand CreateShow(CommandBinder binder)
    {
        var (name, events) = Symbols();
        var command = new CliCommand("show", "Shows one VM, whatever it is called.", ("virtctl vm show start", "a VM called start")) { name, events };
        binder.Run(command, (parse, context, cancel) => ShowAsync(context, parse.GetRequiredValue(name), parse.GetValue(events), cancel));
        return command;
    }

    private static (Argument<string> Name, Option<int?> Events) Symbols() => (
        new Argument<string>("VM") { Description = "Name or UUID." },
        Parsed.Count(new Option<int?>("--events") { Description = $"How many of its last events. Default: {DefaultEvents}." }, 0, 10_000));

    // 'vm web-1 stop db-1' would stop db-1, and whoever typed it may have meant the other.
    private static void RefuseNameBefore(Command below, Argument<string> name) => below.Validators.Add(result =>
    {
        if (result.Parent?.GetResult(name) is { Tokens: [var token, ..] })
        {
            result.AddError($"'{token.Value}' before '{below.Name}' is one VM too many: write virtctl vm {below.Name} VM.");
        }
    });

    private static async Task<ExitCode> ShowAsync(CommandContext context, string name, int? events, CancellationToken cancel)
    {
        var client = context.Client;
        var vm = await client.CallAsync(options => client.Query.GetVmAsync(new GetVmRequest { Vm = name }, options), cancel);

        // By its UUID from here on: the name may be given to another VM meanwhile.
        var latest = client.CallAsync(options => client.Query.GetLatestAsync(new GetLatestRequest { Vm = vm.Id }, options), cancel);
        var history = new EventHistory(client, new EventFilter { Vm = vm.Id }, 0, 0).ReadAsync(events ?? DefaultEvents, cancel);
        await Task.WhenAll(latest, history);
        new VmDetails(vm, (await latest).Values, await history).Write(context);
        return ExitCode.Success;
    }
}
