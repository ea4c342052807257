using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class HostsCommand
{
    public static Command Create(CommandBinder binder)
    {
        var cluster = new Option<string?>("--cluster") { Description = "Only hosts of this cluster.", HelpName = "NAME" };
        var command = new CliCommand(
            "hosts",
            "Lists hosts: agent, hypervisor, VMs running of all, CPU, memory, age of the last report.",
            ("virtctl hosts", "every host"),
            ("virtctl hosts -o json | jq -r '.[] | select(.agent_status != \"connected\") | .name'", "hosts without an agent"))
        {
            cluster,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListHostsRequest { Cluster = parse.GetValue(cluster) ?? "" };
            var answer = await context.Client.CallAsync(options => context.Client.Query.ListHostsAsync(request, options), cancel);
            context.WriteList(HostListing.At(context.Now), answer.Hosts, "no host has reported yet.");
            return ExitCode.Success;
        });
        return command;
    }
}
