using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

/// <summary>Limits that the policy sets for VMs while an uplink, the CPU of a host or a pool is full.</summary>
internal static class SharesCommand
{
    public static Command Create(CommandBinder binder)
    {
        var ended = new Option<bool>("--ended") { Description = "The newest 1,000 that have ended instead." };
        var uplinks = new Option<bool>("--uplinks") { Description = "The uplinks, CPUs and pools that rules are about instead, and how they stand." };
        var command = new CliCommand(
            "shares",
            "Lists limits of VMs that divide a full uplink, CPU of a host or pool by the policy, oldest first: those in force and those that are recommended. docs/shares.md has the whole story.",
            ("virtctl shares", "what is limited now, and why"),
            ("virtctl shares --uplinks", "how full each of them is, and why nothing is limited"))
        {
            ended, uplinks,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ListSharesRequest { Ended = parse.GetValue(ended) };
            var answer = await context.Client.CallAsync(options => context.Client.Shares.ListSharesAsync(request, options), cancel);
            if (parse.GetValue(uplinks))
            {
                context.WriteList(ShareListing.Uplinks, answer.Uplinks, "no rule is about an uplink, a CPU or a pool.");
            }
            else
            {
                context.WriteList(ShareListing.Limits(context.Now), answer.Limits, "no VM is limited.");
            }

            return ExitCode.Success;
        });
        return command;
    }
}
