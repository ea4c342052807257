using System.CommandLine;
using System.Globalization;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class PoolsCommand
{
    public static Command Create(CommandBinder binder)
    {
        var host = new Option<string?>("--host") { Description = "Only pools of this host.", HelpName = "NAME|UUID" };
        var volumes = new Option<bool>("--volumes") { Description = "Their volumes in their place: size and space taken. At most 1,000 of a pool." };
        var command = new CliCommand(
            "pools",
            "Lists storage pools: state, size, use; or their volumes.",
            ("virtctl pools", "every pool of every host"),
            ("virtctl pools -o json | jq '.[] | select(.active == false)'", "pools that failed"),
            ("virtctl pools --volumes --host host-01", "every volume of one host"))
        {
            host, volumes,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            await (parse.GetValue(volumes) ? WriteVolumesAsync(context, parse.GetValue(host), cancel) : WritePoolsAsync(context, parse.GetValue(host), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task WritePoolsAsync(CommandContext context, string? host, CancellationToken cancel)
    {
        var request = new ListPoolsRequest { Host = host ?? "" };
        var answer = await context.Client.CallAsync(options => context.Client.Query.ListPoolsAsync(request, options), cancel);
        context.WriteList(PoolListing.At(context.Now), answer.Pools, "no storage pool is known.");
    }

    private static async Task WriteVolumesAsync(CommandContext context, string? host, CancellationToken cancel)
    {
        // One host at a time, so that no answer is larger than a client takes.
        var all = new List<Volume>();
        double leftOut = 0;
        foreach (var one in host is null ? await HostsAsync(context, cancel) : [host])
        {
            var request = new ListVolumesRequest { Host = one };
            var answer = await context.Client.CallAsync(options => context.Client.Query.ListVolumesAsync(request, options), cancel);
            all.AddRange(answer.Volumes);
            leftOut += answer.LeftOut is { Known: true } more ? more.Number : 0;
        }

        context.WriteList(VolumeListing.At(context.Now), all, "no volume is known.");
        if (leftOut > 0)
        {
            context.Notice(string.Create(CultureInfo.InvariantCulture, $"volumes left out: {leftOut:N0} (of a pool the first 1,000 by name are listed)"));
        }
    }

    private static async Task<string[]> HostsAsync(CommandContext context, CancellationToken cancel)
    {
        var answer = await context.Client.CallAsync(options => context.Client.Query.ListHostsAsync(new ListHostsRequest(), options), cancel);
        return [.. answer.Hosts.Select(one => one.Id)];
    }
}
