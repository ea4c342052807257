using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class PoolsCommand
{
    public static Command Create(CommandBinder binder)
    {
        var host = new Option<string?>("--host") { Description = "Only pools of this host.", HelpName = "NAME|UUID" };
        var command = new CliCommand(
            "pools",
            "Lists storage pools: state, size, use.",
            ("virtctl pools", "every pool of every host"),
            ("virtctl pools -o json | jq '.[] | select(.active == false)'", "pools that failed"))
        {
            host,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListPoolsRequest { Host = parse.GetValue(host) ?? "" };
            var answer = await context.Client.CallAsync(options => context.Client.Query.ListPoolsAsync(request, options), cancel);
            context.WriteList(PoolListing.At(context.Now), answer.Pools, "no storage pool is known.");
            return ExitCode.Success;
        });
        return command;
    }
}
