using System.CommandLine;
using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Planning;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Cli.Commands;

internal static class PlanCommand
{
    public static Command Create(CommandBinder binder)
    {
        var options = new PlanCommandOptions();
        var command = new CliCommand(
            "plan",
            "Plans migrations for a cluster in a file: spread its load, empty hosts, use fewer hosts, or keep rules. Nothing is carried out.",
            ("virtctl plan cluster.json --goal balance", "what to move where, and why"),
            ("virtctl plan cluster.json --goal evacuate --host h0003 -o plan.json", "empty a host; the plan goes into a file"),
            ("virtctl plan cluster.json --goal balance --max-moves 10 --explain vm00042", "at most ten moves, and why one VM is moved or not"))
        {
            Remarks =
            [
                "docs/planning.md tells the form of the files, how a plan is made, and its limits.",
                "-o table, json and csv print the plan; any other word is the name of a file that gets it as JSON.",
                "Ends with 0 when all that was asked for is had, also without moves; with 2 when rules cannot all be kept or hosts cannot be emptied (the plan says which and why); with 1 when the file is wrong.",
            ],
        };
        options.AddTo(command);
        binder.Run(command, (parse, context, cancel) => Task.FromResult(Run(context, options, parse, cancel)));
        return command;
    }

    private static ExitCode Run(CommandContext context, PlanCommandOptions options, ParseResult parse, CancellationToken cancel)
    {
        var cluster = ClusterFile.Read(parse.GetRequiredValue(options.File));
        var asked = options.Read(parse, cluster);
        var explain = parse.GetValue(options.Explain);
        if (explain is not null && !cluster.Vms.Any(vm => vm.Id == explain))
        {
            throw new CliFailureException(ExitCode.Failure, $"--explain: '{SafeText.Line(explain)}' is not allowed; give the id of a VM of the cluster");
        }

        var plan = Planner.Plan(cluster, asked, explain, Limit(context, parse.GetValue(options.TimeLimit), cancel));
        cancel.ThrowIfCancellationRequested();
        Write(context, parse.GetValue(options.Output), plan, asked.Seed);
        return plan.Unsatisfied.IsEmpty ? ExitCode.Success : ExitCode.Usage;
    }

    private static Func<bool> Limit(CommandContext context, double? seconds, CancellationToken cancel)
    {
        var started = context.Environment.Time.GetTimestamp();
        return () => cancel.IsCancellationRequested || context.Environment.Time.GetElapsedTime(started).TotalSeconds > (seconds ?? double.PositiveInfinity);
    }

    private static void Write(CommandContext context, string? output, MigrationPlan plan, long seed)
    {
        switch (output)
        {
            case "json":
                JsonOutput.WriteDocument(context.Output, json => PlanFile.Write(json, plan, seed));
                break;
            case null or "table" or "csv":
                using (var listing = new CommandContext(context.Environment, context.Settings with { Format = output == "csv" ? OutputFormat.Csv : OutputFormat.Table }))
                {
                    PlanListing.WriteMoves(listing, plan);
                }

                Tell(context, plan);
                break;
            default:
                WriteFile(output, plan, seed);
                Tell(context, plan);
                break;
        }
    }

    // Beside the output: what is read by programs has the plan alone.
    private static void Tell(CommandContext context, MigrationPlan plan)
    {
        foreach (var line in PlanListing.Summary(plan).Append(plan.Explanation ?? "").Where(line => line.Length > 0))
        {
            context.Notice(SafeText.Line(line));
        }
    }

    private static void WriteFile(string path, MigrationPlan plan, long seed)
    {
        try
        {
            using var text = new StringWriter(CultureInfo.InvariantCulture);
            JsonOutput.WriteDocument(text, json => PlanFile.Write(json, plan, seed));
            File.WriteAllText(path, text.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, $"cannot write the plan: {e.Message}", e);
        }
    }
}
