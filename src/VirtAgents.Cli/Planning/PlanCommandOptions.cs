using System.CommandLine;
using System.Globalization;
using VirtAgents.Cli.Formatting;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Planning;

namespace VirtAgents.Cli.Planning;

/// <summary>Options of the planner, and what they ask for.</summary>
internal sealed class PlanCommandOptions
{
    private const double MostGb = 1e9, MostSeconds = 86_400, MostGain = 1e6, LeastCeiling = 0.1;

    public ClusterSource Source { get; } = new();

    public Option<PlanGoal?> Goal { get; } = Parsed.Name(new Option<PlanGoal?>("--goal") { Description = "What the plan is for.", Required = true }, PlanGoals.Names);

    public Option<string[]> Hosts { get; } = new("--host") { Description = "With evacuate: a host to empty; may be given more than once. Default: those in state drain.", HelpName = "HOST" };

    public Option<int?> MaxMoves { get; } = Parsed.Count(
        new Option<int?>("--max-moves") { Description = "Most moves for the sake of balance or of fewer hosts. Default: as many as moving one VM at a time would take, or exchanges where that gains nothing." }, 0, int.MaxValue);

    public Option<double?> MaxGb { get; } = Number("--max-gb", "Most promised memory of VMs to move for the sake of balance or of fewer hosts, GiB. Default: as much as those moves would send.", MostGb);

    public Option<int?> MaxConcurrent { get; } = Parsed.Count(
        new Option<int?>("--max-concurrent") { Description = "Most migrations at a time in which one host takes part. Default: 2." }, 1, 1000);

    public Option<double?> TimeLimit { get; } = Number("--time-limit", "Ends the search after so many seconds; the plan says so. Default: none, the search ends by itself.", MostSeconds);

    public Option<int?> Seed { get; } = Parsed.Count(new Option<int?>("--seed") { Description = "Makes chance the same each time. Default: 1." }, 0, int.MaxValue);

    public Option<double?> MinGain { get; } = Number("--min-gain", $"Least fall of the score for which VMs are moved for the sake of balance. Default: {PlanOptions.DefaultMinGain.ToString(CultureInfo.InvariantCulture)}.", MostGain);

    public Option<double?> Ceiling { get; } = Number("--ceiling", $"With relieve: share of a host's CPU from which on VMs are taken from it. Default: {PlanOptions.DefaultCeiling.ToString(CultureInfo.InvariantCulture)}.", 1);

    public Option<bool> NoForecast { get; } = new("--no-forecast") { Description = "With --live: goes by what VMs use now, and not by what they will use at most in the next hours." };

    public Option<string?> Explain { get; } = new("--explain") { Description = "Says why this VM is moved, or why not.", HelpName = "VM" };

    public Option<string?> Output { get; } = new("--output", "-o") { Description = "Form of the output, or a file that gets the plan as JSON. Default: table.", HelpName = "table|json|csv|PLAN.json" };

    public void AddTo(Command command)
    {
        Source.AddTo(command);
        foreach (var option in new Option[] { Goal, Hosts, MaxMoves, MaxGb, MaxConcurrent, TimeLimit, Seed, MinGain, Ceiling, NoForecast, Explain, Output })
        {
            command.Add(option);
        }
    }

    public PlanOptions Read(ParseResult parse, ClusterSnapshot cluster)
    {
        var hosts = parse.GetValue(Hosts) ?? [];
        return hosts.FirstOrDefault(id => !cluster.Hosts.Any(host => host.Id == id)) is { } unknown
            ? throw new CliFailureException(ExitCode.Failure, $"--host: '{SafeText.Line(unknown)}' is not allowed; give the id of a host of the cluster")
            : Read(parse);
    }

    /// <summary>What is asked for, its hosts not looked up.</summary>
    public PlanOptions Read(ParseResult parse)
    {
        var hosts = parse.GetValue(Hosts) ?? [];
        var goal = parse.GetRequiredValue(Goal)!.Value;
        if (hosts.Length > 0 && goal != PlanGoal.Evacuate)
        {
            throw new CliFailureException(ExitCode.Usage, $"--host is for --goal evacuate; --goal {PlanGoals.Names.Of(goal)} is about the whole cluster");
        }

        if (parse.GetValue(Ceiling) is { } ceiling && (goal != PlanGoal.Relieve || ceiling < LeastCeiling))
        {
            throw new CliFailureException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"--ceiling is for --goal relieve, from {LeastCeiling} to 1; it is {ceiling} with --goal {PlanGoals.Names.Of(goal)}"));
        }

        return new PlanOptions(goal)
        {
            Hosts = [.. hosts],
            MaxMoves = parse.GetValue(MaxMoves),
            MaxGb = parse.GetValue(MaxGb),
            MaxConcurrent = parse.GetValue(MaxConcurrent) ?? 2,
            Seed = parse.GetValue(Seed) ?? 1,
            MinGain = parse.GetValue(MinGain),
            Ceiling = parse.GetValue(Ceiling) ?? PlanOptions.DefaultCeiling,
        };
    }

    public static Option<double?> Number(string name, string description, double most)
    {
        var option = new Option<double?>(name) { Description = description, HelpName = "X" };
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= most)
            {
                return number;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not allowed; give a number from 0 to {most:0}."));
            return null;
        };
        return option;
    }
}
