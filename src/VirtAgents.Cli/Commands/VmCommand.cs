using System.CommandLine;
using VirtAgents.Cli.Connection;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class VmCommand
{
    private const int DefaultEvents = 10;

    public static Command Create(CommandBinder binder)
    {
        var name = new Argument<string>("VM") { Description = "Name or UUID." };
        var events = Parsed.Count(new Option<int?>("--events") { Description = $"How many of its last events. Default: {DefaultEvents}." }, 0, 10_000);
        var command = new CliCommand(
            "vm",
            "Shows one VM: details, devices, newest values, last events.",
            ("virtctl vm web-1", "everything known of one VM"),
            ("virtctl vm web-1 -o json | jq '.latest_values[] | select(.metric == \"vm_memory_rss_bytes\").value'", "one value, for a script"))
        {
            name, events,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var client = context.Client;
            var vm = await client.CallAsync(options => client.Query.GetVmAsync(new GetVmRequest { Vm = parse.GetRequiredValue(name) }, options), cancel);

            // By its UUID from here on: the name may be given to another VM meanwhile.
            var latest = client.CallAsync(options => client.Query.GetLatestAsync(new GetLatestRequest { Vm = vm.Id }, options), cancel);
            var history = new EventHistory(client, new EventFilter { Vm = vm.Id }, 0, 0).ReadAsync(parse.GetValue(events) ?? DefaultEvents, cancel);
            await Task.WhenAll(latest, history);
            new VmDetails(vm, (await latest).Values, await history).Write(context);
            return ExitCode.Success;
        });
        return command;
    }
}
