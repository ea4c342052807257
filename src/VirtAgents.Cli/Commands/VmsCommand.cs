using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class VmsCommand
{
    private const uint PageSize = 10_000;

    public static Command Create(CommandBinder binder)
    {
        var host = new Option<string?>("--host") { Description = "Only VMs on this host.", HelpName = "NAME|UUID" };
        var states = Parsed.Names(
            new Option<IReadOnlyList<VmState>?>("--state") { Description = "Only these states, with commas between them; 'all' includes gone VMs. Default: all but gone ones.", HelpName = "STATE" },
            EnumNames.States,
            all: "all");
        var tenant = new Option<string?>("--tenant") { Description = "Only VMs of this owner.", HelpName = "NAME" };
        var name = new Option<string?>("--name") { Description = "Only VMs with this in their name.", HelpName = "TEXT" };
        var sort = new Option<string>("--sort") { Description = "Order. Figures from great to small, unknown last. Default: name.", HelpName = "KEY" }.AcceptOnlyFromAmong(VmSort.Keys);
        var reverse = new Option<bool>("--reverse") { Description = "The other way round; unknown stays last." };
        var limit = Parsed.Count(new Option<int?>("--limit") { Description = "Only the first N after sorting. Default: all." }, 1, int.MaxValue);
        var command = new CliCommand(
            "vms",
            "Lists VMs with their state and newest figures.",
            ("virtctl vms", "every VM"),
            ("virtctl vms --host host-01 --sort memory", "VMs of one host, the greatest user of memory first"),
            ("virtctl vms --state crashed,stuck,unknown", "VMs that need a look"),
            ("virtctl vms --sort cpu --limit 10 -o csv", "the ten busiest, for a spreadsheet"))
        {
            host, states, tenant, name, sort, reverse, limit,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListVmsRequest
            {
                Host = parse.GetValue(host) ?? "",
                Tenant = parse.GetValue(tenant) ?? "",
                NameContains = parse.GetValue(name) ?? "",
                States = { parse.GetValue(states) ?? [] },
                PageSize = PageSize,
            };
            var vms = VmSort.By(parse.GetValue(sort) ?? "name", parse.GetValue(reverse), await ReadAllAsync(context, request, cancel));
            context.WriteList(VmListing.At(context.Now), [.. vms.Take(parse.GetValue(limit) ?? int.MaxValue)], "no VM matches.");
            return ExitCode.Success;
        });
        return command;
    }

    public static async Task<List<Vm>> ReadAllAsync(CommandContext context, ListVmsRequest request, CancellationToken cancel)
    {
        var vms = new List<Vm>();
        do
        {
            var page = await context.Client.CallAsync(options => context.Client.Query.ListVmsAsync(request, options), cancel);
            vms.AddRange(page.Vms);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return vms;
    }
}
