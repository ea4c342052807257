using System.CommandLine;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Planning;
using VirtAgents.Core.Scheduling.Clusters;
using VirtAgents.Core.Scheduling.Placement;

namespace VirtAgents.Cli.Commands;

internal static class PlaceCommand
{
    private static readonly Column<PlacementDecision>[] Columns =
    [
        Output.Columns.Text<PlacementDecision>("host", "HOST", decision => decision.Host),
        Output.Columns.Text<PlacementDecision>("pool", "POOL", decision => decision.Pool),
        Output.Columns.Number<PlacementDecision>("score", "SCORE", decision => Datum.Of(decision.Score), Formatting.Units.Number),
        Output.Columns.Text<PlacementDecision>("second_best", "SECOND BEST", decision => decision.SecondBest),
        Output.Columns.Data<PlacementDecision>("second_score", decision => Datum.Of(decision.SecondScore)),
        Output.Columns.Text<PlacementDecision>("reason", "REASON", decision => decision.Reason),
    ];

    private static readonly Column<KeyValuePair<string, int>>[] RejectedColumns =
    [
        Output.Columns.Text<KeyValuePair<string, int>>("reason", "REFUSED BY", rejected => rejected.Key),
        Output.Columns.Number<KeyValuePair<string, int>>("hosts", "HOSTS", rejected => Datum.Whole(rejected.Value), Formatting.Units.Number),
    ];

    public static Command Create(CommandBinder binder)
    {
        var source = new ClusterSource();
        var vm = new Option<string>("--vm") { Description = "File with the VM, in the form of one of the VMs of the cluster; host and id are not needed.", HelpName = "SPEC.json", Required = true };
        var command = new CliCommand(
            "place",
            "Chooses the host for a new VM, in a cluster in a file or among the hosts of a collector, and says why the others are not it. Nothing is carried out.",
            ("virtctl place cluster.json --vm vm.json", "the host, the next best, and why others are refused"),
            ("virtctl place cluster.json --vm vm.json -o json | jq -r .host", "only the host, for a script"),
            ("virtctl place --live --vm vm.json", "among the hosts as they are now"))
        {
            Remarks =
            [
                "docs/planning.md tells the form of the files.",
                "With --live the collector chooses among hosts that it sees; those that take no part are told with their reason.",
                "Ends with 0 when there is a host, with 2 when none takes the VM (the reasons are told), with 1 when a file is wrong.",
            ],
        };
        source.AddTo(command);
        command.Add(vm);
        binder.Run(command, (parse, context, cancel) => RunAsync(context, source, parse, parse.GetRequiredValue(vm), cancel));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, ClusterSource source, ParseResult parse, string vmFile, CancellationToken cancel)
    {
        var made = source.Read(parse) is { } file ? FromFile(file, vmFile) : await LivePlacement.AskAsync(context, source, parse, vmFile, cancel);
        context.Write(json => WriteJson(json, made), csv => csv.WriteList(Columns, [made.Decision], ""), text => WriteText(text, made));
        return made.Decision.Host is null ? ExitCode.Usage : ExitCode.Success;
    }

    private static MadePlacement FromFile(string clusterFile, string vmFile)
    {
        var cluster = ClusterFile.Read(clusterFile);
        var decision = new Placer(cluster).Place(ClusterFile.ReadVm(vmFile, cluster));
        return new MadePlacement(decision, [.. decision.Rejected.Select(rejected => KeyValuePair.Create(ObstacleNames.Of(rejected.Key), rejected.Value))], null);
    }

    private static void WriteText(CommandContext context, MadePlacement made)
    {
        context.WriteTable(Columns, [made.Decision], "");
        if (made.Rejected.Count > 0)
        {
            context.WriteHeading("Hosts that are refused");
            context.WriteTable(RejectedColumns, made.Rejected, "");
        }

        foreach (var note in made.Notes ?? [])
        {
            context.Notice(Formatting.SafeText.Line(note));
        }
    }

    private static void WriteJson(CommandContext context, MadePlacement made) => JsonOutput.WriteDocument(context.Output, json =>
    {
        json.WriteStartObject();
        JsonOutput.WriteProperties(json, Columns, made.Decision);
        json.WriteStartObject("rejected");
        foreach (var (obstacle, hosts) in made.Rejected)
        {
            json.WriteNumber(obstacle, hosts);
        }

        json.WriteEndObject();
        PlanFile.WriteNotes(json, made.Notes);
        json.WriteEndObject();
    });
}
