using System.CommandLine;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Replays;

namespace VirtAgents.Cli.Commands;

internal static class ReplayCommand
{
    public static Command Create(CommandBinder binder)
    {
        var bundle = new Argument<string>("BUNDLE") { Description = "File that 'virtctl incident export' wrote." };
        var command = new CliCommand(
            "replay",
            "Runs the incident rules of this build over an exported incident, without a collector. Ends with 1 when something else is concluded than was recorded.",
            ("virtctl replay incident.json", "whether the rules still conclude the same"),
            ("virtctl replay incident.json -o json | jq -r '.differences[]'", "what has changed, for a script"))
        {
            Remarks =
            [
                "What people and silences did, what rules sent, and what was known more than a quarter of an hour before is not part of a bundle; what depended on what is as it was when it was exported.",
            ],
        };
        command.Add(bundle);
        binder.Run(command, (parse, context, _) =>
        {
            var read = BundleFile.Read(parse.GetRequiredValue(bundle));
            if (read.Truncated)
            {
                context.Notice("the bundle is cut: lines after the last it has are missing, and what they ended is still active here.");
            }

            var replay = Replay.Of(read);
            ReplayListing.Write(context, replay);
            return Task.FromResult(replay.Differences.Count == 0 ? ExitCode.Success : ExitCode.Failure);
        });
        return command;
    }
}
