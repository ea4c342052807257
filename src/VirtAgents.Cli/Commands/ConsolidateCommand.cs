using System.CommandLine;
using VirtAgents.Cli.Consolidating;
using VirtAgents.Cli.Formatting;
using VirtAgents.Core.Scheduling.Consolidation;

namespace VirtAgents.Cli.Commands;

internal static class ConsolidateCommand
{
    public static Command Create(CommandBinder binder)
    {
        var trace = new Argument<string>("TRACE") { Description = "File with a line for each VM: its CPU in percent at each step, between commas." };

        // The option for the form of the output has both names for something else, which has no meaning here.
        var actions = new Option<string>("--output", "-o") { Description = "File for the actions.", HelpName = "FILE", Required = true };
        var report = new Option<bool>("--report") { Description = "Also says what the day cost, as a line of JSON." };
        var command = new CliCommand(
            "consolidate",
            "Replays a day of load in a data centre of 800 hosts and packs its VMs onto few of them, offline. See docs/consolidation.md.",
            ("virtctl consolidate day.csv.gz -o actions.json", "what would be moved"),
            ("virtctl consolidate day.csv.gz -o actions.json --report", "and what it would cost"))
        {
            Remarks =
            [
                "Input: plain or packed by gzip, each line with as many samples. Output: one object, {\"initial\":[host of each VM],\"moves\":[[step,vm,host],...]}. A move at a step follows from samples up to that step alone.",
                "The report has energy (kwh), migrations, the part of host steps with too little (slatah_pct), the part of the demand lost by migrations (pdm_pct), their product (slav_pct), energy times that (esv) and the mean number of hosts in use.",
            ],
        };
        command.Add(trace);
        command.Add(actions);
        command.Add(report);
        binder.Run(command, (parse, context, _) => Task.FromResult(
            Run(context, parse.GetRequiredValue(trace), parse.GetRequiredValue(actions), parse.GetValue(report))));
        return command;
    }

    private static ExitCode Run(CommandContext context, string trace, string actions, bool report)
    {
        var percents = LoadFile.Read(trace);
        var replay = ConsolidationReplay.TryRun(percents, ConsolidationTuning.Shipped) ?? throw new CliFailureException(
            ExitCode.Failure, $"{SafeText.Line(trace)}: {percents[0].Length} VMs do not fit on {PlanetLabExperiment.Hosts} hosts with the most they can ask for.");
        ActionsFile.Write(actions, replay);
        if (report)
        {
            ConsolidationListing.Write(context, replay.Figures);
        }

        return ExitCode.Success;
    }
}
